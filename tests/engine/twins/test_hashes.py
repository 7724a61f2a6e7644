"""The advice on a hash that never changes."""

from __future__ import annotations

import pytest

from smcheck import Subject
from smcheck.finding import Severity
from tests.engine.twins.plans import made, plan_of
from tests.testing import machines


class Constant(machines.RegularCounter):
    """Hash every state alike."""

    def get_hash(self) -> int:
        return 7


class ByTens(machines.RegularCounter):
    """Hash some states alike."""

    def get_hash(self) -> int:
        return self.total // 10


class Refuses(machines.RegularCounter):
    """Say that there is no hash."""

    def get_hash(self) -> int:
        raise NotImplementedError


def subject_of(machine: type) -> Subject:
    return Subject(
        machine=machine, commands=machines.commands, queries=machines.queries, kind="regular"
    )


def test_a_hash_that_is_the_same_for_five_states_is_a_hazard() -> None:
    [breach], tally = made("hash", subject_of(Constant), plan_of([b"\1"] * 4, "total"))
    assert (breach.clause, breach.severity, breach.method) == (
        "HSH-3", Severity.HAZARD, "get_hash",
    )  # fmt: skip
    assert "got 7 for 5 different states" in breach.message
    assert tally.exercised["HSH-3"] == 1


@pytest.mark.parametrize("commands", [[b"\1"] * 3, [b"\1", b"\1", b"\1", b"\0", b"\0"]])
def test_a_hash_that_is_the_same_for_four_states_says_nothing(commands: list[bytes]) -> None:
    found, tally = made("hash", subject_of(Constant), plan_of(commands, "total"))
    assert found == []
    assert tally.exercised["HSH-3"] == 0


@pytest.mark.parametrize("machine", [ByTens, Refuses])
def test_a_hash_that_changes_at_times_or_is_none_is_no_constant(machine: type) -> None:
    found, tally = made("hash", subject_of(machine), plan_of([b"\4"] * 4, "total"))
    assert found == []
    assert tally.exercised["HSH-3"] == 1
