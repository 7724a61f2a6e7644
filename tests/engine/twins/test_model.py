"""The model, and the retries that a machine leaves out."""

from __future__ import annotations

import pytest

from smcheck import Subject, UsageError
from smcheck.engine.twins.model import UNDECIDED
from smcheck.plan import Command
from tests.engine.twins.plans import made, plan_of
from tests.testing import machines

MANY = [b"\1", b"\2", b"\3", b"\4"]


class Once(machines.Counter):
    """Leave out a command that came before."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[bytes] = set()

    def apply(self, cmd: bytes) -> int:
        if cmd not in self.seen:
            self.seen.add(cmd)
            self.total += cmd[0]
        return self.total


class Full(machines.Counter):
    """Refuse whatever would go beyond eleven."""

    def apply(self, cmd: bytes) -> int:
        if self.total + cmd[0] <= 11:
            self.total += cmd[0]
        return self.total


class Odd(machines.Counter):
    """Takes a nought for a seven, once there is something."""

    def apply(self, cmd: bytes) -> int:
        self.total += cmd[0]
        return self.total if cmd[0] or self.total < 4 else 7


class Strange(machines.Counter):
    """Count a command of two bytes once more than the model."""

    def apply(self, cmd: bytes) -> int:
        self.total += cmd[0] + len(cmd) - 1
        return self.total


class Sum:
    """Add the first bytes up; nothing is known of commands of two bytes."""

    def __init__(self) -> None:
        self.total = 0

    def apply(self, cmd: bytes) -> int:
        [number] = cmd
        self.total += number
        return self.total

    def query(self, query: object) -> int:
        return self.total


def subject_of(machine: type) -> Subject:
    return Subject(machine=machine, commands=machines.commands, queries=machines.queries, model=Sum)


@pytest.mark.parametrize("log", [[*MANY, b"\2"], [b"\1", b"\1", b"\2", b"\3", b"\4"]])
def test_an_entry_that_is_left_out_as_a_retry_is_ses_2(log: list[bytes]) -> None:
    [breach], tally = made("model", subject_of(Once), plan_of(log, "total"))
    assert breach.clause == "SES-2"
    assert "without repeated commands both agree" in breach.message
    assert tally.exercised["SES-2"] == 1


def test_a_short_log_does_not_decide_what_was_left_out() -> None:
    [breach], _ = made("model", subject_of(Once), plan_of([b"\1", b"\2", b"\1"], "total"))
    assert (breach.clause, breach.evidence) == ("UPD-2", (UNDECIDED,))


@pytest.mark.parametrize("log", [[*MANY, b"\2"], [*MANY, b"\5"]])
def test_an_entry_that_is_refused_for_another_reason_is_no_retry(log: list[bytes]) -> None:
    [breach], _ = made("model", subject_of(Full), plan_of([*log, b"\6"], "total"))
    assert (breach.clause, breach.evidence) == ("UPD-2", ())


def test_a_command_that_is_wrong_the_second_time_only_is_no_retry() -> None:
    log = [b"\0", b"\1", b"\2", b"\3", b"\0"]
    [breach], _ = made("model", subject_of(Odd), plan_of(log, "total"))
    assert breach.clause == "UPD-2"
    assert UNDECIDED not in breach.evidence


def test_retries_that_are_applied_are_counted_and_fine() -> None:
    found, tally = made("model", subject_of(machines.Counter), plan_of([*MANY, b"\2"], "total"))
    assert found == []
    assert tally.exercised["SES-2"] == 1
    found, tally = made("model", subject_of(machines.Counter), plan_of(MANY, "total"))
    assert tally.exercised["SES-2"] == 0


def test_a_model_that_refuses_an_added_command_says_nothing_from_there_on() -> None:
    plan = plan_of([b"\1", b"\1", b"\1"], "total")
    added = plan.with_entry(1, Command(4, b"\1\1", added=True))
    assert made("model", subject_of(Strange), added)[0] == []
    with pytest.raises(UsageError, match="too many values to unpack"):
        made("model", subject_of(Strange), plan.with_entry(1, Command(4, b"\1\1")))
