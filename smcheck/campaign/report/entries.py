"""Findings of a store as lists print them: which comes first, which is an alarm, how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from smcheck.campaign.records import Status, StoredFinding
from smcheck.campaign.records import counts as is_counted
from smcheck.campaign.report.moments import when
from smcheck.finding import Severity
from smcheck.report.page.views import file_names

ORDER = (Status.NEW, Status.RETURNED, Status.KNOWN, Status.FIXED)
"""What a person wants to know first comes first."""

_SEVERITIES = (Severity.VIOLATION, Severity.HAZARD, Severity.KNOWN)


def ordered(findings: Iterable[StoredFinding]) -> list[StoredFinding]:
    """Return findings by status, then by severity, subject and clause."""
    return sorted(findings, key=_rank)


def by_status(findings: Iterable[StoredFinding]) -> list[tuple[Status, list[StoredFinding]]]:
    """Return the findings of each status that has any."""
    found = ordered(findings)
    groups = [(status, [one for one in found if one.status is status]) for status in ORDER]
    return [(status, group) for status, group in groups if group]


def is_alarm(found: StoredFinding, *, is_strict: bool = False) -> bool:
    """Return whether a finding makes a night red: a violation that nobody knew to be there.

    Args:
        is_strict: Hazards count as well.
    """
    return found.status.is_news and is_counted(found.finding, is_strict=is_strict)


def counts(findings: Iterable[StoredFinding]) -> list[tuple[Status, int]]:
    """Return how many findings there are of each status that has any."""
    many = Counter(found.status for found in findings)
    return [(status, many[status]) for status in ORDER if many[status]]


def told(findings: Iterable[StoredFinding]) -> str:
    """Return how many findings stand how, in words; empty without any."""
    return ", ".join(f"{count} {status}" for status, count in counts(findings))


def times(count: int) -> str:
    """Return how often something was.

    >>> times(1), times(2000)
    ('once', '2,000 times')
    """
    return "once" if count == 1 else f"{count:,} times"


def standing(found: StoredFinding) -> str:
    """Return how a finding stands and since when, one sentence."""
    first, last, mended = when(found.first_at), when(found.last_at), when(found.fixed_at)
    match found.status:
        case Status.NEW:
            return f"Met for the first time at {first}."
        case Status.RETURNED:
            return f"It had been gone, and was met again at {last}."
        case Status.FIXED:
            return f"A replay failed no more at {mended}; it was met last at {last}."
        case _:
            return f"Known since {first}, and it still failed at {last}."


def page_names(findings: Sequence[StoredFinding]) -> list[str]:
    """Return a file name for the page of each finding, each once and the same tomorrow."""
    return file_names((found.signature for found in findings), prefix="finding-")


def _rank(found: StoredFinding) -> tuple[int, int, str, str, str, str]:
    breach = found.finding.breach
    return (
        ORDER.index(found.status), _SEVERITIES.index(breach.severity),
        found.subject, breach.clause, found.target, found.signature,
    )  # fmt: skip
