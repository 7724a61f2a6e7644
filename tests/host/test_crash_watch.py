"""Images of small stores: the states that must be among them, and none that cannot be."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from smcheck.host import crash_watch
from smcheck.host.crash_watch import CrashImage, CrashWatch
from smcheck.host.trees import read_tree, write_tree
from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced


@pytest.fixture(scope="module")
def stores() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("stores", Path(__file__).with_name("stores.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["stores"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["stores"]


@pytest.fixture(scope="module")
def executor(stores: ModuleType) -> Iterator[Executor]:
    made = Executor(Traced.of(["stores"]), timeout_s=5.0)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def nobody_else_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pay no heed to functions that other tests of this process keep."""
    monkeypatch.setattr(crash_watch, "_misses_syncs", lambda: False)


class Watching:
    """Lets a store live in a folder and keeps the watch."""

    def __init__(self, executor: Executor, folder: Path) -> None:
        self.executor, self.folder = executor, folder

    def live(
        self, store: Any, *steps: int | str, limit: int = 10_000, notes: Sequence[str] = ()
    ) -> CrashWatch:
        """Watch a store that takes numbers, ``"sync"`` and ``"close"``."""
        watch = CrashWatch(self.folder, Traced.of(["stores"]), limit=limit)

        def body() -> None:
            with watch.watching():
                made = store(self.folder)
                for at, step in enumerate(steps):
                    with watch.inside(at):
                        made.update(step) if isinstance(step, int) else getattr(made, step)()
            if "close" not in steps:
                made.close()

        with self.executor.session() as session:
            session.alone(body)
        assert watch.notes == list(notes)
        return watch


@pytest.fixture
def watching(executor: Executor, tmp_path: Path) -> Watching:
    (tmp_path / "data").mkdir()
    return Watching(executor, tmp_path / "data")


def contents(image: CrashImage) -> str:
    return " ".join(
        f"{path}={content.decode()!r}"
        for path, content in image.tree.entries
        if isinstance(content, bytes)
    )


def states(
    watch: CrashWatch, *, step: int, inside: bool | None = None, lost: bool = False
) -> set[str]:
    return {
        contents(image)
        for image in watch.images
        if image.step == step and image.lost == lost and inside in (None, image.inside)
    }


def test_appended_log_may_be_cut_anywhere(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Log, 1, "sync", 22, "close")
    assert states(watch, step=-1) == {"log=''"}
    assert states(watch, step=0, inside=True) == {"log='1'", "log='1\\n'"}
    assert states(watch, step=0, inside=False) == {"log='1\\n'"}
    assert states(watch, step=1) == {"log='1\\n'"}
    assert states(watch, step=2, inside=True) == {
        "log='1\\n2'", "log='1\\n22'", "log='1\\n22\\n'",
    }  # fmt: skip
    assert watch.opaque == []


def test_lost_power_takes_what_was_not_synced(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Log, 1, "sync", 2, 3, "close")
    assert states(watch, step=0, lost=True) == {"log=''"}
    assert states(watch, step=1, lost=True) == set()
    assert states(watch, step=2, lost=True) == {"log='1\\n'"}
    assert states(watch, step=3, lost=True) == {"log='1\\n'", "log='1\\n2\\n'"}


def test_flush_is_no_sync(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.FlushedLog, 1, "sync")
    assert states(watch, step=1, lost=True) == {"log=''"}


def test_write_text_is_a_truncate_and_a_write(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Whole, 1, "sync", 2)
    assert states(watch, step=2, inside=True) == {
        "state=''", "state='s'", "state='sta'", "state='state '", "state='state 2'",
    }  # fmt: skip
    assert states(watch, step=2, inside=False) == {"state='state 2'"}
    assert states(watch, step=2, lost=True) == {"state='state 1'", "state=''"}


def test_swapped_file_is_old_or_new(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Swapped, 1, 2)
    assert states(watch, step=1) == {
        "state='state 1' state.tmp=''", "state='state 1' state.tmp='s'",
        "state='state 1' state.tmp='sta'", "state='state 1' state.tmp='state '",
        "state='state 1' state.tmp='state 2'",
        "state='state 2'",
    }  # fmt: skip
    assert [image for image in watch.images if image.lost] == []


def test_name_is_durable_before_what_it_names(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.SwappedUnsynced, 1, 2)
    assert states(watch, step=1, inside=True, lost=True) == {
        "state='' state.tmp='state 2'", "state='' state.tmp=''", "state=''",
    }  # fmt: skip
    assert states(watch, step=1, inside=False, lost=True) == {"state=''"}


def test_two_files_lose_apart(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.TwoFiles, 1, "sync", 2)
    assert states(watch, step=1, inside=True, lost=True) == {"count='' data='1'"}
    assert states(watch, step=2, lost=True) == {
        "count='1' data='12'", "count='2' data='1'", "count='1' data='1'",
    }  # fmt: skip


def test_what_a_library_writes_is_seen_by_the_line(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Sqlite, 1, 2, "close")
    names = [
        (image.step, image.inside, " ".join(path for path, _ in image.tree.entries))
        for image in watch.images
    ]
    assert names == [
        (-1, False, "db"),
        (0, True, "db db-journal"), (0, True, "db"), (0, False, "db"),
        (1, True, "db db-journal"), (1, True, "db"), (1, False, "db"),
        (2, False, "db"),
    ]  # fmt: skip
    assert watch.opaque == ["db", "db-journal"]
    lines = [image.how for image in watch.images if image.step == 0 and image.inside]
    assert [how.partition(" changed ")[2] for how in lines] == ["db-journal", "db, db-journal"]


