"""Look for other defects behind one that is known by its signature.

A search passes over whatever is of the kind of what it found before. Where that is known and
stays, the next defect of the kind would stay hidden with it, though its signature is another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from smcheck.engine.caught import Caught
from smcheck.engine.findings import build
from smcheck.engine.locate import source_of
from smcheck.engine.minimise import minimise
from smcheck.finding import Finding, known_as
from smcheck.testing.bench import Bench, Broken, Enough, Key

_LIMIT_CASES = 6
_PLANS = 20
_FIRST_ROUND = 500
_GRACE_S = 2.0
_NOT_STEADY = frozenset({"schedules"})
"""Checks whose line depends on where a case was interrupted: there the function decides."""


@dataclass(slots=True)
class Behind:
    """Findings that are known by their signature, and what was found of their kinds."""

    bench: Bench
    _kinds: dict[Key, set[tuple[str, str]]] = field(default_factory=dict)

    def note(self, key: Key, finding: Finding) -> None:
        """Take in a finding of the search."""
        known = self.bench.world.subject.known
        if known_as(known, finding.breach.clause, finding.signature) == finding.signature:
            self._kinds.setdefault(key, set()).add(_place(finding))

    def look(
        self, draw: Callable[[int, int], None], keep: Callable[[Caught, Finding], None],
        is_over: Callable[[], bool],
    ) -> None:  # fmt: skip
        """Search on for cases of the kinds of known findings, each made small and looked at.

        Args:
            draw: Draws one round: its number, and how many plans at most.
            keep: Given what is none of the findings so far.
            is_over: Whether to stop.

        Where time is short this takes some more, since the search has spent all of it.
        """
        world = self.bench.world
        if self._kinds and world.deadline is not None:
            world.deadline += _GRACE_S
        for key, places in self._kinds.items():
            self.bench.known.discard(key)
            self.bench.behind = key
            for number in range(_LIMIT_CASES):
                caught = self._next(lambda n=number: draw(_FIRST_ROUND + n, _PLANS))  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
                if caught is None or world.is_late() or is_over():
                    break
                small = minimise(world, caught)
                finding = build(world, small)
                if _place(finding) not in places:
                    places.add(_place(finding))
                    keep(small, finding)
            self.bench.behind = None
            self.bench.known.add(key)

    def _next(self, draw: Callable[[], None]) -> Caught | None:
        self.bench.start_round()
        try:
            draw()
        except (Broken, Enough):
            pass
        return self.bench.best


def _place(finding: Finding) -> tuple[str, str]:
    """Return what tells one defect of a kind from another."""
    function = finding.location.function
    if finding.breach.check in _NOT_STEADY:
        return function, ""
    return function, "".join(source_of(finding.location).split())
