"""Merged stores know all, once, in whatever order and however often they are merged."""

from __future__ import annotations

import itertools
import random
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from smcheck.campaign.records import Effort, Ended, Lost, Progress, Seed, Status, StoredFinding
from smcheck.campaign.store import MergeCount, Store, merge
from smcheck.cli.merge import merge as command
from smcheck.errors import UsageError
from tests.campaign.store.made import TARGET, A, B, C, Clock, filled, run, sighting, signature

ONE, TWO, THREE = map(signature, ("one", "two", "three"))


def findings(folder: Path) -> list[StoredFinding]:
    """Return what a store found."""
    with Store.read(folder) as store:
        return store.findings()


def merged(sources: Sequence[Path], into: Path) -> list[StoredFinding]:
    """Merge stores and return what they found together."""
    merge(sources, into)
    return findings(into)


def test_finding_of_two_stores_is_one(tmp_path: Path) -> None:
    left = filled(tmp_path / "a", A, sighting(), at=1000.0)
    right = filled(tmp_path / "b", B, sighting(), sighting(), at=2000.0)
    [found] = merged([left, right], tmp_path / "all")
    assert (found.count, found.status, found.sightings) == (3, Status.KNOWN, (A, B))
    assert (found.first_run, found.first_at, found.last_run, found.last_at) == (
        A, 1000.0, B, 2001.0,
    )  # fmt: skip


def test_defect_under_two_signatures_is_called_by_the_earlier_one(tmp_path: Path) -> None:
    late = filled(tmp_path / "a", A, sighting("one", line="x=1"), at=2000.0)
    early = filled(tmp_path / "b", B, sighting("two", line="x=1"), at=1000.0)
    [found] = merged([late, early], tmp_path / "all")
    assert found.signatures == (TWO, ONE)
    assert found.witness == b"witness of two"


def test_what_hangs_together_by_a_third_becomes_one(tmp_path: Path) -> None:
    first = filled(tmp_path / "a", A, sighting("one", line="x=1"), at=1000.0)
    second = filled(tmp_path / "b", B, sighting("two", line="y=2"), at=2000.0)
    between = filled(
        tmp_path / "c", C, sighting("three", line="x=1"), sighting("three", line="y=2"), at=3000.0
    )
    assert len(merged([first, second], tmp_path / "two")) == 2
    for number, order in enumerate(itertools.permutations([first, second, between])):
        [found] = merged(order, tmp_path / f"all{number}")
        assert (found.signatures, found.count) == ((ONE, TWO, THREE), 4)


def test_same_signature_of_other_targets_stays_apart(tmp_path: Path) -> None:
    left = filled(tmp_path / "a", A, sighting())
    right = filled(tmp_path / "b", B, sighting(target="m.py:other"))
    assert len(merged([left, right], tmp_path / "all")) == 2


def test_merging_again_changes_nothing(tmp_path: Path) -> None:
    sources = [
        filled(tmp_path / "a", A, sighting("one"), sighting("two")),
        filled(tmp_path / "b", B, sighting("two"), sighting("three")),
    ]
    into = tmp_path / "all"
    assert merge(sources, into) == MergeCount(
        runs=2, findings=3, sightings=4, progress=0, seeds=0, features=0, in_all=3
    )
    before = findings(into)
    assert merge(sources, into) == MergeCount(
        runs=0, findings=0, sightings=0, progress=0, seeds=0, features=0, in_all=3
    )
    assert findings(into) == before


def test_order_in_which_stores_are_merged_does_not_show(tmp_path: Path) -> None:
    draw = random.Random(1)
    for case in range(4):
        folder = tmp_path / str(case)
        sources = [_drawn(folder / name, name, draw) for name in "abc"]
        results = [
            merged(order, folder / f"all{number}")
            for number, order in enumerate(itertools.permutations(sources))
        ]
        merge(sources[1:], folder / "half")
        results.append(merged([folder / "half", sources[0]], folder / "whole"))
        results.append(merged([folder / "whole", *sources], folder / "half"))
        assert [one for one in results if one != results[0]] == []


