"""The corpus: equal plans once, so many of each subject; and the behaviour that was seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.campaign.records import Seed
from smcheck.campaign.store import Store
from tests.campaign.store.made import TARGET, A, run


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return a store with a run."""
    with Store.open(tmp_path / "store") as store:
        store.begin_run(run())
        yield store


def seed(digest: str, news: int, *, case: bytes = b"case", target: str = TARGET) -> Seed:
    """Return a plan of the corpus."""
    return Seed(target=target, digest=digest, case=case, news=news)


def test_seeds_are_read_as_they_were_added(store: Store) -> None:
    seeds = [seed("b", 3, case=b"\x00"), seed("a", 1)]
    store.add_seeds(A, seeds)
    assert store.seeds_of(TARGET) == seeds


def test_equal_plans_are_kept_once_with_the_most_news(store: Store) -> None:
    store.add_seeds(A, [seed("a", 2), seed("a", 5), seed("a", 3)])
    store.add_seeds(A, [seed("a", 4)])
    assert store.seeds_of(TARGET) == [seed("a", 5)]


def test_seeds_beyond_the_limit_are_those_of_least_news(store: Store) -> None:
    store.add_seeds(A, [seed("a", 1), seed("b", 3), seed("other", 1, target="m.py:b")], limit=2)
    store.add_seeds(A, [seed("d", 2), seed("c", 2)], limit=2)
    assert [one.digest for one in store.seeds_of(TARGET)] == ["b", "c"]
    assert [one.digest for one in store.seeds_of("m.py:b")] == ["other"]


def test_features_are_united(store: Store) -> None:
    assert store.add_features(TARGET, "lines", {1, 2**64 - 1, 2**63}) == 3
    assert store.add_features(TARGET, "lines", [2, 1]) == 1
    store.add_features(TARGET, "edges", [5])
    store.add_features("m.py:other", "lines", [6])
    assert store.features_of(TARGET) == {"lines": {1, 2, 2**63, 2**64 - 1}, "edges": {5}}


def test_features_of_what_was_never_searched_are_none(store: Store) -> None:
    assert store.features_of(TARGET) == {}
