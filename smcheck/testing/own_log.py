"""Plans of a log of the user's own: all of it at once, and pieces of it as plans are drawn.

What long logs are not tried in is decided by the engine; here is only what happens.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import hypothesis.strategies as st
from hypothesis.stateful import initialize, rule

from smcheck.engine.world import seeded
from smcheck.plan import LONG, UPDATES, Command, Lookup, Plan, Recover, Update
from smcheck.subject import Subject
from smcheck.testing.contract_machine import ContractMachine, begin_lookup
from smcheck.testing.plan_builder import READER_TASKS

PIECES = 30
"""Plans of pieces at most."""

_LARGEST_BATCH = 64
_CARRIED = (0, 30, 100, 400, 400)
"""Entries in front of a piece that are applied before it, at most."""

_RECOVERS = 2 / 3
"""How often they are in an image instead: then there are fewer points in front of the piece."""


def whole(log: tuple[Command, ...], queries: tuple[object, ...], *, seed: int) -> Plan:
    """Return the plan of a whole log in drawn batches; beside a short one lookups run."""
    rng = seeded(seed, "own log")
    updates: list[Update] = []
    start = 0
    while start < len(log):
        stop = min(len(log), start + rng.randint(1, rng.randint(1, _LARGEST_BATCH)))
        updates.append(Update(start, stop))
        start = stop
    readers = tuple(Lookup(query) for query in range(len(queries))) if len(log) <= LONG else ()
    return Plan(log, queries, (tuple(updates), (), (), readers))


class LogMachine(ContractMachine):
    """Draw plans whose commands come out of ``own_log``, in its order.

    A piece of it begins anywhere; what is in front of it was applied before, in part, or the
    machine recovered from another replica's image of that.
    """

    own_log: ClassVar[tuple[Command, ...]] = ()

    @classmethod
    def _add_rules(cls, subject: Subject) -> None:
        super()._add_rules(subject)
        cls.propose_first = initialize(piece=st.integers(0, 1 << 16), size=st.integers(4, 12))(
            _begin_piece
        )
        cls.propose_some = rule(size=st.integers(1, 4))(_propose_next)
        if subject.probes and "lookups" not in subject.without:
            probe, reader = st.sampled_from(subject.probes), st.integers(0, READER_TASKS - 1)
            cls.begin_probe = rule(reader=reader, query=probe)(begin_lookup)

    def __init__(self) -> None:
        super().__init__()
        self._next = 0

    def _may_recover(self) -> bool:
        has_images = "snapshots" not in self.subject.without
        return has_images and self._profile(self.subject).recovers_used

    def propose_next(self, size: int) -> None:
        """Append the next commands of the own log."""
        for command in self.own_log[self._next : self._next + size]:
            self._builder.append(replace(command, index=0))
        self._next += size


def log_machine(log: tuple[Command, ...]) -> type[LogMachine]:
    """Return a machine that draws pieces of ``log``; ``machine_for`` gives it a subject."""
    return type("OwnLog", (LogMachine,), {"own_log": log})


def _begin_piece(self: LogMachine, piece: int, size: int) -> None:
    """Choose a piece of the log, and how the machine came to the state in front of it."""
    # Not drawn one by one: Hypothesis prefers small numbers, and each piece is as good.
    rng = seeded("piece", piece)
    start = rng.randrange(len(self.own_log))
    carried = min(start, rng.choice(_CARRIED))
    builder = self._builder
    self._next = start - carried
    builder.limit_log += carried
    self.propose_next(carried)
    if carried:
        recovers = self._may_recover() and rng.random() < _RECOVERS
        builder.begin(UPDATES, Recover(carried) if recovers else Update(0, carried))
    builder.applied = carried
    self.propose_next(size)


def _propose_next(self: LogMachine, size: int) -> None:
    """Append the next commands of the own log; an update applies them later."""
    self.propose_next(size)