def _drawn(folder: Path, name: str, draw: random.Random) -> Path:
    """Make a store of several runs with findings that are like each other, and replays."""
    clock = Clock()
    with Store.open(folder, clock=clock) as store:
        for number in range(2):
            run_id = f"{name}{number}" * 8
            store.begin_run(run(run_id))
            for turn in range(draw.randrange(6)):
                clock.now = draw.randrange(1000, 1010)
                store.note_finding(
                    run_id,
                    sighting(
                        draw.choice("pqrst"), line=draw.choice("uvwxyz"), stint=(0, turn),
                        witness=draw.choice([b"", b"1", b"2"]),
                    ),
                )  # fmt: skip
                for one in store.findings():
                    if draw.random() < 0.2:
                        said = draw.choice(["fixed", "still fails", "fails differently"])
                        store.note_replay(run_id, TARGET, one.signature, said)
    return folder


def test_fix_is_merged_with_what_was_fixed(tmp_path: Path) -> None:
    found = filled(tmp_path / "a", A, sighting(), at=1000.0)
    shutil.copytree(found, tmp_path / "b")
    with Store.open(tmp_path / "b", clock=Clock(2000.0)) as store:
        store.begin_run(run(B))
        store.note_replay(B, TARGET, ONE, "fixed")
    [one] = merged([found, tmp_path / "b"], tmp_path / "all")
    assert (one.status, one.fixed_at, one.replayed) == (Status.FIXED, 2000.0, "fixed")
    with Store.open(tmp_path / "all", clock=Clock(3000.0)) as store:
        store.begin_run(run(C))
        assert store.note_finding(C, sighting()) is Status.RETURNED


def test_sighting_later_than_a_fix_elsewhere_is_a_return(tmp_path: Path) -> None:
    found = filled(tmp_path / "a", A, sighting(), at=1000.0)
    shutil.copytree(found, tmp_path / "b")
    with Store.open(tmp_path / "b", clock=Clock(2000.0)) as store:
        store.begin_run(run(B))
        store.note_replay(B, TARGET, ONE, "fixed")
    later = filled(tmp_path / "c", C, sighting(), at=3000.0)
    [one] = merged([later, tmp_path / "b"], tmp_path / "all")
    assert one.status is Status.RETURNED


