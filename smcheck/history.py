"""What happened: calls and returns of one execution in their one total order.

Facts only; whoever wants to know whether they are allowed asks a checker.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from smcheck.contract.types import Result
from smcheck.finding import Location
from smcheck.plan import Operation
from smcheck.values import Frozen


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call ended.

    Attributes:
        value: What it answered, frozen at its return; for a raise, the exception.
        raised: Whether it raised.
        error: Type name of the exception, empty without one.
        results: One per entry for an update, else empty.
        frames: Where an exception came from, outermost first.
    """

    value: Frozen
    raised: bool = False
    error: str = ""
    results: tuple[Result, ...] = ()
    frames: tuple[Location, ...] = ()


@dataclass(slots=True)
class Call:
    """One operation of one task, from its call to its return.

    Attributes:
        task: Number of the task in the plan.
        ordinal: Position of the operation in its task, from 0.
        operation: What was asked.
        began: Moment of the call; moments are unique and increase over the execution.
        ended: Moment of the return; ``None`` while in flight or when it never returned.
        outcome: ``None`` as long as ``ended`` is.
        reached: Points the task had passed inside the machine's code during this call.
        shown: Moments from which each entry of an update may be seen, as far as it came, where
            the host makes a call of its own for that; ``None`` where it may from the beginning.
    """

    task: int
    ordinal: int
    operation: Operation
    began: int
    ended: int | None = None
    outcome: Outcome | None = None
    reached: int = 0
    shown: list[int] | None = None

    def overlaps(self, other: Call) -> bool:
        """Return whether both calls were in flight at one moment."""
        before = self.ended is not None and self.ended < other.began
        after = other.ended is not None and other.ended < self.began
        return not before and not after


@dataclass(slots=True)
class History:
    """Every call of one execution, in the order of their beginnings."""

    calls: list[Call] = field(default_factory=list)
    moment: int = 0

    def begin(self, task: int, ordinal: int, operation: Operation) -> Call:
        """Record a call and return its open record."""
        call = Call(task, ordinal, operation, self.tick())
        self.calls.append(call)
        return call

    def tick(self) -> int:
        """Return a moment of its own, between all that was recorded before and after."""
        self.moment += 1
        return self.moment

    def end(self, call: Call, outcome: Outcome) -> None:
        """Record the return of ``call``.

        Raises:
            ValueError: The call has returned already.
        """
        if call.ended is not None:
            raise ValueError(f"expected one return of {call!r}, got a second one")
        call.ended, call.outcome = self.tick(), outcome

    def of(self, *kinds: type) -> list[Call]:
        """Return the calls whose operation is one of ``kinds``, in order of beginning."""
        return [call for call in self.calls if isinstance(call.operation, kinds)]
