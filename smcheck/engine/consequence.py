"""Tell a defect from what follows from another one: would other replicas show it too?

Asked where a recovered machine already differs from an uninterrupted one: a set that is built
anew may iterate in another order, and what shows that order is an update or a lookup, and no part
that the image lacks (CONTRACT A5). And where instances are known to share something, of whatever
differs: lives that each have a process of their own share nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, replace

from smcheck.circumstances.bisect import Twin, TwinLost, lives_differ
from smcheck.circumstances.pool import Pool
from smcheck.engine.twins import Ask
from smcheck.finding import Breach
from smcheck.host.life import Life, Step


@dataclass(frozen=True, slots=True)
class _AskThere(Ask):
    """An ask whose lives are those of one worker process, or of forks of it."""

    twin: Twin | None = None
    apart: bool = False

    def live(self, *steps: Step, **changes: object) -> Life:
        """Live through other steps with the plan's log and queries."""
        assert self.twin is not None
        script = self.reference.script(steps=steps, **changes)
        return self.twin.live(script, apart=self.apart)


def is_unsettled(ask: Ask, check: Callable[[Ask], list[Breach]]) -> bool:
    """Return whether replicas under other hash seeds part on the log, or some pass ``check``."""
    jury = ask.world.jury
    if jury is None:
        return False
    with ask.world.beating():
        try:
            return _do_part(ask, jury) or not all(check(there) for there in _there(ask, jury))
        except TwinLost:
            return False


def shows_apart(ask: Ask, check: Callable[[Ask], list[Breach]]) -> bool:
    """Return whether ``check`` finds something where each life has a process of its own.

    Asks a check whose lives are all those of its ask.
    """
    pool = ask.world.pool
    if pool is None:
        return False
    twin = Twin(pool, 0, replace(pool.settings[0], pauses_s=()))
    there = _AskThere(ask.world, ask.plan, copy(ask.reference), twin=twin, apart=True)
    with ask.world.beating():
        try:
            there.reference.life = there.live(*ask.reference.script().steps)
            return bool(check(there))
        except TwinLost:
            return False


def _there(ask: Ask, jury: Pool) -> list[_AskThere]:
    """Return the same question for each process, on clocks that stand between the calls."""
    twins = [Twin(jury, n, replace(s, pauses_s=())) for n, s in enumerate(jury.settings)]
    return [_AskThere(ask.world, ask.plan, ask.reference, twin=twin) for twin in twins]


def _do_part(ask: Ask, jury: Pool) -> bool:
    first, *others = [there.live(*ask.reference.script().steps) for there in _there(ask, jury)]
    return any(lives_differ(first, other) for other in others)
