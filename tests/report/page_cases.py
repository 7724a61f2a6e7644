"""Reports for the tests of the page: one of each kind that it has to show, made by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from smcheck.finding import (
    Breach,
    ClauseStatus,
    Finding,
    Location,
    Severity,
    Stats,
    SubjectReport,
    Verdict,
)
from smcheck.report.data import blank
from smcheck.scenario import NOTHING, Act, Row, Scenario, Step, Touch, Turn, Twins, Version

BANK = Path(__file__).parents[1] / "buggy" / "half_transfer.py"
HOSTILE = "put </script><img src=x onerror=alert(1)> {{7*7}} \u202e\u2028 <!-- &amp; \ud800"
_SOURCE = BANK.read_text("utf-8").splitlines()


def report(*findings: Finding, name: str = "Bank", kind: str = "concurrent") -> SubjectReport:
    """Return a report that is violated if there are findings, else held."""
    made = blank(name, kind)
    made.findings = list(findings)
    made.verdict = Verdict.VIOLATED if findings else Verdict.HELD
    made.clauses["BAT-6"] = ClauseStatus(5120, "violated" if findings else "held")
    made.stats = Stats(seed=1, examples=100, schedules=2040, operations=51233, seconds=3.14159)
    return made


def inconclusive() -> SubjectReport:
    """Return a report of a search that ran out of time."""
    made = blank("Ledger", "on-disk")
    made.reasons = ["the time was over before each family had ten plans; give it more time"]
    made.stats.partial = True
    return made


def finding(
    scenario: Scenario,
    *,
    clause: str = "BAT-6",
    title: str = "A lookup saw half of a batch",
    message: str = "expected 200 (version 0 or 1), got 190",
    source: str = "balances = dict(self.balances)",
    severity: Severity = Severity.VIOLATION,
) -> Finding:
    """Return a finding about the bank."""
    breach = Breach(
        clause=clause, check="reads", title=title, message=message, severity=severity,
        method="lookup", evidence=(("query", "('total',)"),),
    )  # fmt: skip
    writer = Location(str(BANK), line_of("self.balances[payee]"), "Bank.update", role="writer")
    return Finding(
        breach,
        Location(str(BANK), line_of(source), "Bank.lookup"),
        related=(writer,),
        signature="0123456789ab",
        scenario=scenario,
        witness=".smcheck/witnesses/bank-bat-6.json",
        replay="smcheck replay .smcheck/witnesses/bank-bat-6.json",
    )


def line_of(text: str) -> int:
    """Return the number of the first line of the bank that holds a text."""
    return next(number for number, line in enumerate(_SOURCE, 1) if text in line)


def step(task: int, text: str, *touches: Touch, interrupted: bool = False) -> Step:
    """Return a step on the line of the bank that holds a text."""
    function = "Bank.lookup" if task else "Bank.update"
    line = line_of(text)
    return Step(task, str(BANK), line, function, _SOURCE[line - 1].strip(), 0, touches, interrupted)


def torn() -> Scenario:
    """Return a transfer that a reader sees half of."""
    ann, bob = "self.balances['ann']", "self.balances['bob']"
    steps = (
        step(0, "for entry in entries", Touch("entry", "Entry(1)")),
        step(0, "entry.result = Result(0)", Touch("entry.result", "None", "Result(0)")),
        step(0, "match entry.cmd", Touch("entry.cmd", "b'transfer ann bob 10'")),
        step(0, "case [\"transfer\"", Touch(ann, "100")),
        step(0, "self.balances[payer] -=", Touch(ann, "100"), Touch(ann, "100", "90"),
             interrupted=True),
        step(1, "balances = dict(", Touch("self.balances", "{'ann': 90, 'bob': 100}"),
             Touch("balances", "unset", "{'ann': 90, 'bob': 100}")),
        step(1, "match query", Touch("query", "('total',)")),
        step(1, "case [\"balance\""),
        step(1, "case [\"total\"]"),
        step(1, "return sum(", Touch("balances", "{'ann': 90, 'bob': 100}")),
        step(0, "self.balances[payee] +=", Touch(bob, "100", "110")),
        step(0, "entry.result = Result(1)", Touch("entry.result", "Result(0)", "Result(1)")),
        step(0, "return entries"),
    )  # fmt: skip
    return Scenario(
        tasks=("updates", "reader 1"),
        acts=(
            Act(0, "update", "update 1: transfer ann bob 10", "1", 0, 13, 0, 1,
                output=("moving 10 from ann to bob",)),
            Act(1, "lookup", "lookup ('total',)", "190", 5, 10, 0, 1, is_wrong=True),
            Act(1, "lookup", "lookup ('balance', 'bob')", "110", 13, 13, 1, 1),
        ),
        steps=steps,
        turns=(
            Turn(0, -1, 0, False, "begins"),
            Turn(5, 0, 1, True, "before self.balances[payee] is read"),
            Turn(10, 1, 0, False, "reader 1 is done"),
            Turn(13, 0, 1, False, "updates is done"),
        ),
        versions=(
            Version(0, state="{'ann': 100, 'bob': 100}",
                    answers=(("('total',)", "200"), ("('balance', 'bob')", "100"))),
            Version(1, 1, "transfer ann bob 10", "1", "{'ann': 90, 'bob': 110}",
                    (("('total',)", "200"), ("('balance', 'bob')", "110"))),
        ),
        switches=3,
        executions=214,
    )  # fmt: skip


def parted() -> Scenario:
    """Return twins of which one orders a set in another way; no line was recorded."""
    rows = [Row(f"result of entry {n}", f"Result({n})", f"Result({n})") for n in range(1, 12)]
    rows += [
        Row("result of entry 12", "Result(3, b'ann,bob,eve')", "Result(3, b'ann,eve,bob')"),
        Row("lookup 'order'", "['ann', 'bob', 'eve']", "['ann', 'eve', 'bob']"),
        Row("hash", "0x1f6b", "0x1f6b"),
    ]
    acts = [
        Act(0, "update", f"update {n}: add name{n}", f"Result({n})", 0, 0, n - 1, n,
            is_wrong=n == 12)
        for n in range(1, 13)
    ]  # fmt: skip
    return Scenario(
        tasks=("the only task",), acts=tuple(acts),
        twins=Twins("hash seed 0, one batch", "hash seed 1, one batch", tuple(rows)),
        executions=31,
    )  # fmt: skip


def stale() -> Scenario:
    """Return a snapshot that holds what was applied after it was prepared."""
    states = [f"{{'ann': {100 - 10 * n}, 'bob': {100 + 10 * n}}}" for n in range(5)]
    text = "self.balances.copy()"
    steps = [step(0, "for entry in entries") for _ in range(3)]
    steps += [step(1, text, Touch("self.balances", states[1]))]
    steps += [step(0, "self.balances[payer] -="), step(0, "self.balances[payee] +=")] * 3
    steps += [step(1, "json.dumps(context)", Touch("context", states[4]))]
    return Scenario(
        tasks=("updates", "snapshots"),
        acts=(
            Act(0, "update", "update 1: transfer ann bob 10", "1", 0, 3, 0, 1),
            Act(1, "prepare", "prepare", "a dict", 3, 4, 1, 1),
            Act(0, "update", "update 2..4: 3 transfers", "1, 1, 1", 4, 10, 1, 4),
            Act(1, "save", "save", states[4], 10, 11, 1, 1, is_wrong=True),
        ),
        steps=tuple(steps),
        turns=(Turn(0, -1, 0, False, "begins"), Turn(3, 0, 1, True, "after update 1"),
               Turn(4, 1, 0, True, "before context is saved"), Turn(10, 0, 1, False, "done")),
        versions=tuple(Version(n, n, "transfer ann bob 10" if n else "", "1" if n else "", state)
                       for n, state in enumerate(states)),
        switches=3, executions=12,
    )  # fmt: skip


def crowded(tasks: int = 12) -> Scenario:
    """Return many tasks of which each does something, two of them for ever."""
    steps: list[Step] = []
    acts = []
    for task in range(tasks):
        began = len(steps)
        steps += [step(task, "balances = dict("), step(task, "match query")]
        ended = None if task in (3, 7) else len(steps)
        acts.append(
            Act(task, "lookup", f"lookup 'a query of reader {task}'", "7", began, ended, 0, 3)
        )
    names = ("updates", "snapshots", "closer", *(f"reader {n - 2}" for n in range(3, tasks)))
    turns = tuple(
        Turn(2 * task, task - 1, task, task % 4 == 1, "waits for Lock") for task in range(tasks)
    )
    return Scenario(names[:tasks], tuple(acts), tuple(steps), turns, switches=tasks)


def long(steps: int = 20_000, operations: int = 200) -> Scenario:
    """Return a scenario of the size that the page has to bear."""
    each = steps // operations
    ran: list[Step] = []
    acts, turns = [], []
    for n in range(operations):
        task, began = n % 3, len(ran)
        ran += [
            step(task, "match query", Touch(f"self.rows[{(n + k) % 500}]", str(k), str(k + 1)))
            for k in range(each)
        ]
        kind = ("update", "lookup", "lookup")[task]
        versions = (n // 3, n // 3 + (task == 0))
        acts.append(Act(task, kind, f"{kind} {n}", str(n), began, len(ran), *versions))
        turns.append(Turn(began, (n - 1) % 3, task, n % 5 == 1, f"reason {n}"))
    truth = tuple(
        Version(n, n, f"put {n}", state=f"{{'n': {n}}}") for n in range(operations // 3 + 2)
    )
    names = ("updates", "reader 1", "reader 2")
    return Scenario(names, tuple(acts), tuple(ran), tuple(turns), truth, switches=operations)


def hostile() -> Scenario:
    """Return a scenario in which every text tries to be markup."""
    touch = Touch(HOSTILE, HOSTILE, HOSTILE)
    ran = Step(0, f"/m/{HOSTILE}.py", 3, HOSTILE, HOSTILE, 0, (touch,), True)
    act = Act(0, "update", HOSTILE, HOSTILE, 0, 1, 0, 1, True, (HOSTILE,))
    version = Version(1, 1, HOSTILE, HOSTILE, HOSTILE, ((HOSTILE, HOSTILE),))
    return Scenario(
        (HOSTILE,), (act,), (ran,), (Turn(0, -1, 0, True, HOSTILE),), (Version(0), version),
        Twins(HOSTILE, HOSTILE, (Row(HOSTILE, HOSTILE, "x"),)),
    )  # fmt: skip


def nothing() -> Scenario:
    """Return what there is of a case that killed its process."""
    return NOTHING


Maker = Callable[[], Scenario]
ALL: tuple[Maker, ...] = (torn, parted, stale, crowded, hostile, nothing)
"""Makers of every scenario of a size that a person reads."""
