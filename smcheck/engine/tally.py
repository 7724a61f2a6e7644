"""What a check did so far, in numbers, and what its reader must be told beside the verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from smcheck.finding import Location


@dataclass(slots=True)
class Tally:
    """What was done and how often each clause was really exercised.

    Attributes:
        states: How often something was compared of which one can see that updates change it.
        doubts: Why the verdict cannot be *held*, and how often.
        notes: What the reader must know beside the verdict, by kind.
        reads: What replicas differ in and the machine read, and where, each once.
    """

    exercised: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    schedules: int = 0
    process_plans: int = 0
    states: int = 0
    doubts: Counter[str] = field(default_factory=Counter)
    notes: dict[str, str] = field(default_factory=dict)
    reads: dict[tuple[str, Location], None] = field(default_factory=dict)

    def saw(self, *clauses: str, times: int = 1) -> None:
        """Count clauses as exercised."""
        for clause in clauses:
            self.exercised[clause] += times
