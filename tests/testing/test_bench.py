"""When a bench takes no further plan, by a clock that says what the test wants."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from smcheck.contract.families import families_of
from smcheck.engine.tally import Tally
from smcheck.engine.verdict import MINIMUM_PLANS
from smcheck.testing.bench import Bench

ENOUGH = dict.fromkeys(families_of("regular"), MINIMUM_PLANS)


def bench(examples: int, families: dict[str, int], late_s: float) -> Bench:
    """Return a bench whose time was over ``late_s`` ago; it may be late by ten seconds."""
    world: Any = SimpleNamespace(
        kind="regular", lacks=frozenset(), tally=Tally(),
        is_late=lambda grace_s=0.0: grace_s < late_s,
    )  # fmt: skip
    return Bench(world, 1, patient_s=10.0, examples=examples, families=Counter(families))


@pytest.mark.parametrize(
    ("examples", "families", "late_s", "is_late"),
    [
        (2 * MINIMUM_PLANS, ENOUGH, 1.0, True),
        (2 * MINIMUM_PLANS - 1, {}, 1.0, False),
        (2 * MINIMUM_PLANS - 1, {}, 11.0, True),
        (2 * MINIMUM_PLANS, ENOUGH | {"progress": 3}, 1.0, False),
        (4 * MINIMUM_PLANS, ENOUGH | {"progress": 3}, 1.0, True),
        (2 * MINIMUM_PLANS, ENOUGH | {"progress": 0}, 1.0, True),
    ],
)
def test_time_is_over_unless_a_verdict_lacks_plans(
    examples: int, families: dict[str, int], late_s: float, is_late: bool
) -> None:
    assert bench(examples, families, late_s).is_late() is is_late
