"""JSON lines: one object for each finding, then one for each run."""

from __future__ import annotations

import json
from typing import Any

from smcheck.campaign.report.jsonl import json_lines
from smcheck.campaign.report.reading import CampaignView
from tests.campaign.report import kept_cases as kept
from tests.report import page_cases


def objects(view: CampaignView) -> list[dict[str, Any]]:  # Any: JSON
    return [json.loads(line) for line in json_lines(view).splitlines()]


def test_json_lines_have_findings_before_runs() -> None:
    schemas = [one["schema"] for one in objects(kept.three_nights())]
    assert schemas == ["smcheck/finding/1"] * 6 + ["smcheck/run/1"] * 3


def test_json_lines_say_everything_of_a_finding() -> None:
    bank = str(page_cases.BANK)
    [one, _] = objects(kept.one_night(kept.stored(count=3)))
    assert one == {
        "schema": "smcheck/finding/1", "target": "bank.py:bank", "subject": "Bank",
        "status": "new", "clause": "BAT-6", "severity": "violation",
        "title": "A lookup saw half of a batch",
        "message": "expected 200 (version 0 or 1), got 190",
        "location": {"file": bank, "line": 29, "function": "Bank.lookup"},
        "related": [{"file": bank, "line": 24, "function": "Bank.update", "role": "writer"}],
        "evidence": {"query": "('total',)"}, "signature": "0123456789ab",
        "witness": ".smcheck/witnesses/bank-bat-6.json",
        "replay": "smcheck replay .smcheck/witnesses/bank-bat-6.json",
        "signatures": ["0123456789ab"], "count": 3,
        "first_run": "00000000000000c3", "first_seen": "2026-01-05T23:00:00Z",
        "last_run": "00000000000000c3", "last_seen": "2026-01-05T23:00:00Z",
        "fixed": None, "replayed": "", "stacks": "",
    }  # fmt: skip


def test_json_lines_say_what_a_run_did() -> None:
    run = objects(kept.three_nights())[-1]
    assert {name: run[name] for name in ("id", "mode", "seed", "began", "ended", "lost")} == {
        "id": "00000000000000c3", "mode": "nightly", "seed": 19,
        "began": "2026-01-05T22:00:00Z", "ended": "done", "lost": 1,
    }  # fmt: skip
    assert (run["strict"], run["canary"], run["canary_seconds"]) == (False, True, 12.0)
    assert run["findings"] == {"new": 2, "returned": 1, "known": 2}
    assert run["effort"]["plans"] == 28_800


def test_json_lines_are_lines_whatever_a_machine_says() -> None:
    assert len(objects(kept.hostile())) == 2
