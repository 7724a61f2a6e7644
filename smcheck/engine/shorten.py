"""Shorten the log of a caught case, runs of entries at a time, before single pieces are tried.

What a long log shows is told from few observations. Once it is short enough to be observed at
every version, the same check may name what it found more exactly; from there on that counts.
"""

from __future__ import annotations

from dataclasses import replace

from smcheck.engine.caught import Caught
from smcheck.engine.explore import FEWEST
from smcheck.engine.suite import Effort, examine, show_again
from smcheck.engine.world import World
from smcheck.finding import Severity
from smcheck.plan import Plan

ENOUGH = 40
"""Entries that ``minimise`` takes one by one; longer logs than any that is drawn."""
_GRACE_S = 1.0


def shorten(world: World, caught: Caught, *, limit_tries: int = 120) -> Caught:
    """Leave out the end of a long log, then runs of it, halving their length, while it fails.

    Args:
        limit_tries: Candidates to try at most; the case is as short as they made it.
    """
    search = _Search(world, caught, limit_tries)
    search.cut_end()
    size = len(search.best.plan.log) // 2
    while size and search.goes_on:
        search.leave_out(size)
        size = min(size, len(search.best.plan.log)) // 2
    return search.best


class _Search:
    """The best case so far, and what may still be tried."""

    def __init__(self, world: World, caught: Caught, limit_tries: int) -> None:
        self.best = caught
        self._world = world
        self._tries_left = limit_tries

    @property
    def goes_on(self) -> bool:
        """Whether the log is too long still, and another candidate may be tried."""
        late = self._world.is_late(grace_s=_GRACE_S)
        return len(self.best.plan.log) > ENOUGH and self._tries_left > 0 and not late

    def cut_end(self) -> None:
        """Find the shortest beginning of the log that fails, as if longer ones all did."""
        low = 0
        while self.goes_on and low < len(self.best.plan.log) - 1:
            length = len(self.best.plan.log)
            middle = (low + length) // 2
            if not self._try(range(middle, length)):
                low = middle

    def leave_out(self, size: int) -> None:
        """Try the log without each run of ``size`` entries, the last ones first."""
        stop = len(self.best.plan.log)
        while stop > 0 and self.goes_on:
            start = max(0, stop - size)
            self._try(range(start, stop))
            stop = start

    def _try(self, gone: range) -> bool:
        self._tries_left -= 1
        again = self._show(self.best.plan.without_entries(gone))
        self.best = again or self.best
        return again is not None

    def _show(self, plan: Plan) -> Caught | None:
        case = replace(self.best, plan=plan)
        again = show_again(self._world, case, schedules=FEWEST, seed=1)
        if again is not None or plan.is_long or not self.best.plan.is_long:
            return again
        check = self.best.breach.check
        found = examine(self._world, plan, Effort(only=check))
        wrong = (c for c in found if c.breach.severity is Severity.VIOLATION)
        return next((c for c in wrong if c.breach.check == check), None)
