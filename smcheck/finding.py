"""What is wrong: a breach as a checker sees it, a finding as a person reads it.

Records only. Checkers make breaches, the engine turns them into findings, reports print them.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from smcheck.scenario import NOTHING, Scenario


class Verdict(enum.StrEnum):
    """The three answers; out of time or out of control is never *held*."""

    HELD = "held"
    VIOLATED = "violated"
    INCONCLUSIVE = "inconclusive"


class Severity(enum.StrEnum):
    """How much a finding counts: only violations make the exit status 1."""

    VIOLATION = "violation"
    HAZARD = "hazard"
    KNOWN = "known"


NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Location:
    """A line of source. ``file`` is absolute; ``role`` says why a related line is named."""

    file: str
    line: int
    function: str
    role: str = ""


_CAUSES = {
    "BAT-6": "torn", "RDC-3": "torn", "LKP-5": "torn", "RDC-1": "stale", "RDC-2": "stale",
    "UPD-1": "twins", "UPD-2": "twins", "SES-2": "twins", "BAT-1": "cuts", "BAT-5": "cuts",
}  # fmt: skip
"""Clauses between which one defect moves with the case: the smallest case names the clause."""


HOLDS, UNSURE = "the folder holds", "what may be either"
"""Evidence of a wrong index: of what the state is, as far as that is certain."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One clause broken in one case, before anybody looked for the line.

    Attributes:
        clause: Id of the clause.
        check: Name of the check that saw it; running that check again on the same case
            sees it again.
        title: The diagnosis in contract terms, one sentence without a full stop.
        message: What was expected, what came, where in the run.
        method: Method of the machine that is at fault unless a line is found.
        severity: A violation unless the clause or the contract says hazard.
        error: Type name of the exception that came, empty without one.
        locations: Lines known already, the culprit first.
        evidence: Further facts as text, by name.
    """

    clause: str
    check: str
    title: str
    message: str
    method: str = ""
    severity: Severity = Severity.VIOLATION
    error: str = ""
    locations: tuple[Location, ...] = ()
    evidence: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays equal while a case is made smaller: clauses of one cause count as one."""
        raised_in = self.locations[0].function if self.error and self.locations else ""
        error = f"{self.error} {raised_in}".rstrip()
        # Whichever method another thread calls first shows that the machine has a thread.
        method = "" if self.clause == "THR-1" else self.method
        error = self.error if self.clause == "THR-1" else error
        # Whether save falls over live state or writes it down hangs on the case.
        error = "" if (self.clause, self.method) == ("SAV-1", "prepare_snapshot") else error
        return (_CAUSES.get(self.clause, self.clause), self.check, method, error)

    def is_weaker_than(self, other: Breach) -> bool:
        """Return whether this one hides what ``other`` shows.

        Only results do not show that the state is another. That a client's retry was left out
        shows in a long log; in a short one anything may look like it, and it like anything. Of
        what a folder holds a log says nothing that changes nothing which can be seen.
        """
        pair = (self.clause, other.clause)
        mine, theirs = (dict(breach.evidence).get(HOLDS, UNSURE) for breach in (self, other))
        if theirs not in (mine, UNSURE):
            return True
        return pair == ("UPD-2", "UPD-1") or ("SES-2" in pair and pair != ("SES-2", "SES-2"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect: what a report shows.

    Attributes:
        breach: What the check saw in the smallest case.
        location: The line of the machine at fault.
        related: Further lines, each with its role.
        signature: Identity of the defect over runs and edits elsewhere.
        scenario: What the case looked like, for reports that draw it.
        witness: Path of the file that replays it, empty if none was written.
        replay: Command line that replays it.
    """

    breach: Breach
    location: Location
    related: tuple[Location, ...] = ()
    signature: str = ""
    scenario: Scenario = field(default=NOTHING, repr=False)
    witness: str = ""
    replay: str = ""

    def kept_at(self, path: Path | str) -> Finding:
        """Return this finding with the file that is its witness, and how that is replayed."""
        return replace(self, witness=str(path), replay=f"smcheck replay {path}")

    def weighed(self, known: Mapping[str, str]) -> Finding:
        """Return this finding as a known one, with the reason, if ``known`` has it.

        Args:
            known: Signature or clause to reason, as subjects declare them.
        """
        key = known_as(known, self.breach.clause, self.signature)
        if key is None or self.breach.severity is Severity.KNOWN:
            return self
        evidence = (*self.breach.evidence, ("known", known[key]))
        breach = replace(self.breach, severity=Severity.KNOWN, evidence=evidence)
        return replace(self, breach=breach)


def known_as(known: Mapping[str, str], clause: str, signature: str) -> str | None:
    """Return the key of ``known`` that a finding falls under, ``None`` for one that is new."""
    return next((key for key in (signature, clause) if key in known), None)


def signature(subject: str, breach: Breach, function: str, source: str) -> str:
    """Return the identity of a defect: 12 hexadecimal digits.

    Made of clause, subject, exception type, function and the blamed source text without its
    white space; never of line numbers, seeds, values or paths.
    """
    parts = (breach.clause, subject, breach.error, function, "".join(source.split()))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class ClauseStatus:
    """How often a clause was really exercised and how it came out (``NOT_CHECKED`` at 0)."""

    exercised: int
    verdict: str


@dataclass(slots=True)
class Stats:
    """What a check did. ``seconds`` is wall time; the rest repeats with the seed."""

    seed: int = 0
    examples: int = 0
    schedules: int = 0
    operations: int = 0
    seconds: float = 0.0
    partial: bool = False
    error: str | None = None


@dataclass(slots=True)
class SubjectReport:
    """Everything one check of one subject says.

    Attributes:
        clauses: Status of every clause that the kind of the subject has, by id.
        families: Plans in which each family was exercised, by name.
        reasons: Why the verdict is not *held*, or what the reader must know beside it.
        target: A name under which another process finds the subject, empty without one.
        replayed: What became of stored witnesses, by the signature that they were stored with.
    """

    name: str
    kind: str
    verdict: Verdict = Verdict.INCONCLUSIVE
    findings: list[Finding] = field(default_factory=list)
    clauses: dict[str, ClauseStatus] = field(default_factory=dict)
    families: dict[str, int] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    stats: Stats = field(default_factory=Stats)
    target: str = ""
    replayed: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """The outcome of ``smcheck.check``: one subject, or several in the order they were given."""

    subjects: list[SubjectReport] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """The worst verdict: violated before inconclusive before held."""
        verdicts = {subject.verdict for subject in self.subjects}
        for worst in (Verdict.VIOLATED, Verdict.INCONCLUSIVE):
            if worst in verdicts:
                return worst
        return Verdict.HELD if verdicts else Verdict.INCONCLUSIVE

    @property
    def findings(self) -> list[Finding]:
        """Findings of all subjects."""
        return [finding for subject in self.subjects for finding in subject.findings]

    @property
    def stats(self) -> Stats:
        """Sums over the subjects; the seed is the first one's."""
        total = Stats(seed=self.subjects[0].stats.seed if self.subjects else 0)
        for one in (subject.stats for subject in self.subjects):
            total.examples += one.examples
            total.schedules += one.schedules
            total.operations += one.operations
            total.seconds += one.seconds
            total.partial |= one.partial
            total.error = total.error or one.error
        return total
