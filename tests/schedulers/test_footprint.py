"""Which steps matter to each other, and which may be swapped."""

from __future__ import annotations

import pytest

from smcheck.schedulers.access import ANYTHING, CHANGES, EXITS, NOTHING, READS, Access
from smcheck.schedulers.footprint import Footprint

READ = Access("attr", "a", 1, is_write=False)
WRITE = Access("attr", "a", 1)
OTHER = Access("attr", "b", 1)
LOCK = Access("lock", owner=2)


@pytest.mark.parametrize(
    ("one", "other", "commutes"),
    [
        (READ, READ, True),
        (READ, WRITE, False),
        (WRITE, OTHER, True),
        (NOTHING, ANYTHING, True),
        (NOTHING._replace(behind=READS), WRITE, False),
        (NOTHING._replace(behind=READS), READ, True),
        (READ._replace(behind=READS), OTHER, False),
        (READ._replace(behind=CHANGES), OTHER, False),
        (READ._replace(behind=EXITS), OTHER, False),
        (READ, LOCK, True),
    ],
)
def test_order_matters_where_one_changes_what_the_other_sees(
    one: Access, other: Access, *, commutes: bool
) -> None:
    steps = Footprint.of(one, []), Footprint.of(other, [])
    assert steps[0].commutes(steps[1]) is commutes
    assert steps[1].commutes(steps[0]) is commutes


def test_lock_that_was_released_on_the_way_counts() -> None:
    step = Footprint.of(OTHER._replace(behind=EXITS), [LOCK])
    assert not step.commutes(Footprint.of(LOCK, []))
    assert step.commutes(Footprint.of(Access("attr", "c", 1, is_write=False), []))
