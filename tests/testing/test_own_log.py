"""A log of the user's own comes first, whole and in pieces, and its defects come out short."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import strategies as st

from smcheck import Result, Subject
from smcheck.finding import SubjectReport
from smcheck.plan import READERS, UPDATES, Command, Plan, Recover, Update
from smcheck.testing.bench import Bench
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from smcheck.testing.own_log import whole
from tests.testing import machines


class Purse(machines.Counter):
    """Count up and down; correct."""

    def apply(self, cmd: bytes) -> int:
        self.total = 0 if cmd == b"empty" else self.total + 1
        return self.total


class Leaky(Purse):
    """Make another result of one word, in each instance, once another word came."""

    made: ClassVar[int] = 0
    is_open = False

    def apply(self, cmd: bytes) -> int:
        self.is_open |= cmd == b"open sesame"
        if self.is_open and cmd == b"close sesame":
            Leaky.made += 1
            return Leaky.made
        return super().apply(cmd)


class Model:
    """What ``Purse`` does."""

    def __init__(self) -> None:
        self.purse = Purse()

    def apply(self, cmd: bytes) -> Result:
        return Result(self.purse.apply(cmd))

    def query(self, query: object) -> object:
        return self.purse.total


class Short(Purse):
    """Lose one of the count when both words came; a model tells it."""

    before = b""

    def apply(self, cmd: bytes) -> int:
        self.total -= self.before == b"open sesame" and cmd == b"close sesame"
        self.before = cmd if b"sesame" in cmd else self.before
        return super().apply(cmd)


def subject(machine: type[Purse], **more: object) -> Subject:
    words = st.sampled_from([b"one", b"two", b"empty"])
    return Subject(machine=machine, commands=words, queries=st.just("total"), **more)  # type: ignore[arg-type]  # by name


def log_of(length: int, words: dict[int, bytes]) -> tuple[Command, ...]:
    plain = b"one two empty".split()
    return tuple(
        Command(index, words.get(index, plain[index % 3])) for index in range(1, length + 1)
    )


LOG = log_of(400, {3: b"open sesame", 400: b"close sesame"})


def check(one: Subject, *, plans: int, log: tuple[Command, ...] = LOG) -> SubjectReport:
    return check_subject(one, Options(max_examples=plans, schedules=2, seed=1, log=log))


@pytest.mark.parametrize(
    ("one", "clause"),
    [(subject(Leaky), "UPD-2"), (subject(Short, model=Model), "UPD-2")],
    ids=["differs", "model"],
)
def test_defect_of_the_last_of_many_commands_is_found_and_short(one: Subject, clause: str) -> None:
    [finding] = check(one, plans=1).findings
    assert finding.breach.clause == clause
    commands = [version.entry for version in finding.scenario.versions[1:]]
    assert commands == ["b'open sesame'", "b'close sesame'"]


def test_drawn_commands_alone_do_not_reach_it() -> None:
    assert check(subject(Short, model=Model), plans=3, log=()).findings == []


def test_correct_machine_holds_its_log() -> None:
    report = check(subject(Purse, model=Model), plans=6)
    assert (report.findings, report.stats.examples) == ([], 6)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """Return what is judged; nothing of it runs."""
    plans: list[Plan] = []

    def judge(self: Bench, plan: Plan, drawn: object) -> None:
        plans.append(plan)
        self.examples += 1

    monkeypatch.setattr(Bench, "judge", judge)
    return plans


def test_log_comes_whole_before_pieces_in_its_order(judged: list[Plan]) -> None:
    log = tuple(Command(3 * number, b"%d" % number) for number in range(1, 91))
    check(subject(Purse), plans=40, log=log)
    first, *pieces = judged[:20]
    assert first.log == log
    numbers = [[int(command.cmd) for command in plan.log] for plan in pieces]
    for piece in filter(None, numbers):
        # A retry repeats one of the last commands; what comes after goes on with the log.
        kept = list(dict.fromkeys(piece))
        assert kept == list(range(piece[0], piece[0] + len(kept)))
    assert len({piece[:1] for piece in map(tuple, numbers)}) > 3
    begins = [operation for plan in pieces for operation in plan.tasks[UPDATES][:1]]
    assert any(isinstance(operation, Recover) for operation in begins)
    assert any(isinstance(operation, Update) and operation.stop > 24 for operation in begins)


def test_whole_log_is_cut_at_drawn_places() -> None:
    plan = whole(LOG, ("total",), seed=1)
    edges = [update.start for update in plan.tasks[UPDATES] if isinstance(update, Update)]
    assert edges[0] == 0
    assert len(edges) > 10
    assert plan.last_version == 400
    assert whole(LOG, ("total",), seed=1) == plan
    assert whole(LOG, ("total",), seed=2) != plan


def test_short_log_meets_lookups() -> None:
    assert whole(LOG[:200], ("total",), seed=1).tasks[READERS] != ()
    assert whole(LOG, ("total",), seed=1).tasks[READERS] == ()
