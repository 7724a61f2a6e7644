"""Make a test class out of a subject: one method per family, one search for all of them.

The search runs once per process when the first method runs; each method then reports what was
found of its own family, so that selecting, expecting and repeating work on each.
"""

from __future__ import annotations

import threading
import unittest
from pathlib import Path
from typing import Any

from smcheck.contract.families import FAMILIES, families_of
from smcheck.finding import Severity, SubjectReport, Verdict
from smcheck.subject import Subject
from smcheck.target import target_of
from smcheck.testing.bench import Broken
from smcheck.testing.check import Options, check_subject
from smcheck.testing.contract_machine import ContractMachine
from smcheck.testing.likely import likely_kind, likely_profile
from smcheck.testing.settings import current


def contract_test(
    subject: Subject, *, machine: type[ContractMachine] | None = None
) -> type[unittest.TestCase]:
    """Return a class that pytest and unittest collect, with a test method per family.

    Args:
        subject: What to hold to the contract.
        machine: A ``ContractMachine`` with further rules and invariants to draw with.

    Raises:
        UsageError: The subject's factory asks for unknown parameters.
    """
    body: dict[str, Any] = {
        "__doc__": f"Hold {subject.name} to the contract.",
        "subject": subject,
        "_smcheck_machine": machine,
        "_smcheck_report": None,
    }
    lacks = frozenset(subject.without) | likely_profile(subject).lacks
    for family in families_of(likely_kind(subject), lacks):
        body[f"test_{family}"] = _method(family)
    return type(f"Test{subject.name}", (_ContractTest,), body)


class _ContractTest(unittest.TestCase):
    """What all contract tests share."""

    subject: Subject
    _smcheck_machine: type[ContractMachine] | None
    _smcheck_report: SubjectReport | None

    @classmethod
    def _report(cls) -> SubjectReport:
        """Return the report of the one search, running it the first time."""
        if cls._smcheck_report is None:
            set_by = current()
            options = Options(
                max_examples=set_by.max_examples,
                schedules=set_by.schedules,
                seed=set_by.seed,
                witness_dir=set_by.witness_dir,
                machine=cls._smcheck_machine,
            )
            cls._smcheck_report = check_subject(cls.subject, options)
            look_after(cls.subject, cls._smcheck_report, set_by.witness_dir)
            set_by.note(cls._smcheck_report)
        return cls._smcheck_report


def _method(family: str) -> Any:
    def test(self: _ContractTest) -> None:
        report = self._report()
        own = [
            finding
            for finding in report.findings
            if finding.breach.clause in FAMILIES[family]
            and finding.breach.severity is Severity.VIOLATION
        ]
        if own:
            from smcheck.report.text import finding_text

            raise Broken("\n\n".join(finding_text(finding) for finding in own))
        if report.families.get(family, 0) == 0 and report.verdict is Verdict.INCONCLUSIVE:
            self.fail(
                f"inconclusive, not held: {family.replace('_', ' ')} was not exercised: "
                + "; ".join(report.reasons)
            )

    test.__name__ = f"test_{family}"
    test.__doc__ = f"Hold the machine to the clauses about {family.replace('_', ' ')}."
    return test


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
