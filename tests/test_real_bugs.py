"""The page of real defects says what the specimens say, and each of these has a correct sibling."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import specimens

ROOT = Path(__file__).parents[1]
real_bugs = specimens.load(ROOT / "benchmarks" / "real_bugs.py")
FOLLOWERS = {
    name: specimens.load(path).EXPECT["after"]
    for name, path in specimens.BUGGY
    if "after" in specimens.load(path).EXPECT
}


def test_page_is_what_the_specimens_give() -> None:
    written = (ROOT / "docs" / "real-bugs.md").read_text("utf-8")
    assert written == real_bugs.page(), "run `python benchmarks/real_bugs.py`"


def test_every_defect_has_a_specimen_that_follows_it() -> None:
    followed = [defect for defects in FOLLOWERS.values() for defect in defects]
    assert sorted(followed) == sorted(real_bugs.HAPPENED)


@pytest.mark.parametrize("name", FOLLOWERS)
def test_what_follows_a_defect_has_a_correct_sibling(name: str) -> None:
    assert name in dict(specimens.FIXED)
    assert isinstance(FOLLOWERS[name], tuple)


def test_defect_on_github_is_linked_and_another_is_named() -> None:
    assert real_bugs.link("etcd-io/etcd issue 13766") == (
        "[etcd-io/etcd issue 13766](https://github.com/etcd-io/etcd/issues/13766)"
    )
    assert real_bugs.link("lni/dragonboat pull 7") == (
        "[lni/dragonboat pull 7](https://github.com/lni/dragonboat/pull/7)"
    )
    assert real_bugs.link("PySyncObj 0.3.17, ReplSet.pop") == "PySyncObj 0.3.17, ReplSet.pop"
