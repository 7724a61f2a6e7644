"""What the next step of a task touches: which steps matter to each other, and which do not."""

from __future__ import annotations

from typing import NamedTuple, Protocol

HARMLESS, READS, EXITS, CHANGES = range(4)
"""What may run behind an access before the next point: nothing that anybody else could see;
what reads anything; a ``with`` that ends, whose lock tells of itself; what changes anything."""


class Access(NamedTuple):
    """A visible access that is due.

    Attributes:
        kind: ``attr``, ``global``, ``cell``, ``item``, ``lock``, or ``any`` for what may touch
            everything, such as a call; ``none`` for what touches nothing.
        name: Of the attribute or variable; of a lock the name that it is reached by, which may be
            one of several; empty for the other kinds.
        owner: Identity of the object it belongs to, 0 if that is not known.
        is_write: Whether it may change what it touches.
        behind: What runs behind it before the next point, for schedulers that ask.
    """

    kind: str
    name: str = ""
    owner: int = 0
    is_write: bool = True
    behind: int = HARMLESS

    def conflicts(self, other: Access) -> bool:
        """Return whether the order of the two may matter; in doubt it does."""
        if self.kind == "none" or other.kind == "none":
            return False
        if self.kind == "any" or other.kind == "any":
            return True
        return (
            self.kind == other.kind
            and (self.name == other.name or self.kind == "lock")
            and (self.owner == other.owner or not self.owner or not other.owner)
            and (self.is_write or other.is_write)
        )


ANYTHING = Access("any")
NOTHING = Access("none", is_write=False)


class SeesAccesses(Protocol):
    """A scheduler that is told what a task at a point will touch next, before it chooses."""

    def note_access(self, task: int, access: Access) -> None:
        """Hear what ``task`` does when it goes on; it is at a point."""
        ...


class SeesEffects(SeesAccesses, Protocol):
    """One that must know everything: of each access also what runs behind it."""

    def note_effect(self, access: Access) -> None:
        """Hear what the running task did between two points."""
        ...
