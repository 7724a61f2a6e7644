"""What one search has found: each case made small, named by its line, and told once.

Whoever chooses the plans hands in the cases that they show, one after the other.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path

from smcheck.engine.caught import Caught
from smcheck.engine.findings import build, weighed
from smcheck.engine.minimise import minimise
from smcheck.engine.verdict import count_clauses
from smcheck.engine.witness import save_witness
from smcheck.engine.world import World
from smcheck.finding import Finding, Severity, SubjectReport
from smcheck.plan import Plan
from smcheck.schedulers.drawn import Advance
from smcheck.testing.behind import Behind
from smcheck.testing.bench import Bench, Broken, Enough
from smcheck.testing.options import Watcher

_MINIMISE_S = 2.0
_TRIES_OF_HAZARD = 60


class Search:
    """One search of one subject.

    Args:
        world: Runs the cases.
        bench: Judges the plans.
        witness_dir: Where witnesses go; none are written without it.
        watcher: Hears of each finding at once.
        only: Clauses that are reported; all unless given.
        started: When it began, by ``time.monotonic``.

    Attributes:
        findings: What was found, by signature, in the order it was found.
        report: As far as the search is.
        behind: Looks for what a known finding hides.
    """

    def __init__(
        self, world: World, bench: Bench, *, witness_dir: Path | None = None,
        watcher: Watcher | None = None, only: Collection[str] = (), started: float | None = None,
    ) -> None:  # fmt: skip
        self.world, self.bench = world, bench
        self.findings: dict[str, Finding] = {}
        self.report = SubjectReport(world.subject.name, str(world.kind))
        self.behind = Behind(bench)
        self._witness_dir, self._watcher, self._only = witness_dir, watcher, only
        self._started = time.monotonic() if started is None else started

    def try_plan(self, plan: Plan, drawn: tuple[Advance, ...] = ()) -> bool:
        """Judge one plan; return whether it showed something new, which is then kept."""
        self.bench.start_round()
        try:
            self.bench.judge(plan, drawn)
        except (Broken, Enough):
            pass
        return self.keep_best()

    def keep_best(self) -> bool:
        """Keep the smallest case of the round that is over; return whether there was one."""
        if self.bench.best is None:
            return False
        self.keep(self.bench.best)
        return True

    def keep(self, caught: Caught) -> None:
        """Minimise a case, name its line, and remember its key."""
        self.bench.known.add(caught.breach.key)
        self.world.extend(_MINIMISE_S)
        small = self._small(caught)
        finding = build(self.world, small)
        self.behind.note(caught.breach.key, finding)
        self.take(small, finding)

    def _small(self, caught: Caught) -> Caught:
        return minimise(self.world, caught)

    def take(self, caught: Caught, finding: Finding) -> None:
        """Take in the finding of a case, with its witness, unless it is there already."""
        if finding.signature in self.findings:
            return
        if self._witness_dir is not None and self.world.target is not None:
            finding = save_witness(self.world, caught, finding, self._witness_dir)
        self.tell(finding)

    def tell(self, finding: Finding) -> None:
        """Take a finding in, one for each signature, and let who watches hear of it."""
        finding = weighed(self.world.subject, finding)
        self.findings[finding.signature] = finding
        self.refresh()
        if self._watcher is not None:
            self._watcher.finding(self.report, finding)

    def take_hazards(self) -> None:
        """Make the hazards small that were met on the way, and take them in."""
        for caught in list(self.bench.hazards.values()):
            if not self._is_told(caught):
                small = minimise(self.world, caught, limit_tries=_TRIES_OF_HAZARD)
                self.take(small, build(self.world, small))

    def _is_told(self, hazard: Caught) -> bool:
        """Return whether a violation is the same exception out of the same function."""
        *_, method, error = hazard.breach.key
        told = {
            finding.breach.key[2:]
            for finding in self.findings.values()
            if finding.breach.severity is not Severity.HAZARD
        }
        return bool(error) and (method, error) in told

    @property
    def has_violation(self) -> bool:
        """Whether a violation was found."""
        found = self.findings.values()
        return any(one.breach.severity is Severity.VIOLATION for one in found)

    def refresh(self) -> None:
        """Bring the report up to date."""
        report, tally, only = self.report, self.world.tally, self._only
        report.findings = [f for f in self.findings.values() if not only or f.breach.clause in only]
        report.families = dict(sorted(self.bench.families.items()))
        stats = report.stats
        stats.seed, stats.examples = self.bench.seed, self.bench.examples
        stats.schedules, stats.operations = tally.schedules, tally.operations
        stats.seconds = round(time.monotonic() - self._started, 3)
        count_clauses(report, self.world)
