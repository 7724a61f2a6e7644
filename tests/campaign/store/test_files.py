"""What is no store is refused in one line, and never written over."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from smcheck.campaign.store import Store
from smcheck.errors import StoreError, UsageError
from tests.campaign.store.made import A, filled, run, sighting


def sql(folder: Path, *statements: str) -> None:
    """Change the file of a store behind its back."""
    with closing(sqlite3.connect(folder / "store.db", isolation_level=None)) as connection:
        for one in statements:
            connection.execute(one)


def test_store_is_made_with_its_folders(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a" / "b") as store:
        assert store.findings() == []
    assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == ["owners", "store.db"]


def test_store_of_the_default_place_ignores_itself_in_git(tmp_path: Path) -> None:
    Store.open(tmp_path / ".smcheck" / "store").close()
    assert (tmp_path / ".smcheck" / ".gitignore").read_text() == "*\n"


def test_store_says_what_it_is(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        facts = [
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version", "journal_mode")
        ]
        assert facts == [0x534D434B, 1, "wal"]


def test_store_writes_through_to_the_disk(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store, store.database.reading() as db:
        facts = [db.execute(f"PRAGMA {name}").fetchone()[0]
                 for name in ("synchronous", "foreign_keys", "busy_timeout")]  # fmt: skip
    assert facts == [2, 1, 30_000]


def test_store_that_is_not_there_is_not_made_for_a_reader(tmp_path: Path) -> None:
    for opened in (Store.read, lambda folder: Store.open(folder, create=False)):
        with pytest.raises(UsageError, match=r"has no store\.db in it: name the folder"):
            opened(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def _is_text(path: Path) -> None:
    path.write_text("not a database at all, but long enough to be looked at" * 40)


def _is_empty(path: Path) -> None:
    path.write_bytes(b"")


def _is_folder(path: Path) -> None:
    path.mkdir()


def _is_other_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE mine (x)")


def _is_newer(path: Path) -> None:
    Store.open(path.parent).close()
    sql(path.parent, "PRAGMA user_version = 2")


def _lacks_a_table(path: Path) -> None:
    Store.open(path.parent).close()
    sql(path.parent, "DROP TABLE lost")


def _runs_something(path: Path) -> None:
    Store.open(path.parent).close()
    sql(path.parent, "CREATE TRIGGER t AFTER INSERT ON runs BEGIN DELETE FROM runs; END")


def _is_cut(path: Path) -> None:
    filled(path.parent, A, sighting())
    path.write_bytes(path.read_bytes()[:-5000])


def _is_left_of_one(path: Path) -> None:
    Path(f"{path}-wal").write_bytes(b"x" * 100)


@pytest.mark.parametrize(
    "make, told",
    [
        (_is_text, "is damaged: file is not a database"),
        (_is_empty, "is damaged: it is empty"),
        (_is_folder, "is no file: name another folder"),
        (_is_other_database, "is another database: name another folder"),
        (_is_newer, "expected a store of schema 1 or older, .* has 2: use the smcheck version"),
        (_lacks_a_table, "is damaged: its tables are not those of schema 1"),
        (_runs_something, "is damaged: its tables are not those of schema 1"),
        (_is_cut, "is damaged: database disk image is malformed"),
        (_is_left_of_one, r"got the store\.db-wal that belongs to it alone: put the file back"),
    ],
)
def test_what_is_no_store_is_refused_and_left(
    tmp_path: Path, make: Callable[[Path], None], told: str
) -> None:
    path = tmp_path / "store.db"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(UsageError, match=told) as caught:
        Store.open(tmp_path)
    assert "\n" not in str(caught.value)
    assert (path.read_bytes() if path.is_file() else None) == before


@pytest.mark.parametrize("name", ["file", "file/below", "a\0b", "x" * 300])
def test_folder_that_cannot_be_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"expected (the|a) folder"):
        Store.open(tmp_path / name)


def test_store_with_any_bytes_changed_is_read_or_refused(tmp_path: Path) -> None:
    sound = filled(tmp_path / "sound", A, *(sighting(str(n)) for n in range(8)))
    data = (sound / "store.db").read_bytes()
    draw, refused = random.Random(1), 0
    for number in range(60):
        folder = tmp_path / str(number)
        folder.mkdir()
        changed = bytearray(data)
        at = draw.randrange(len(changed))
        changed[at : at + 8] = draw.randbytes(8)
        (folder / "store.db").write_bytes(changed)
        try:
            with Store.open(folder) as store:
                for one in store.runs():
                    for read in (store.progress, store.lost, store.met):
                        read(one.id)
                store.findings()
        except UsageError:
            refused += 1
    assert 5 < refused < 60


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE findings SET status = 'odd'",
        "UPDATE findings SET count = 'many'",
        "UPDATE findings SET name = 'gone'",
        "UPDATE aliases SET record = '{}'",
        "UPDATE aliases SET witness = 7",
        "UPDATE traits SET record = 'x'",
        "UPDATE traits SET record = CAST(x'ff' AS TEXT)",
        "UPDATE runs SET record = json_set(record, '$.id', '../x')",
    ],
)
def test_record_that_is_none_is_damage(tmp_path: Path, statement: str) -> None:
    filled(tmp_path, A, sighting())
    sql(tmp_path, "PRAGMA foreign_keys = OFF", statement)
    with Store.open(tmp_path) as store, pytest.raises(UsageError, match="is damaged"):
        assert (store.findings(), store.runs()) == ([], [])


def test_reader_changes_nothing(tmp_path: Path) -> None:
    filled(tmp_path, A, sighting())
    before = (tmp_path / "store.db").read_bytes()
    with Store.read(tmp_path) as store:
        assert len(store.findings()) == 1
        with pytest.raises(StoreError, match="attempt to write a readonly database"):
            store.note_finding(A, sighting("two"))
    assert (tmp_path / "store.db").read_bytes() == before


def test_reader_sees_what_a_writer_has_not_put_away(tmp_path: Path) -> None:
    with Store.open(tmp_path) as writer:
        writer.begin_run(run())
        writer.note_finding(A, sighting())
        with Store.read(tmp_path) as store:
            assert len(store.findings()) == 1


READ_BY_NOBODY = """
import os, sys
from pathlib import Path
from smcheck.campaign.store import Store
Path("/").as_uri()  # imports what nobody may not be able to read
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
os.chdir(sys.argv[1])
print(len(Store.read(Path("store")).findings()))
"""


def test_store_is_read_where_nothing_can_be_written(tmp_path: Path) -> None:
    folder = filled(tmp_path / "store", A, sighting())
    handle = tmp_path
    while handle != handle.parent and handle.name.startswith(("pytest-", "test_", "popen-")):
        handle.chmod(0o755)
        handle = handle.parent
    folder.chmod(0o555)
    (folder / "store.db").chmod(0o444)
    try:
        done = subprocess.run(
            [sys.executable, "-c", READ_BY_NOBODY, str(tmp_path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        folder.chmod(0o755)
    assert (done.stdout, done.stderr) == ("1\n", "")