def test_each_image_of_a_library_opens_at_one_of_two_states(
    watching: Watching, stores: ModuleType, tmp_path: Path
) -> None:
    watch = watching.live(stores.Sqlite, 1, 2)
    seen = []
    for image in watch.images:
        write_tree(image.tree, tmp_path / "again")
        store = stores.Sqlite(tmp_path / "again")
        seen.append(store.db.execute("select n from t").fetchall())
        store.close()
    assert seen == [[], [], [(1,)], [(1,)], [(1,)], [(2,)], [(2,)]]


def test_calls_of_a_controlled_thread_make_images(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Threaded, 1, "close")
    assert states(watch, step=0, inside=True) == {
        "log=''", "log='1'", "log='1;'", "log='1;1'", "log='1;1\\n'",
    }  # fmt: skip
    assert {image.location.function for image in watch.images if image.location} == {"Threaded.run"}


def test_long_loop_is_looked_at_sparsely(
    watching: Watching, stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = []

    def counted(*args: Any, **kwargs: Any) -> Any:
        reads.append(1)
        return read_tree(*args, **kwargs)

    monkeypatch.setattr(crash_watch, "read_tree", counted)
    watch = watching.live(stores.Looping, 1)
    assert states(watch, step=0, inside=True) == {"state=''", "state='1'"}
    assert len(reads) < 3_000


def test_places_are_lines_of_the_machine(watching: Watching, stores: ModuleType) -> None:
    watch = watching.live(stores.Swapped, 1)
    lines = Path(stores.__file__ or "").read_text().splitlines()
    said = [
        (image.how, lines[image.location.line - 1].strip(), image.location.function)
        for image in watch.images
        if image.location
    ]
    swap = "Swapped.update"
    assert said == [
        ("killed after state.tmp was created", 'with fresh.open("w") as file:', swap),
        ("killed after 1 of 7 bytes were written to state.tmp", "file.flush()", swap),
        ("killed after 3 of 7 bytes were written to state.tmp", "file.flush()", swap),
        ("killed after 6 of 7 bytes were written to state.tmp", "file.flush()", swap),
        ("killed after 7 bytes were written to state.tmp", "file.flush()", swap),
        ("killed after os.replace of state.tmp to state", "os.replace(fresh, self.path)", swap),
    ]
    assert {image.location.file for image in watch.images if image.location} == {stores.__file__}


def test_chosen_images_are_the_same_each_time_and_of_every_sort(
    executor: Executor, stores: ModuleType, tmp_path: Path
) -> None:
    chosen = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        steps = (1, 2, "sync", 3, 4, "sync", 5, 6, "close")
        watch = Watching(executor, folder).live(stores.TwoFiles, *steps, limit=8)
        chosen.append([(image.step, image.how, contents(image)) for image in watch.images])
        sorts = {(image.inside, image.lost) for image in watch.images}
        assert sorts == {(False, False), (False, True), (True, False), (True, True)}
    assert len(chosen[0]) == 8
    assert chosen[0] == chosen[1]


def test_machine_that_raises_is_watched_to_its_end(watching: Watching, stores: ModuleType) -> None:
    class Raising(stores.Whole):  # type: ignore[misc, name-defined]  # loaded by hand
        def update(self, number: int) -> None:
            super().update(number)
            raise ValueError(number)

    before = sys.gettrace()
    with pytest.raises(ValueError, match="1"):
        watching.live(Raising, 1)
    assert sys.gettrace() is before


def test_folder_that_holds_too_much_is_noted(
    watching: Watching, stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smcheck.host.trees.LIMIT_BYTES", 8)
    with pytest.raises(AssertionError, match="holds too much"):
        watching.live(stores.Log, 123, 456, 789)


def test_power_is_not_tried_where_syncs_may_be_missed(
    watching: Watching, stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crash_watch, "_misses_syncs", lambda: True)
    with pytest.raises(AssertionError, match="loss of power was not tried"):
        watching.live(stores.Log, 1)


def test_folder_that_changes_while_it_is_read_gives_no_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = CrashWatch(tmp_path, Traced.of([]))
    counter = iter(range(100))

    def restless(*args: Any, **kwargs: Any) -> Any:
        (tmp_path / "a").write_text(str(next(counter)))
        return read_tree(*args, **kwargs)

    (tmp_path / "a").write_text("-")
    monkeypatch.setattr(crash_watch, "read_tree", restless)
    assert watch._read() is None
    assert next(counter) == 1 + crash_watch.LIMIT_TRIES


def test_no_descriptor_is_kept(watching: Watching, stores: ModuleType) -> None:
    before = os.listdir("/proc/self/fd")
    watching.live(stores.TwoFiles, 1, "sync", 2, "close")
    assert os.listdir("/proc/self/fd") == before


def test_power_is_not_tried_where_another_process_may_sync(
    watching: Watching, stores: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "system", lambda _: sys.audit("os.system", b"sync log"))
    watch = watching.live(stores.ForeignLog, 1, "sync", 2, notes=[
        "loss of power was not tried: another process is started, which may fsync"
    ])  # fmt: skip
    assert [image for image in watch.images if image.lost] == []
    assert states(watch, step=2, inside=False) == {"log='1\\n2\\n'"}
