"""Know when to stop waiting for a machine that does not come back.

Each call that blocks for real costs the whole time-out of the watchdog. A machine that does it
always would so keep a check busy for minutes, and nothing more could be learned from it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Patience:
    """Count calls that were given up, and say when no more are made.

    Attributes:
        limit: How many in one check; ``None`` where a deadline ends it anyway.
        limit_of_plan: How many while one plan is looked at.
        last: What the watchdog said of the latest.
    """

    limit: int | None = 4
    limit_of_plan: int = 2
    last: str = ""
    _total: int = 0
    _of_plan: int = 0

    def lose(self, halted: str) -> None:
        """Note a call that was given up; ``halted`` says which."""
        self.last = halted
        self._total += 1
        self._of_plan += 1

    def begin_plan(self) -> None:
        """Be patient again: another plan may do without that call."""
        self._of_plan = 0

    @property
    def is_spent(self) -> bool:
        """Whether nothing more should be run."""
        return self._of_plan >= self.limit_of_plan or self.is_over

    @property
    def is_over(self) -> bool:
        """Whether no further plan is worth a look either."""
        return self.limit is not None and self._total >= self.limit
