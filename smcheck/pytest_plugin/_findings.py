"""What one test says: its text, properties for junit, events for Hypothesis's statistics.

Runs where the test ran. What goes on to whoever prints is plain text on the test's report, for
that crosses from a worker of pytest-xdist to its controller.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from smcheck.errors import UsageError
from smcheck.finding import Finding, SubjectReport
from smcheck.report.data import dumps
from smcheck.report.github import harmless, is_on_github


def note_properties(
    item: pytest.Item, report: pytest.TestReport, error: BaseException | None
) -> None:
    """Record clause, signature and witness of what a test raises, for junit and others."""
    for finding in findings_of(error):
        item.user_properties += [
            ("smcheck_clause", finding.breach.clause),
            ("smcheck_signature", finding.signature),
            ("smcheck_witness", finding.witness),
        ]
    report.user_properties = list(item.user_properties)


def note_statistics(item: pytest.Item, report: SubjectReport, family: str) -> None:
    """Leave what ``--hypothesis-show-statistics`` is to print of a test."""
    stats = report.stats
    lines = [
        f"{item.nodeid}:",
        "",
        f"  - search of {report.name}: {stats.examples:,} plans, {stats.schedules:,} schedules, "
        f"{stats.operations:,} operations in {stats.seconds:.1f} s, seed {stats.seed}",
        f"  - {family.replace('_', ' ')} exercised in {report.families.get(family, 0):,} plans",
        *(f"  - found {f.breach.clause}: {f.breach.title}" for f in report.findings),
    ]
    # The attribute that Hypothesis's own plugin fills for tests of @given, and prints.
    item.hypothesis_statistics = "\n".join(lines)  # type: ignore[attr-defined]  # not pytest's own


def speak(item: pytest.Item, report: pytest.TestReport, error: BaseException | None) -> None:
    """Have the report show a finding, or a refusal, and no line of smcheck's own."""
    if not report.failed or item.config.getoption("fulltrace"):
        return
    told = list(_told_by(error))
    if not told:
        return
    if item.config.getoption("usepdb"):
        told += [
            f"to have the machine itself in the debugger: pytest --pdb --smcheck-replay {one}"
            for one in dict.fromkeys(f.witness for f in findings_of(error) if f.witness)
        ]
    text = "\n".join(told)
    report.longrepr = harmless(text) if is_on_github() else text


class Sent(msgspec.Struct, frozen=True):
    """What a test sends to whoever prints.

    Attributes:
        test_class: Node of the class.
        searched: Reports of the subjects that were searched in this test's turn.
        raised: What the test itself raised.
    """

    test_class: str
    searched: list[SubjectReport]
    raised: list[Finding]


def send(
    item: pytest.Item,
    report: pytest.TestReport,
    searched: list[SubjectReport],
    error: BaseException | None,
) -> None:
    """Put what was searched, as text, on the report of the test."""
    raised = list(findings_of(error))
    if not searched and not raised:
        return
    sent = Sent(item.parent.nodeid if item.parent else "", list(searched), raised)
    report.smcheck = dumps(sent).decode()  # type: ignore[attr-defined]  # ours


def findings_of(error: BaseException | None) -> tuple[Finding, ...]:
    """Return the findings that a test raised, one exception or several."""
    if isinstance(error, BaseExceptionGroup):
        return tuple(found for one in error.exceptions for found in findings_of(one))
    found: tuple[Finding, ...] = getattr(error, "findings", ())
    return found


def _told_by(error: BaseException | None) -> Iterator[str]:
    """Yield the text of findings and refusals; nothing if there is anything else among them."""
    from smcheck.testing.bench import Broken

    if isinstance(error, (Broken, UsageError)):
        yield str(error)
        yield from getattr(error, "__notes__", [])
    elif isinstance(error, BaseExceptionGroup):
        told = [list(_told_by(one)) for one in error.exceptions]
        if all(told):
            for lines in told:
                yield from (*lines, "")
            yield from getattr(error, "__notes__", [])
