"""Histories drawn as lanes of text, and a small store as their oracle.

One line per task; ``[`` is the moment of a call and ``]`` of its return, ``>`` means that it
never returned::

    updates | [0..1]  [1..2            ]
    reader  |      [a -> 1]   [a -> 2]

A call is ``0..2`` (update with these positions of the log), ``recover 2``, ``close``,
``hash -> number`` or ``query -> answer``; ``!`` before an answer or behind a write gives the
exception that it raised, ``outside`` behind a write says that it passed no point inside the
machine.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Callable

import pytest

from smcheck.checkers.reads import ReadVerdict, check_reads
from smcheck.history import Call, History, Outcome
from smcheck.plan import Close, Command, Hash, Lookup, Operation, Plan, Recover, Update
from smcheck.values import freeze, freeze_exception

State = dict[str, int]
Judge = Callable[..., ReadVerdict]

_CALL = re.compile(r"\[(.*?)(\]|(?<!-)>)(?=\s|$)")
QUERIES = ("a", "b", "ab", "a!", "members")


def _raised(text: str) -> Outcome:
    """Return the outcome of ``KeyError('a')`` and the like."""
    name, _, args = text.partition("(")
    error = getattr(builtins, name)(*ast.literal_eval(f"[{args.rstrip(')')}]"))
    return Outcome(freeze_exception(error), raised=True, error=name)


class Store:
    """An oracle: entries such as ``a=1,b=1`` set keys, ``-a`` removes one, ``nop`` does nothing."""

    def __init__(self, log: tuple[Command, ...], *, computes: bool = True) -> None:
        self._log = log
        self._computes = computes

    def answer(self, version: int, query: int, /) -> Outcome:
        return self._ask(range(version), QUERIES[query])

    def answer_of(self, entries: tuple[int, ...], query: int, /) -> Outcome | None:
        return self._ask(entries, QUERIES[query]) if self._computes else None

    def _ask(self, entries: range | tuple[int, ...], query: str) -> Outcome:
        state: State = {}
        for position in entries:
            for part in self._log[position].cmd.decode().split(","):
                key, _, value = part.partition("=")
                if key.startswith("-"):
                    state.pop(key[1:], None)
                elif value:
                    state[key] = int(value)
        if query == "a!":
            return Outcome(freeze(state["a"])) if "a" in state else _raised("KeyError('a')")
        if query == "members":
            return Outcome(freeze(list(state)))
        if query == "ab":
            return Outcome(freeze((state.get("a"), state.get("b"))))
        return Outcome(freeze(state.get(query)))


def _operation(text: str) -> tuple[Operation, Outcome]:
    asked, arrow, answer = (part.strip() for part in text.partition("->"))
    if arrow:
        outcome = _raised(answer[1:]) if answer[0] == "!" else None
        operation = Hash() if asked == "hash" else Lookup(QUERIES.index(asked))
        return operation, outcome or Outcome(freeze(ast.literal_eval(answer)))
    call, _, error = (part.strip() for part in text.partition("!"))
    outcome = _raised(error) if error else Outcome(freeze(None))
    call = call.removesuffix("outside").strip()
    if call == "close":
        return Close(), outcome
    if call.startswith("recover"):
        return Recover(int(call.split()[1])), outcome
    start, _, stop = call.partition("..")
    return Update(int(start), int(stop)), outcome


def parse(lanes: str) -> History:
    """Return the history that ``lanes`` draws."""
    calls: list[tuple[int, int, Call]] = []
    for task, line in enumerate(lane for lane in lanes.splitlines() if lane.strip()):
        for ordinal, found in enumerate(_CALL.finditer(line)):
            operation, outcome = _operation(found[1])
            reached = 0 if "outside" in found[1] else 5
            call = Call(task, ordinal, operation, found.start() * 10 + task, reached=reached)
            if found[2] == "]":
                call.ended, call.outcome = (found.end() - 1) * 10 + task, outcome
            calls.append((call.began, task, call))
    return History([call for *_, call in sorted(calls, key=lambda item: item[:2])])


@pytest.fixture
def history() -> Callable[[str], History]:
    """Give the history that lanes draw."""
    return parse


@pytest.fixture
def judge() -> Judge:
    """Give the verdict on lanes: ``judge("a=1; a=2", lanes)``."""

    def check(log: str, lanes: str, *, computes: bool = True, batches: bool = True) -> ReadVerdict:
        commands = [part.strip().encode() for part in log.split(";")]
        entries = tuple(Command(10 * i + 1, cmd) for i, cmd in enumerate(commands))
        plan = Plan(entries, QUERIES)
        oracle = Store(entries, computes=computes)
        return check_reads(plan, parse(lanes), oracle, batches=batches)

    return check


@pytest.fixture
def clauses(judge: Judge) -> Callable[..., list[tuple[str, str]]]:
    """Give clause and severity of each breach in lanes."""

    def check(log: str, lanes: str, **how: bool) -> list[tuple[str, str]]:
        verdict = judge(log, lanes, **how)
        return [(breach.clause, breach.severity.value) for breach in verdict.breaches]

    return check
