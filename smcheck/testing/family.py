"""Search one subject as the test runner asks, and judge one family by what came of it.

What a test method does, without the class around it. A finding becomes an exception here, for
that is what test runners understand.
"""

from __future__ import annotations

import threading
from pathlib import Path

from smcheck.configuration import FILE, TABLE
from smcheck.contract.families import FAMILIES
from smcheck.errors import UsageError
from smcheck.finding import Finding, Severity, SubjectReport, Verdict
from smcheck.subject import Subject
from smcheck.target import target_of
from smcheck.testing.bench import Broken
from smcheck.testing.check import check_subject
from smcheck.testing.contract_machine import ContractMachine
from smcheck.testing.options import Options
from smcheck.testing.settings import current

# unittest leaves out frames of modules that have this name: the text of a finding is enough.
__unittest = True


def search(
    subject: Subject, machine: type[ContractMachine] | None, *, parameters: str = ""
) -> SubjectReport:
    """Replay what is stored of a subject, then search it once, as the settings in force say.

    Args:
        subject: What is searched.
        machine: Draws, in place of a ``ContractMachine`` without further rules.
        parameters: What tells it from other subjects of its name, for the report.

    Raises:
        UsageError: The subject is not what it must be.
    """
    asked = current()
    options = Options(
        max_examples=asked.max_examples,
        schedules=asked.schedules,
        seed=asked.seed,
        witness_dir=asked.witness_dir,
        machine=machine,
        interrupted=asked.note,
    )
    try:
        report = check_subject(subject, options)
    except UsageError as error:
        raise error.with_traceback(None) from None  # nobody needs to read how smcheck got there
    look_after(subject, report, asked.witness_dir)
    report.name += parameters
    asked.note(report)
    return report


def judge(report: SubjectReport, family: str) -> None:
    """Raise what was found of a family, or that it was not put to the test.

    Raises:
        Broken: A violation, or no answer.
    """
    __tracebackhide__ = True  # pytest and its debugger show the user's line instead
    current().note_judged(report, family)
    own = tuple(f for f in report.findings if _is_of(f, family))
    if own:
        from smcheck.report.text import finding_text

        text = "\n\n".join(finding_text(finding) for finding in own)
        raise broken(f"{text}{_again(report)}", own)
    if report.families.get(family, 0) == 0 and report.verdict is Verdict.INCONCLUSIVE:
        raise AssertionError(
            f"inconclusive, not held: {family.replace('_', ' ')} was not exercised: "
            + "; ".join(report.reasons)
            + _again(report)
        )


def _again(report: SubjectReport) -> str:
    """Return how to search the same again, where no test runner tells it at the end."""
    if current().hear is not None:
        return ""
    seed = report.stats.seed
    return f"\n\nseed {seed}; seed = {seed} under {TABLE} in {FILE} repeats this search"


def broken(text: str, findings: tuple[Finding, ...]) -> Broken:
    """Return what tells findings to a test runner."""
    error = Broken(text)
    error.findings = findings
    return error


def _is_of(finding: Finding, family: str) -> bool:
    is_violation = finding.breach.severity is Severity.VIOLATION
    return is_violation and finding.breach.clause in FAMILIES[family]


def look_after(subject: Subject, report: SubjectReport, folder: Path | None) -> None:
    """Replay what is stored of findings that the subject says are known."""
    target = target_of(subject) if subject.known and folder is not None else None
    if folder is None or target is None:
        return
    # Fetched here because nobody without known findings needs the command line.
    from smcheck.cli.known import look_after_known
    from smcheck.cli.survey import describe

    if threading.current_thread() is not threading.main_thread():
        report.reasons.append("known findings: not replayed, which only the main thread can do")
        return
    look_after_known(report, describe(subject, target), folder)
