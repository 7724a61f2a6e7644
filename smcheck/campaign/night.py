"""What came of one campaign: the record that summaries and exit statuses are made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from smcheck.campaign.records import Effort, Ended, Lost, Run, Status, StoredFinding, counts
from smcheck.cli.status import Exit
from smcheck.finding import Severity


@dataclass(slots=True)
class Night:
    """One campaign, so far or at its end.

    Attributes:
        run: As the store has it.
        met: How each finding stands that this run met or replayed, by target and signature.
        replayed: What became of the findings that were replayed first, and how often.
        efforts: What was done, by target.
        refused: Why a subject cannot be searched, by target.
        doubts: Why some of a subject's plans said nothing, by target.
        broken: Tracebacks of smcheck's own faults.
        lost: Cases that did not come to their end.
        last_news_s: When something new was last found, be it behaviour or a finding.
        trouble: Why it ended early, for people; empty if it did not.
    """

    run: Run
    met: dict[tuple[str, str], tuple[Status, StoredFinding]] = field(default_factory=dict)
    replayed: Counter[str] = field(default_factory=Counter)
    efforts: dict[str, Effort] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, Counter[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    last_news_s: float = 0.0
    trouble: str = ""
    is_strict: bool = False

    def add(self, target: str, effort: Effort) -> None:
        """Add what was done on a subject."""
        self.efforts[target] = self.efforts.get(target, Effort()).plus(effort)

    @property
    def effort(self) -> Effort:
        """What was done on all subjects."""
        total = Effort()
        for effort in self.efforts.values():
            total = total.plus(effort)
        return total

    def of(self, *statuses: Status) -> list[StoredFinding]:
        """Return the findings of this run that stand so, violations first."""
        found = [finding for status, finding in self.met.values() if status in statuses]
        order = [Severity.VIOLATION, Severity.HAZARD, Severity.KNOWN]
        return sorted(found, key=lambda one: order.index(one.finding.breach.severity))

    @property
    def news(self) -> list[StoredFinding]:
        """Findings that make the night red: new or returned, and counted as violations."""
        found = self.of(Status.NEW, Status.RETURNED)
        return [one for one in found if counts(one.finding, is_strict=self.is_strict)]

    @property
    def untried(self) -> list[str]:
        """Subjects of which no plan was judged, in the order of the targets."""
        return [one for one in self.run.targets if not self.efforts.get(one, Effort()).plans]

    @property
    def status(self) -> Exit:
        """The exit status: red for what is new, for our own faults, and for what proves nothing."""
        if self.news:
            return Exit.VIOLATED
        if self.broken:
            return Exit.INTERNAL
        if self.trouble:
            return Exit.USAGE
        if self.run.ended is Ended.INTERRUPTED:
            return Exit.INCONCLUSIVE
        is_missed = self.run.has_canary and self.run.canary_s is None
        return Exit.INCONCLUSIVE if self.refused or self.untried or is_missed else Exit.HELD
