"""Runs, how far they came, what they lost, and who may take one up that was killed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.campaign.records import Effort, Ended, Lost, Progress, Run
from smcheck.campaign.store import Store
from smcheck.errors import InternalError
from tests.campaign.store.made import TARGET, A, B, run

ALL = (1, 1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a new store."""
    with Store.open(tmp_path / "store") as store:
        yield store


def killed(folder: Path, *left: Run) -> None:
    """Leave runs in a store that nobody works at."""
    with Store.open(folder) as store:
        for one in left:
            store.begin_run(one)


def test_run_is_read_as_it_was_saved(store: Store) -> None:
    store.begin_run(run())
    done = run(ended=Ended.DONE, seconds=12.5, canary_s=3.0, limit_s=60.0, versions={"a": "1"})
    store.save_run(done)
    assert store.runs() == [done]


def test_runs_are_in_the_order_in_which_they_began(store: Store) -> None:
    store.begin_run(run(A, began_at=20.0))
    store.begin_run(run(B, began_at=10.0))
    assert [one.id for one in store.runs()] == [B, A]


def test_run_of_an_id_that_is_none_is_refused(store: Store) -> None:
    with pytest.raises(InternalError, match="16 hexadecimal digits"):
        store.begin_run(run("../../etc"))


def test_run_begins_once(store: Store) -> None:
    store.begin_run(run())
    with pytest.raises(InternalError):
        store.begin_run(run())


def test_run_that_did_not_begin_is_not_saved(store: Store) -> None:
    with pytest.raises(InternalError, match="begin it first"):
        store.save_run(run())


def test_progress_is_read_in_its_order(store: Store) -> None:
    store.begin_run(run())
    moments = [
        Progress(target=TARGET, at_s=at_s, effort=Effort(plans=n), memory_bytes=9)
        for n, at_s in enumerate((1.0, 1.0, 2.0))
    ]
    for one in (moments[2], moments[0], moments[1]):
        store.note_progress(A, one)
    assert store.progress(A) == moments


def test_equal_moments_are_all_kept(store: Store) -> None:
    store.begin_run(run())
    for _ in range(2):
        store.note_progress(A, Progress(target=TARGET, at_s=1.0, effort=Effort(plans=1)))
    assert [one.effort.plans for one in store.progress(A)] == [1, 1]


def test_lost_case_is_read_as_it_was_noted(store: Store) -> None:
    store.begin_run(run())
    lost = Lost(target=TARGET, at_s=2.0, how="killed", case=b"\xff", stacks="s", stint=(1, 2))
    store.note_lost(A, lost)
    assert store.lost(A) == [lost]


def test_run_that_is_worked_at_is_not_taken_up(tmp_path: Path) -> None:
    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        one.begin_run(run())
        assert other.last_unfinished([TARGET], None, ALL) is None


def test_run_that_was_left_is_taken_up_by_one_alone(tmp_path: Path) -> None:
    killed(tmp_path, run())
    with Store.open(tmp_path) as one, Store.open(tmp_path) as other:
        assert one.last_unfinished([TARGET], None, ALL) == run()
        assert other.last_unfinished([TARGET], None, ALL) is None


def test_run_that_was_taken_up_and_left_again_is_taken_up(tmp_path: Path) -> None:
    killed(tmp_path, run())
    with Store.open(tmp_path) as store:
        store.last_unfinished([TARGET], None, ALL)
    with Store.open(tmp_path) as store:
        assert store.last_unfinished([TARGET], None, ALL) == run()


def test_newest_run_is_taken_up(tmp_path: Path) -> None:
    killed(tmp_path, run(A, began_at=10.0), run(B, began_at=20.0))
    with Store.open(tmp_path) as store:
        found = store.last_unfinished([TARGET], None, ALL)
    assert found is not None
    assert found.id == B


@pytest.mark.parametrize(
    "left",
    [
        run(ended=Ended.DONE),
        run(mode="pytest"),
        run(targets=("m.py:other",)),
        run(shard=(1, 2)),
        run(seed=8),
    ],
    ids=["done", "pytest", "targets", "shard", "seed"],
)
def test_run_that_is_another_is_not_taken_up(tmp_path: Path, left: Run) -> None:
    killed(tmp_path, left)
    with Store.open(tmp_path) as store:
        assert store.last_unfinished([TARGET], 7, ALL) is None


def test_run_that_ended_leaves_no_file(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.begin_run(run())
        store.save_run(run(ended=Ended.STOPPED))
        assert [path.name for path in (tmp_path / "owners").iterdir()] == ["creating"]