def test_later_copy_of_a_run_is_kept(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a") as store:
        store.begin_run(run())
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    done = run(ended=Ended.DONE, seconds=9.0)
    with Store.open(tmp_path / "b") as store:
        store.save_run(done)
    for order in (["a", "b"], ["b", "a"]):
        into = tmp_path / "".join(order)
        merge([tmp_path / one for one in order], into)
        with Store.read(into) as store:
            assert store.runs() == [done]


def test_progress_and_lost_cases_are_merged_once(tmp_path: Path) -> None:
    lost = Lost(target=TARGET, at_s=3.0, how="killed", case=b"case")
    with Store.open(tmp_path / "a") as store:
        store.begin_run(run())
        for at_s in (1.0, 2.0):
            store.note_progress(A, Progress(target=TARGET, at_s=at_s, effort=Effort(plans=1)))
        merge([tmp_path / "a"], tmp_path / "all")
        store.note_progress(A, Progress(target=TARGET, at_s=3.0, effort=Effort(plans=1)))
        store.note_lost(A, lost)
        assert merge([tmp_path / "a"], tmp_path / "all").progress == 2
    with Store.read(tmp_path / "all") as store:
        assert [one.at_s for one in store.progress(A)] == [1.0, 2.0, 3.0]
        assert store.lost(A) == [lost]


def test_corpus_and_features_are_united(tmp_path: Path) -> None:
    for name, run_id, news, digests in (("a", A, 1, {1, 2}), ("b", B, 5, {2, 2**64 - 1})):
        with Store.open(tmp_path / name) as store:
            store.begin_run(run(run_id))
            seeds = [Seed(target=TARGET, digest=d, case=b"", news=news) for d in ("x", name)]
            store.add_seeds(run_id, seeds)
            store.add_features(TARGET, "lines", digests)
    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all")
    with Store.read(tmp_path / "all") as store:
        found = [(one.digest, one.news) for one in store.seeds_of(TARGET)]
        assert found == [("b", 5), ("x", 5), ("a", 1)]
        assert store.features_of(TARGET) == {"lines": {1, 2, 2**64 - 1}}


def test_source_that_is_in_use_is_merged_and_not_changed(tmp_path: Path) -> None:
    with Store.open(tmp_path / "a") as store:
        store.begin_run(run())
        store.note_finding(A, sighting())
        files = [tmp_path / "a" / name for name in ("store.db", "store.db-wal")]
        before = [path.read_bytes() for path in files]
        assert len(merged([tmp_path / "a"], tmp_path / "all")) == 1
        assert [path.read_bytes() for path in files] == before
        store.note_finding(A, sighting("two"))
    assert len(merged([tmp_path / "a"], tmp_path / "all")) == 2


def test_run_of_a_source_is_nobodys_to_take_up(tmp_path: Path) -> None:
    filled(tmp_path / "a", A)
    merge([tmp_path / "a"], tmp_path / "all")
    with Store.open(tmp_path / "all") as store:
        assert [one.id for one in store.runs()] == [A]
        assert store.last_unfinished([TARGET], None, (1, 1)) is None


def test_source_that_is_the_store_itself_is_passed_over(tmp_path: Path) -> None:
    filled(tmp_path / "a", A, sighting())
    filled(tmp_path / "b", B, sighting("two"))
    (tmp_path / "link").symlink_to(tmp_path / "a")
    count = merge([tmp_path / "link", tmp_path / "b"], tmp_path / "a")
    assert (count.runs, count.findings, count.in_all) == (1, 1, 2)


def test_merging_into_a_store_in_use_disturbs_nobody(tmp_path: Path) -> None:
    filled(tmp_path / "b", B, sighting("two"))
    with Store.open(tmp_path / "a") as store:
        store.begin_run(run())
        store.note_finding(A, sighting())
        merge([tmp_path / "b"], tmp_path / "a")
        store.note_finding(A, sighting("two"))
        assert [one.sightings for one in store.findings()] == [(B, A), (A,)]


@pytest.mark.parametrize(
    "statement, told",
    [
        ("UPDATE traits SET record = '{}'", "is damaged"),
        ("UPDATE runs SET record = 'x'", "is damaged"),
        ("DELETE FROM sightings", "was never met"),
        ("DELETE FROM runs", "something in it belongs to nothing"),
        ("PRAGMA user_version = 9", "use the smcheck version that wrote it"),
    ],
)
def test_source_that_is_damaged_is_named_and_nothing_is_merged(
    tmp_path: Path, statement: str, told: str
) -> None:
    sound = filled(tmp_path / "a", A, sighting())
    filled(tmp_path / "b", B, sighting("two"))
    with closing(sqlite3.connect(tmp_path / "b" / "store.db", isolation_level=None)) as db:
        db.execute(statement)
    into = filled(tmp_path / "all", C, sighting("three"))
    before = findings(into)
    with pytest.raises(UsageError, match=told) as caught:
        merge([sound, tmp_path / "b"], into)
    assert f"{tmp_path}/b/store.db" in str(caught.value)
    assert findings(into) == before


def test_source_that_is_not_there_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"which has no store\.db in it"):
        merge([tmp_path / "none"], tmp_path / "all")
    assert list(tmp_path.iterdir()) == []


def test_command_says_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    filled(Path("a"), A, sighting("one"))
    filled(Path("b"), B, sighting("one"), sighting("two"))
    call = ["a", "b", "--into", "nights"]
    told = [CliRunner().invoke(command, call, catch_exceptions=False).output for _ in range(2)]
    assert told == [
        "merged 2 stores into nights: new in it: 2 findings, 2 runs, 3 sightings; "
        "2 findings in all\n",
        "merged 2 stores into nights: it knew all of it; 2 findings in all\n",
    ]


@pytest.mark.parametrize("call", [[], ["a"], ["--into", "b"]])
def test_command_wants_stores_and_a_place(call: list[str]) -> None:
    assert CliRunner().invoke(command, call).exit_code == 2


def test_records_are_as_they_were(tmp_path: Path) -> None:
    met = sighting(stacks="Thread 1")
    before = findings(filled(tmp_path / "a", A, met))
    assert merged([tmp_path / "a"], tmp_path / "all") == before
    assert before[0].finding == msgspec.structs.replace(met).finding
