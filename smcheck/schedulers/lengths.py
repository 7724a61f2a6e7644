"""How long tasks are: learned from the executions so far, for schedulers that plan ahead."""

from __future__ import annotations

from collections.abc import Sequence


class Lengths:
    """Points that each task passed at most in any execution so far."""

    def __init__(self) -> None:
        self._longest: list[int] = []

    def observe(self, points: Sequence[int]) -> None:
        """Take in how far the tasks came in one execution."""
        longest = self._longest
        longest += [0] * (len(points) - len(longest))
        for task, passed in enumerate(points):
            if passed > longest[task]:
                longest[task] = passed

    def of(self, task: int) -> int:
        """Return the length of a task, 0 if it was never seen."""
        return self._longest[task] if task < len(self._longest) else 0

    @property
    def total(self) -> int:
        """Length of an execution."""
        return sum(self._longest)
