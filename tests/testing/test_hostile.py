"""Machines that are rude in what they raise: the check ends and says what it saw."""

from __future__ import annotations

import socket
import threading
from typing import Any

import pytest

import smcheck
from smcheck import ContractMachine, Subject, Verdict
from smcheck.host.life import raised
from smcheck.testing.bench import Broken
from tests.testing import machines

pytestmark = pytest.mark.dear

_MISSING = KeyError("missing")


class RaisesOneObject(machines.Counter):
    """Refuse every lookup with one and the same exception object."""

    def lookup(self, query: object) -> object:
        raise _MISSING


class Blocks(machines.Counter):
    """Wait in every save for bytes that nobody sends."""

    def save_snapshot(self, context: object, writer: Any, files: object, stopped: object) -> None:
        here, _there = socket.socketpair()
        here.recv(1)


class NeverMade(machines.Counter):
    """Wait while it is constructed."""

    def __init__(self) -> None:
        super().__init__()
        threading.Event().wait()


class SavesSometimes(machines.Counter):
    """Refuse every third save, whoever asks for it."""

    saves = 0

    def save_snapshot(self, context: object, writer: Any, files: object, stopped: object) -> None:
        type(self).saves += 1
        if self.saves % 3 == 0:
            raise OSError("disk full")
        super().save_snapshot(context, writer, files, stopped)


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


def test_a_machine_that_always_blocks_is_given_up_soon() -> None:
    [report] = report_of(Blocks).subjects
    assert report.stats.examples <= 3
    assert report.verdict is Verdict.INCONCLUSIVE
    assert "here.recv(1)" in report.reasons[0]
    assert "smcheck/" not in report.reasons[0]


def test_a_factory_that_never_returns_is_inconclusive() -> None:
    [report] = report_of(NeverMade).subjects
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.reasons[0].startswith("no machine could be made: ")
    assert "waits for Event.wait at line" in report.reasons[0]


def test_a_contract_machine_fails_when_its_runs_said_nothing() -> None:
    class BlocksMachine(ContractMachine):
        subject = Subject(machine=Blocks, commands=machines.commands, queries=machines.queries)

    try:
        with pytest.raises(Broken, match="inconclusive, not held: no progress"):
            BlocksMachine.TestCase("runTest").debug()
    finally:
        assert BlocksMachine.bench is not None
        BlocksMachine.bench.world.close()


def test_a_donor_that_raises_is_no_fault_of_smcheck() -> None:
    [report] = report_of(SavesSometimes).subjects
    assert report.verdict is Verdict.VIOLATED
    assert {finding.breach.method for finding in report.findings} >= {"save_snapshot"}
