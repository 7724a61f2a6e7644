"""Tell a defect from what follows from another one: would other replicas show it too?

Asked only where a recovered machine already differs from an uninterrupted one. A set that is
built anew may iterate in another order; what shows that order is an update or a lookup, and no
part that the image lacks (CONTRACT A5).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from smcheck.circumstances.bisect import Twin, TwinLost, lives_differ
from smcheck.circumstances.pool import Pool
from smcheck.engine.twins import Ask
from smcheck.finding import Breach
from smcheck.host.life import Life, Step


@dataclass(frozen=True, slots=True)
class _AskThere(Ask):
    """An ask whose lives are those of one worker process."""

    twin: Twin | None = None

    def live(self, *steps: Step, **changes: object) -> Life:
        """Live through other steps with the plan's log and queries."""
        assert self.twin is not None
        return self.twin.live(self.reference.script(steps=steps, **changes))


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


def _there(ask: Ask, jury: Pool) -> list[_AskThere]:
    """Return the same question for each process, on clocks that stand between the calls."""
    twins = [Twin(jury, n, replace(s, pauses_s=())) for n, s in enumerate(jury.settings)]
    return [_AskThere(ask.world, ask.plan, ask.reference, twin=twin) for twin in twins]


def _do_part(ask: Ask, jury: Pool) -> bool:
    first, *others = [there.live(*ask.reference.script().steps) for there in _there(ask, jury)]
    return any(lives_differ(first, other) for other in others)
