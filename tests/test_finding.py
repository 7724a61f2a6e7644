"""Findings: identity over edits, and sums over subjects."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcheck.finding import (
    HOLDS,
    UNSURE,
    Breach,
    Finding,
    Location,
    Report,
    Severity,
    Stats,
    SubjectReport,
    Verdict,
    signature,
)

BREACH = Breach("UPD-1", "twins", "title", "message", method="update", error="KeyError")


def test_signature_is_stable_over_versions() -> None:
    assert signature("Inventory", BREACH, "Inventory.update", "x = set(a)") == "d1c2fd97733b"


def test_signature_ignores_white_space_and_what_is_said() -> None:
    other = Breach(
        "UPD-1", "schedules", "another", "text", severity=Severity.KNOWN, error="KeyError"
    )
    assert signature("S", BREACH, "f", "x = set(a)") == signature("S", other, "f", "x=set( a )")


@pytest.mark.parametrize(
    ("subject", "clause", "error", "function", "source"),
    [
        ("T", "UPD-1", "KeyError", "f", "x"),
        ("S", "UPD-2", "KeyError", "f", "x"),
        ("S", "UPD-1", "", "f", "x"),
        ("S", "UPD-1", "KeyError", "g", "x"),
        ("S", "UPD-1", "KeyError", "f", "y"),
    ],
)
def test_signature_depends_on_each_part(
    subject: str, clause: str, error: str, function: str, source: str
) -> None:
    other = Breach(clause, "twins", "title", "message", error=error)
    assert signature("S", BREACH, "f", "x") != signature(subject, other, function, source)


def test_breach_keeps_its_key_while_texts_change() -> None:
    smaller = Breach("UPD-1", "twins", "another", "text", method="update", error="KeyError")
    assert BREACH.key == smaller.key == ("twins", "twins", "update", "KeyError")


def test_live_state_has_one_key_whether_save_falls_over_it_or_writes_it() -> None:
    told = Breach("SAV-1", "schedules", "title", "message", method="prepare_snapshot")
    assert told.key == replace(told, error="RuntimeError").key
    of_save = replace(told, method="save_snapshot")
    assert of_save.key != replace(of_save, error="RuntimeError").key


@pytest.mark.parametrize(
    ("holds", "other", "weaker"),
    [
        (UNSURE, "a state that it should", True),
        ("another state", "a state that it should", True),
        ("a state that it should", "a state that it should", False),
        ("a state that it should", UNSURE, False),
        (UNSURE, UNSURE, False),
    ],
)
def test_breach_is_weaker_that_does_not_say_what_a_folder_holds(
    holds: str, other: str, weaker: bool
) -> None:
    one, two = (
        Breach("DSK-6", "crashes", "title", "message", evidence=((HOLDS, text),))
        for text in (holds, other)
    )
    assert one.is_weaker_than(two) is weaker


FOUND = Finding(BREACH, Location("/m.py", 1, "f"), signature="0123456789ab")


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"UPD-1": "one"}, "one"),
        ({"0123456789ab": "two"}, "two"),
        ({"UPD-1": "one", "0123456789ab": "two"}, "two"),
    ],
)
def test_finding_that_is_known_says_why(known: dict[str, str], reason: str) -> None:
    breach = FOUND.weighed(known).breach
    assert (breach.severity, breach.evidence) == (Severity.KNOWN, (("known", reason),))


def test_finding_that_is_known_already_stays_as_it_is() -> None:
    once = FOUND.weighed({"UPD-1": "one"})
    assert once.weighed({"0123456789ab": "two"}) == once


@pytest.mark.parametrize("known", [{}, {"UPD-2": "one"}, {"0123456789ac": "two"}])
def test_finding_that_is_not_known_stays_a_violation(known: dict[str, str]) -> None:
    assert FOUND.weighed(known) is FOUND


def report(*verdicts: Verdict) -> Report:
    return Report([SubjectReport(f"S{i}", "regular", v) for i, v in enumerate(verdicts)])


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ((), Verdict.INCONCLUSIVE),
        ((Verdict.HELD,), Verdict.HELD),
        ((Verdict.HELD, Verdict.INCONCLUSIVE), Verdict.INCONCLUSIVE),
        ((Verdict.INCONCLUSIVE, Verdict.VIOLATED, Verdict.HELD), Verdict.VIOLATED),
    ],
)
def test_report_has_the_worst_verdict(verdicts: tuple[Verdict, ...], worst: Verdict) -> None:
    assert report(*verdicts).verdict is worst


def test_report_lists_the_findings_of_all_subjects() -> None:
    whole = report(Verdict.HELD, Verdict.VIOLATED)
    finding = Finding(BREACH, Location("/m.py", 3, "M.update"))
    whole.subjects[1].findings.append(finding)
    assert whole.findings == [finding]


def test_report_adds_up_statistics_and_keeps_the_first_seed() -> None:
    whole = report(Verdict.HELD, Verdict.HELD)
    whole.subjects[0].stats = Stats(7, 1, 10, 100, 0.5, partial=False, error="first")
    whole.subjects[1].stats = Stats(8, 2, 20, 200, 0.25, partial=True, error="second")
    assert whole.stats == Stats(7, 3, 30, 300, 0.75, partial=True, error="first")


def test_report_without_subjects_has_empty_statistics() -> None:
    assert Report().stats == Stats()
