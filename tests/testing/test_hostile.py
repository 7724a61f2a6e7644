"""Machines that are rude in what they raise: the check ends and says what it saw."""

from __future__ import annotations

from typing import Any

import smcheck
from smcheck import Subject
from smcheck.host.life import raised
from tests.testing import machines

_MISSING = KeyError("missing")


class RaisesOneObject(machines.Counter):
    """Refuse every lookup with one and the same exception object."""

    def lookup(self, query: object) -> object:
        raise _MISSING


def report_of(machine: Any, **fields: Any) -> smcheck.Report:
    given: dict[str, Any] = {"commands": machines.commands, "queries": machines.queries} | fields
    subject = Subject(machine=machine, **given)
    return smcheck.check(subject, seed=1, max_examples=12, schedules=4)


def test_an_exception_object_raised_again_and_again_keeps_no_stacks() -> None:
    report_of(RaisesOneObject)
    assert _MISSING.__traceback__ is None


def test_the_outcome_of_a_frozen_exception_has_its_frames() -> None:
    class Frozen(Exception):
        def __setattr__(self, name: str, value: object) -> None:
            raise AttributeError(name)

    try:
        raise Frozen
    except Frozen as error:
        outcome = raised(error)
    assert [frame.function for frame in outcome.frames] == [
        "test_the_outcome_of_a_frozen_exception_has_its_frames"
    ]
