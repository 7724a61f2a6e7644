"""The twin that gets more entries in one batch than machines like to expect (BAT-3)."""

from __future__ import annotations

from dataclasses import replace

from smcheck.engine.compare import differ
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.finding import Breach
from smcheck.host.life import Life, Observe, Script
from smcheck.plan import Command, Update

MANY = 600
"""More than the 512 entries that the library begins with to make room for."""

_FEW = 24
"""As many as a drawn log has: whatever these batches show, other checks say."""


def check_many(ask: Ask) -> list[Breach]:
    """Repeat the log to hundreds of entries and apply them as one batch and as small ones."""
    if not ask.world.profile.batches or not ask.plan.log:
        return []
    log = _repeated(ask.plan.log, is_dense=ask.world.profile.dense_indexes)
    few = _live(ask, log, _FEW)
    if few.raised is not None or _shapes(few):
        return []
    if len(set(few.results)) > 1 or ask.reference.is_visible():
        ask.world.tally.saw("BAT-3")
    many = _live(ask, log, MANY)
    came = _difference(few, many)
    if not came or _difference(few, _live(ask, log, 1)):
        return []  # the cuts matter in small batches too: check_cuts says it
    outcome = many.raised.outcome if many.raised else None
    return [Breach(
        "BAT-3", "many", "a batch of many entries comes to something else",
        f"the log repeated to {MANY} entries and applied as one batch: {came}; in batches of "
        f"{_FEW} it is as one at a time: only the bytes of a batch are bounded, not the number of "
        "its entries",
        method="update", error=outcome.error if outcome else "",
        locations=innermost(outcome) if outcome else (),
    )]  # fmt: skip


def _repeated(log: tuple[Command, ...], *, is_dense: bool) -> tuple[Command, ...]:
    """Return the commands over and over, with indexes that go on rising and may leave gaps."""
    found: list[Command] = []
    for number in range(MANY):
        command = log[number % len(log)]
        gap = 2 if number % 7 == 3 and not is_dense else 1
        last = found[-1].index if found else 0
        found.append(replace(command, index=last + gap))
    return tuple(found)


def _live(ask: Ask, log: tuple[Command, ...], size: int) -> Life:
    updates = (Update(start, min(start + size, MANY)) for start in range(0, MANY, size))
    return ask.world.live(Script(log, ask.plan.queries, (*updates, Observe())))


def _difference(expected: Life, got: Life) -> str:
    """Return the first difference as a message says it, empty without one."""
    for breach in _shapes(got):
        return breach.message
    found = differ(expected, got)
    return f"{found.label}: expected {found.expected}, got {found.got}" if found else ""


def _shapes(life: Life) -> list[Breach]:
    """Return what was wrong with what update returned; what it keeps is another matter."""
    return [breach for breach in life.breaches if breach.clause != "UPD-4"]
