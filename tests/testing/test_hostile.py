"""Machines that are rude in what they raise: the check ends and says what it saw."""

from __future__ import annotations

import io
import os
import random
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

import smcheck
from smcheck import ContractMachine, Entry, Subject, Verdict
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


def report_of(machine: Any, *, examples: int = 12, **fields: Any) -> smcheck.Report:
    given: dict[str, Any] = {"commands": machines.commands, "queries": machines.queries} | fields
    subject = Subject(machine=machine, **given)
    return smcheck.check(subject, seed=1, max_examples=examples, schedules=4)


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


class Unspeakable:
    """Refuse to be compared, hashed and shown."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        raise ValueError

    __hash__ = __repr__ = __str__ = __eq__  # type: ignore[assignment]  # rude


class ArrayLike(Unspeakable):
    """Compare item by item, and have no truth."""

    def __eq__(self, other: object) -> Any:
        return [True, False]

    def __bool__(self) -> bool:
        raise ValueError("ambiguous")


class OddNumber(int):
    """A number that is equal to nothing without a complaint."""

    def __eq__(self, other: object) -> bool:
        raise ValueError

    __hash__ = int.__hash__


class AnswersUnspeakable(machines.Counter):
    def lookup(self, query: object) -> object:
        return Unspeakable(self.total)


class AnswersArray(machines.Counter):
    def lookup(self, query: object) -> object:
        return ArrayLike(self.total)


_DEEP: list[object] = []
for _ in range(1_000):
    _DEEP = [_DEEP]


class AnswersDeep(machines.Counter):
    def lookup(self, query: object) -> object:
        return self.total, _DEEP


class OddResults(machines.Counter):
    def apply(self, cmd: bytes) -> int:
        return OddNumber(super().apply(cmd))


class RaisesWhenDropped(machines.Counter):
    is_rude = False

    def __del__(self) -> None:
        if self.is_rude:
            raise RuntimeError("not yet")


class AsksItself(machines.Counter):
    def lookup(self, query: object) -> object:
        return self.lookup(query)


class NeverRests(machines.Counter):
    def __init__(self) -> None:
        super().__init__()
        threading.Thread(target=self.run).start()

    def run(self) -> None:
        while True:
            time.sleep(1)


class KeepsReader(machines.Counter):
    def recover_from_snapshot(self, reader: Any, files: object, stopped: object) -> None:
        super().recover_from_snapshot(reader, files, stopped)
        assert reader.read() == reader.read(100) == b""
        self.reader = reader


class AnswersEverything(machines.Counter):
    def __getattr__(self, name: str) -> Any:
        return lambda *args: None


class Slotted:
    __slots__ = ("total",)
    __init__ = machines.Counter.__init__
    update, apply = machines.Counter.update, machines.Counter.apply
    lookup, close = machines.Counter.lookup, machines.Counter.close
    prepare_snapshot = machines.Counter.prepare_snapshot
    save_snapshot = machines.Counter.save_snapshot
    recover_from_snapshot = machines.Counter.recover_from_snapshot


class Meta(type):
    def __call__(cls, *args: Any) -> Any:
        made = super().__call__(*args)
        made.extra = []
        return made


class Special(machines.Counter, metaclass=Meta):
    pass


class Upsets(machines.Counter):
    """Change what belongs to the whole process."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        os.chdir("/")
        sys.stdout = sys.stderr = io.StringIO()
        sys.setrecursionlimit(2_000)
        random.seed(1)
        return super().update(entries)

    def lookup(self, query: object) -> object:
        sys.settrace(None)
        sys.setprofile(None)
        return super().lookup(query)


@pytest.mark.parametrize(
    "machine",
    [
        AnswersUnspeakable, AnswersArray, AnswersDeep, OddResults, AsksItself, NeverRests,
        KeepsReader, AnswersEverything, Slotted, Special, Upsets,
    ],
)  # fmt: skip
def test_what_is_only_odd_is_not_accused(machine: Any) -> None:
    [report] = report_of(machine, kind="concurrent", examples=1).subjects
    assert report.findings == []
    assert report.verdict is Verdict.INCONCLUSIVE
    assert not [reason for reason in report.reasons if "smcheck/" in reason]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_finaliser_that_raises_is_nobodys_breach(monkeypatch: pytest.MonkeyPatch) -> None:
    # Only as long as this test runs: others may collect what it leaves.
    monkeypatch.setattr(RaisesWhenDropped, "is_rude", True)
    [report] = report_of(RaisesWhenDropped, examples=2).subjects
    assert report.findings == []


def test_what_a_machine_changed_of_the_process_is_put_back() -> None:
    def present() -> tuple[object, ...]:
        hooks = (sys.gettrace(), sys.getprofile())
        return Path.cwd(), sys.stdout, sys.stderr, sys.getrecursionlimit(), *hooks

    before = present()
    report_of(Upsets, examples=2)
    assert present() == before


def _results_in(made: Any) -> Any:
    """Return a machine whose update returns what ``made`` makes of the entries."""

    def update(self: machines.Counter, entries: Sequence[Entry]) -> Any:
        return made(machines.Counter.update(self, entries))

    return type("ReturnsElse", (machines.Counter,), {"update": update, "__module__": __name__})


def _texts(entries: Sequence[Entry]) -> Sequence[Entry]:
    for entry in entries:
        entry.result = "done"  # type: ignore[assignment]  # rude
    return entries


def _raises(method: str, error: type[BaseException]) -> Any:
    """Return a machine one of whose methods raises what is no ``Exception``."""

    def raising(self: object, *args: object) -> None:
        raise error

    return type("Raises", (machines.Counter,), {method: raising, "__module__": __name__})


class UpdatesItself(machines.Counter):
    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        return self.update(entries)


class ClosesWriter(machines.Counter):
    def save_snapshot(self, context: object, writer: Any, files: object, stopped: object) -> None:
        super().save_snapshot(context, writer, files, stopped)
        writer.close()


class WritesLater(machines.Counter):
    writer: Any = None

    def save_snapshot(self, context: object, writer: Any, files: object, stopped: object) -> None:
        super().save_snapshot(context, writer, files, stopped)
        self.writer = writer

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        if self.writer is not None:
            self.writer.write(b"more")
        return super().update(entries)


@pytest.mark.parametrize(
    ("machine", "clause"),
    [
        pytest.param(_results_in(_texts), "RES-1", id="texts"),
        pytest.param(_results_in(lambda es: [object() for _ in es]), "UPD-6", id="objects"),
        pytest.param(_results_in(iter), "UPD-6", id="iterator"),
        pytest.param(_raises("update", SystemExit), "UPD-8", id="exits"),
        pytest.param(_raises("update", KeyboardInterrupt), "UPD-8", id="interrupts"),
        pytest.param(_raises("save_snapshot", GeneratorExit), "SAV-8", id="ends"),
        pytest.param(_raises("lookup", SystemExit), "LKP-4", id="exits in lookup"),
        (UpdatesItself, "UPD-8"),
        (ClosesWriter, "SAV-11"),
        (WritesLater, "SAV-3"),
    ],
)
def test_what_is_wrong_is_one_finding(machine: Any, clause: str) -> None:
    [report] = report_of(machine, examples=1).subjects
    assert [finding.breach.clause for finding in report.findings] == [clause]
