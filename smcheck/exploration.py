"""What an exploration of a threaded program came to: records with a text form.

Made by ``smcheck.explore``; replayed from the schedule alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from smcheck.finding import Verdict
from smcheck.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Covered:
    """How far an exploration went.

    Attributes:
        granularity: Where it could switch: ``auto``, ``line``, ``opcode`` or ``call``.
        schedules: Different schedules among its executions.
        deepest: Points that a task had passed at the latest deviation of any of them.
        bound: Every schedule of at most so many deviations was executed; infinite where every
            schedule was, but for those that only swap steps which do not matter to each other;
            ``None`` without such a proof.
    """

    granularity: str
    schedules: int
    deepest: int
    bound: float | None = None

    def __str__(self) -> str:
        text = f"{self.schedules:,} schedules at granularity {self.granularity}"
        text += f", deviations up to point {self.deepest:,}"
        if self.bound == inf:
            text += ", every order of the steps that matter among them"
        elif self.bound is not None:
            text += f", all of at most {self.bound} deviations among them"
        return text


@dataclass(frozen=True, slots=True)
class Exploration:
    """The outcome of ``smcheck.explore``.

    Attributes:
        verdict: ``held``, ``violated`` or ``inconclusive``.
        executions: How many there were, without those that made a failing schedule small.
        schedule: Under which it fails, as small as was found; pass it as ``schedule`` to see it
            again. Empty unless violated, and where running on fails already.
        explanation: What went wrong, or how far it held, or why there is no answer.
        covered: How far it went.
    """

    verdict: Verdict
    executions: int
    schedule: Schedule
    explanation: str
    covered: Covered

    def assert_held(self) -> None:
        """Pass if it held.

        Raises:
            AssertionError: It did not, or there is no answer; with the explanation.
        """
        if self.verdict is not Verdict.HELD:
            raise AssertionError(self.explanation)
