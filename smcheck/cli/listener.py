"""What one child said so far, and the report that follows when it says no more.

Pure state: no process, no terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from smcheck.cli.death import explain
from smcheck.cli.messages import (
    BadUsage,
    Broken,
    Case,
    CheckOptions,
    Done,
    Found,
    Golden,
    Message,
    Progress,
    Replayed,
    Resolved,
    Stopped,
)
from smcheck.cli.supervisor import Ending
from smcheck.errors import UsageError
from smcheck.finding import ClauseStatus, Finding, Severity, SubjectReport, Verdict
from smcheck.report.data import blank


def _nobody(report: SubjectReport) -> None:
    """Hear of a new report."""


def _nothing() -> None:
    """Do nothing about a debugger."""


@dataclass(slots=True)
class Listener:
    """Take in the messages of one child.

    Attributes:
        tell: Called with each new report.
        debugs: Called when the machine is in a debugger.
        resolved: Targets that are subjects, in order.
        report: The latest report, whole once ``is_done``.
        usage: What is wrong with the call, empty when nothing is.
        case: The case that was begun last.
        broken: smcheck's own traceback, empty without one.
        is_done: Whether the child finished what it was started for.
    """

    tell: Callable[[SubjectReport], None] = _nobody
    debugs: Callable[[], None] = _nothing
    resolved: list[Resolved] = field(default_factory=list)
    report: SubjectReport | None = None
    usage: str = ""
    case: str = ""
    broken: str = ""
    replayed: Replayed | None = None
    golden: Golden | None = None
    is_done: bool = False

    def hear(self, message: Message) -> None:
        """Take in one message."""
        match message:
            case Resolved():
                self.resolved.append(message)
            case BadUsage():
                self.usage = message.text
            case Case():
                self.case = message.text
            case Stopped():
                self.debugs()
            case Broken():
                self.broken = message.traceback
            case Replayed():
                self.replayed, self.is_done = message, True
            case Golden():
                self.golden, self.is_done = message, True
            case Found() | Progress() | Done():
                report, before = message.report, self.report
                if isinstance(message, Progress) and before is not None:
                    report.findings = before.findings
                self.report, self.is_done = report, isinstance(message, Done)
                self.tell(report)


@dataclass(slots=True)
class Settled:
    """The report of one subject, and smcheck's own traceback if it failed."""

    report: SubjectReport
    broken: str = ""


def settle(
    listener: Listener, ending: Ending | None, options: CheckOptions, *, name: str, seconds: float
) -> Settled:
    """Return the report that a child's words and its end amount to.

    Args:
        ending: How it ended; ``None`` when the user interrupted it.
        name: What the subject is called when the child did not come to say it.
        seconds: How long the child ran.

    Raises:
        UsageError: The call is wrong.
    """
    if listener.usage:
        raise UsageError(listener.usage)
    if listener.is_done and listener.report is not None:
        return Settled(listener.report)
    if ending is not None and not listener.resolved and not listener.broken:
        raise UsageError(unresolved(name, ending))
    report = _begun(listener, name)
    report.stats.seed, report.stats.seconds = options.seed, seconds
    if listener.broken:
        _spoil(report, "smcheck itself failed: see the traceback on stderr")
    elif ending is None:
        report.stats.partial = True
        report.reasons.append("interrupted: what follows is what was found until then")
    else:
        _bury(report, ending, listener, options)
    _weigh(report)
    return Settled(report, listener.broken)


def _begun(listener: Listener, name: str) -> SubjectReport:
    report = listener.report
    if report is not None:
        report.clauses = blank(report.name, report.kind).clauses | report.clauses
        return report
    if listener.resolved:
        return blank(listener.resolved[-1].name, listener.resolved[-1].kind)
    return blank(name, "")


def unresolved(name: str, ending: Ending) -> str:
    """Return the sentence for a child that ended before it resolved target ``name``."""
    reason = explain(ending, None).reason.replace(" outside of every operation", "")
    return (
        f"target {name!r}: expected a module that can be imported, but while it was imported "
        f"and tried {reason}: mend the module first"
    )


def _bury(report: SubjectReport, ending: Ending, listener: Listener, options: CheckOptions) -> None:
    """Add what the death of the child means."""
    death = explain(ending, listener.resolved[-1] if listener.resolved else None)
    finding = death.finding
    if finding is None or (options.only and finding.breach.clause not in options.only):
        _spoil(report, death.reason)
        return
    report.stats.error = death.reason
    report.reasons.append("the search ended where the process did")
    if all(known.signature != finding.signature for known in report.findings):
        _add(report, finding)


def _add(report: SubjectReport, finding: Finding) -> None:
    clause, severity = finding.breach.clause, finding.breach.severity
    report.findings.append(finding)
    before = report.clauses.get(clause)
    verdict = Verdict.VIOLATED if severity is Severity.VIOLATION else Verdict.INCONCLUSIVE
    report.clauses[clause] = ClauseStatus(1 + (before.exercised if before else 0), verdict)


def _spoil(report: SubjectReport, reason: str) -> None:
    report.stats.error = reason
    report.reasons.append(reason)


def _weigh(report: SubjectReport) -> None:
    """Give an unfinished report its verdict: nothing that ended early has held."""
    report.verdict = Verdict.INCONCLUSIVE
    if any(f.breach.severity is Severity.VIOLATION for f in report.findings):
        report.verdict = Verdict.VIOLATED


def count_hazards(report: SubjectReport) -> None:
    """Let hazards count as violations, as ``--strict`` asks."""
    for finding in report.findings:
        if finding.breach.severity is Severity.HAZARD:
            report.verdict = Verdict.VIOLATED
            status = report.clauses.get(finding.breach.clause, ClauseStatus(1, ""))
            report.clauses[finding.breach.clause] = replace(status, verdict=Verdict.VIOLATED)
