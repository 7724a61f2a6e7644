"""Plans by a seed: the same for the same number, and of every kind that the machine can have."""

from __future__ import annotations

from collections import Counter

import pytest

from smcheck.campaign.plans import Plans
from smcheck.campaign.vocabulary import draw_vocabulary
from smcheck.contract.profiles import PROFILES, Kind
from smcheck.errors import UsageError
from smcheck.plan import Plan, Update
from smcheck.subject import Subject
from tests.specimens import FIXED, load

SUBJECTS = {
    name: path for name, path in FIXED if name in ("set_order", "flushed_sync", "kept_entry")
}


def plans_of(name: str, *, seed: int = 1) -> Plans:
    """Return the plans of one of the correct specimens."""
    subject: Subject = load(SUBJECTS[name]).subject
    kind = {"flushed_sync": Kind.ON_DISK}.get(name, Kind.CONCURRENT)
    words = draw_vocabulary(subject, seed=seed)
    return Plans(subject, PROFILES["dragonboat"][kind], words, has_hash=False, seed=seed)


def operations(plan: Plan) -> Counter[str]:
    """Return how many operations of each kind a plan has."""
    return Counter(type(op).__name__ for ops in plan.tasks for op in ops)


def test_plans_are_the_same_for_the_same_seed_and_number() -> None:
    one, other = plans_of("set_order"), plans_of("set_order")
    assert [one.plan(n) for n in range(30)] == [other.plan(n) for n in reversed(range(30))][::-1]


def test_plans_of_another_seed_are_others() -> None:
    one, other = plans_of("set_order"), plans_of("set_order", seed=2)
    assert all(one.plan(n) != other.plan(n) for n in range(10))


def test_plans_apply_every_command_once_and_in_order() -> None:
    for number in range(60):
        plan, _ = plans_of("set_order").plan(number)
        assert plan.last_version == len(plan.log)
        indexes = [command.index for command in plan.log]
        assert indexes == sorted(set(indexes))


def test_plans_have_every_kind_of_operation_now_and_then() -> None:
    seen: Counter[str] = Counter()
    for number in range(60):
        seen.update(operations(plans_of("flushed_sync").plan(number)[0]).keys())
    assert {"Update", "Lookup", "Prepare", "Save", "Recover", "Sync", "Close"} <= seen.keys()
    assert min(seen.values()) >= 5


def test_plans_grow_with_their_number() -> None:
    plans = plans_of("set_order")

    def longest(first: int) -> int:
        return max(
            len(plan.log) for plan, drawn in map(plans.plan, range(first, first + 40)) if drawn
        )

    assert longest(0) <= 12
    assert longest(600) >= 30
    assert longest(5_000) <= 64


def test_plans_are_long_logs_on_one_task_now_and_then() -> None:
    plan, drawn = plans_of("set_order").plan(5)
    assert drawn == ()
    assert len(plan.log) >= 30
    assert plan.tasks[0] == (Update(0, len(plan.log)),)


def test_plans_vary_another_one_with_its_own_words() -> None:
    plans = plans_of("set_order")
    before, _ = plans.plan(1)
    after, _ = plans.varied(before, 7)
    commands = {command.cmd for command in before.log}
    assert {command.cmd for command in after.log} <= commands
    assert after.queries[: len(before.queries)] == before.queries


def test_vocabulary_refuses_commands_that_are_none() -> None:
    import hypothesis.strategies as st

    subject = Subject(machine=object, commands=st.integers(), without={"lookups"})
    with pytest.raises(UsageError, match="bytes"):
        draw_vocabulary(subject, seed=1)
