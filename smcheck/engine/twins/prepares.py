"""How prepare spends the time for which updates wait."""

from __future__ import annotations

from functools import partial

from smcheck.contract.profiles import Kind
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.trial import attempt, trials
from smcheck.finding import Breach, Severity
from smcheck.runtime.clock import now_s

_LONG_S = 0.01
"""Reading the clock moves it by microseconds; only waiting moves it as far as this."""


def check_prepares(ask: Ask) -> list[Breach]:
    """Look whether time passes inside prepare, on a clock that only waiting moves."""
    if "snapshots" in ask.world.subject.without or ask.world.kind is Kind.REGULAR:
        return []
    passed_s = attempt(ask, partial(_passed_s, ask))
    if passed_s is None:
        return []
    ask.world.tally.saw("PRE-1")
    if passed_s < _LONG_S:
        return []
    return [Breach(
        "PRE-1", "prepares", "prepare waits while updates wait for it",
        f"expected prepare to return at once, it slept or waited for {passed_s:.3g} s, alone on "
        "one thread: leave to save what takes time",
        method="prepare_snapshot", severity=Severity.HAZARD,
    )]  # fmt: skip


def _passed_s(ask: Ask) -> float | None:
    makes = trials(ask)
    replica = makes.grown(len(ask.plan.log))
    began_s = now_s()
    came = makes.call("prepare", replica.prepare)
    return None if came.outcome is not None else now_s() - began_s
