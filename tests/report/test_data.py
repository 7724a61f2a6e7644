"""The JSON of a report is a public form: its keys and its values are fixed here."""

from __future__ import annotations

import json

from smcheck.contract.clauses import CLAUSES
from smcheck.finding import (
    Breach,
    ClauseStatus,
    Finding,
    Location,
    Report,
    Severity,
    Stats,
    SubjectReport,
    Verdict,
)
from smcheck.report.data import blank, dumps, encode
from smcheck.scenario import Act, Scenario


def violated() -> SubjectReport:
    """Return a report with one finding."""
    breach = Breach(
        clause="UPD-4", check="retained", title="The entry is kept", message="expected a, got b",
        severity=Severity.VIOLATION, evidence=(("path", "machine._log[0]"),),
    )  # fmt: skip
    found = Finding(
        breach,
        Location("/m/inventory.py", 31, "Inventory.update"),
        related=(Location("/m/inventory.py", 58, "Inventory.lookup", role="writer"),),
        signature="0123456789ab",
        scenario=Scenario(
            tasks=("updates",), acts=(Act(0, "update", "update [b'a']", "Result(1)", 0, 1),)
        ),
        witness=".smcheck/witnesses/a.json",
        replay="smcheck replay .smcheck/witnesses/a.json",
    )
    report = blank("Inventory", "concurrent")
    report.verdict, report.findings = Verdict.VIOLATED, [found]
    report.clauses["UPD-4"] = ClauseStatus(5120, "violated")
    report.stats = Stats(seed=1, examples=100, schedules=2040, operations=51233, seconds=3.14159)
    return report


def test_encode_writes_the_public_form() -> None:
    data = json.loads(encode(Report([violated()])))
    [subject] = data["subjects"]
    clauses = subject.pop("clauses")
    assert data == {
        "schema": "smcheck/report/1",
        "verdict": "violated",
        "subjects": [{
            "name": "Inventory",
            "kind": "concurrent",
            "verdict": "violated",
            "findings": [{
                "clause": "UPD-4",
                "severity": "violation",
                "title": "The entry is kept",
                "message": "expected a, got b",
                "location": {
                    "file": "/m/inventory.py", "line": 31, "function": "Inventory.update",
                },
                "related": [{
                    "file": "/m/inventory.py", "line": 58, "function": "Inventory.lookup",
                    "role": "writer",
                }],
                "evidence": {"path": "machine._log[0]"},
                "signature": "0123456789ab",
                "witness": ".smcheck/witnesses/a.json",
                "replay": "smcheck replay .smcheck/witnesses/a.json",
            }],
            "stats": {
                "seed": 1, "examples": 100, "schedules": 2040, "operations": 51233,
                "seconds": 3.142, "partial": False, "error": None,
            },
        }],
    }  # fmt: skip
    assert clauses["UPD-4"] == {"exercised": 5120, "verdict": "violated"}


def test_encode_lists_every_clause_also_those_of_other_kinds() -> None:
    [subject] = json.loads(encode(Report([violated()])))["subjects"]
    assert list(subject["clauses"]) == list(CLAUSES)
    assert subject["clauses"]["DSK-1"] == {"exercised": 0, "verdict": "not checked"}


def test_encode_takes_the_worst_verdict() -> None:
    held = blank("A", "regular")
    held.verdict = Verdict.HELD
    unknown = blank("B", "regular")
    assert json.loads(encode(Report([held, unknown])))["verdict"] == "inconclusive"


def test_dumps_spells_lone_surrogates_out() -> None:
    assert dumps({"a": ["\ud800"]}) == b'{"a":["\\\\ud800"]}'
