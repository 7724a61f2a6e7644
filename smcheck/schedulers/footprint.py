"""Everything that one step of a task touched: whether it matters in which order two are made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from smcheck.schedulers.access import ANYTHING, CHANGES, EXITS, READS, Access


class Footprint(NamedTuple):
    """What a step touched.

    Attributes:
        accesses: One by one.
        reads: It may have read anything beside.
    """

    accesses: tuple[Access, ...]
    reads: bool

    @classmethod
    def of(cls, due: Access, effects: Sequence[Access]) -> Footprint:
        """Return that of a step that was made.

        Args:
            due: What was known before.
            effects: What was seen meanwhile.
        """
        unseen_exit = due.behind == EXITS and not effects
        if due.behind == CHANGES or unseen_exit:
            return cls((ANYTHING,), reads=True)
        return cls((due, *effects), due.behind >= READS)

    def commutes(self, other: Footprint) -> bool:
        """Return whether it makes no difference which of the two is made first."""
        if (self.reads and other.changes) or (other.reads and self.changes):
            return False
        return not any(one.conflicts(two) for one in self.accesses for two in other.accesses)

    @property
    def changes(self) -> bool:
        """Whether it may have changed something."""
        return any(access.kind != "none" and access.is_write for access in self.accesses)
