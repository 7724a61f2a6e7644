"""Say what is wrong with a lookup: what was asked, what came, what would have been right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from smcheck.checkers._windows import Timeline, Window
from smcheck.history import Outcome
from smcheck.plan import Lookup, Plan, Update
from smcheck.values import freeze, shorten

_LIMIT_SHOWN = 4


@dataclass(frozen=True, slots=True)
class ReadTexts:
    """Write messages about the lookups of one run; ``describe`` turns a command into text."""

    plan: Plan
    timeline: Timeline
    describe: Callable[[bytes], str]

    def query(self, operation: Lookup) -> str:
        """Return the call as its user would write it."""
        return f"lookup({shorten(freeze(self.plan.queries[operation.query]).text, limit=60)})"

    def message(
        self, window: Window, answers: Sequence[Outcome], *, but: str = "", advice: str = ""
    ) -> str:
        """Return expected, came and what was going on.

        Args:
            answers: What each place of the window would have answered; empty if anything goes.
            but: What the answer that came is instead.
            advice: What to do about it.
        """
        operation, outcome = window.call.operation, window.call.outcome
        assert isinstance(operation, Lookup)
        assert outcome is not None
        tail = f": {advice}" if advice else ""
        return (
            f"expected {self.query(operation)} to give {self._expected(window, answers)}; "
            f"got {shown(outcome)}{but}; in flight: {self.beside(window)}{tail}"
        )

    def _expected(self, window: Window, answers: Sequence[Outcome]) -> str:
        """Name the first versions that give each of the allowed answers."""
        first: dict[str, int] = {}
        for place, answer in enumerate(answers, window.low):
            first.setdefault(shown(answer), self.timeline.versions[place])
        texts = [f"{text} (version {version})" for text, version in first.items()]
        if not texts:
            return "an answer or an Exception"
        more = f" or {len(texts) - _LIMIT_SHOWN} more" if len(texts) > _LIMIT_SHOWN else ""
        return " or ".join(texts[:_LIMIT_SHOWN]) + more

    def beside(self, window: Window) -> str:
        """Return which writes overlapped the lookup."""
        parts = []
        for write in window.writes:
            operation = write.call.operation
            if isinstance(operation, Update):
                parts.append(f"update of {self._entries(operation)}")
            else:
                parts.append(f"recover to version {self.timeline.versions[write.after]}")
        if window.closing:
            parts.append("close")
        return ", then ".join(parts) or "nothing else"

    def _entries(self, update: Update) -> str:
        commands = self.plan.log[update.start : update.stop]
        texts = [f"{c.index} {shorten(self.describe(c.cmd), limit=40)}" for c in commands]
        more = f", … ({len(texts)} entries)" if len(texts) > _LIMIT_SHOWN else ""
        return ", ".join(texts[:_LIMIT_SHOWN]) + more


def shown(outcome: Outcome) -> str:
    """Return an answer, or a raise, in at most some hundred characters."""
    return shorten(outcome.value.text, limit=120)
