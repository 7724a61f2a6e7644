"""JUnit XML: what fails, what is skipped, and that every viewer can read it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from smcheck.campaign.records import Ended
from smcheck.campaign.report.junit import junit
from smcheck.campaign.report.reading import CampaignView
from smcheck.finding import Severity
from tests.campaign.report import kept_cases as kept

ROOT = Path(__file__).parents[3]


def parsed(view: CampaignView) -> ET.Element:
    return ET.fromstring(junit(view, root=ROOT))


def outcomes(view: CampaignView) -> dict[str, str]:
    """Return what became of each case: the tag that says so, or passed."""
    tags = ("failure", "error", "skipped")
    return {
        case.get("name", ""): next((tag for tag in tags if case.find(tag) is not None), "passed")
        for case in parsed(view).iter("testcase")
    }


def test_junit_fails_for_what_is_new_or_returned_only() -> None:
    assert outcomes(kept.three_nights()) == {
        "canary": "passed",
        "BAT-6 in Bank.lookup [0123456789ab]": "failure",
        "UPD-1 in Bank.lookup [111111111111]": "failure",
        "SAV-1 in Bank.lookup [222222222222]": "skipped",
        "LKP-1 in Bank.lookup [333333333333]": "skipped",
        "REC-1 in Bank.lookup [444444444444]": "passed",
        "PRG-2 in Ledger.update [feedfeedfeed]": "failure",
    }


def test_junit_counts_what_it_holds() -> None:
    document = parsed(kept.three_nights())
    names = ("tests", "failures", "errors", "skipped")
    assert [document.get(name) for name in names] == ["7", "3", "0", "2"]
    suites = {one.get("name"): [one.get(name) for name in names] for one in document}
    assert suites == {
        "smcheck campaign": ["1", "0", "0", "0"],
        "Bank": ["5", "2", "0", "2"],
        "Ledger": ["1", "1", "0", "0"],
    }


def test_junit_says_in_a_failure_how_to_replay_it() -> None:
    failure = parsed(kept.one_night(kept.stored())).find(".//failure")
    assert failure is not None
    assert failure.get("message") == "new: A lookup saw half of a batch"
    text = failure.text or ""
    assert text.startswith("Met for the first time at 2026-01-05 23:00 UTC.")
    assert text.endswith("replay: smcheck replay .smcheck/witnesses/bank-bat-6.json")


def test_junit_does_not_fail_for_a_new_hazard() -> None:
    hazard = kept.stored(kept.finding(severity=Severity.HAZARD))
    assert outcomes(kept.one_night(hazard))["BAT-6 in Bank.lookup [0123456789ab]"] == "skipped"


def test_junit_of_a_strict_night_fails_for_a_new_hazard() -> None:
    hazard = kept.stored(kept.finding(severity=Severity.HAZARD))
    view = kept.one_night(hazard)
    strict = replace(
        view, runs=tuple(replace(one, run=structs.replace(one.run, is_strict=True))
                         for one in view.runs)
    )  # fmt: skip
    assert outcomes(strict)["BAT-6 in Bank.lookup [0123456789ab]"] == "failure"


def test_junit_has_a_case_that_passes_for_a_subject_without_findings() -> None:
    document = parsed(kept.one_night())
    cases = [(one.get("classname"), one.get("name")) for one in document.iter("testcase")]
    assert ("bank.py:bank", "no finding") in cases
    suite = next(one for one in document if one.get("name") == "bank.py:bank")
    assert (suite.get("time"), suite.get("timestamp")) == ("900.000", "2026-01-05T22:00:00")


def test_junit_has_an_error_for_a_canary_that_was_missed() -> None:
    missed = replace(kept.one_night().runs[0], run=kept.run(2, canary_s=None))
    assert outcomes(CampaignView((), (missed,)))["canary"] == "error"


def test_junit_skips_the_canary_of_a_run_that_had_none() -> None:
    none = replace(kept.one_night().runs[0], run=kept.run(2, canary_s=None, has_canary=False))
    assert outcomes(CampaignView((), (none,)))["canary"] == "skipped"


def test_junit_skips_the_canary_of_a_run_that_was_ended_early() -> None:
    run = kept.run(2, canary_s=None, ended=Ended.INTERRUPTED)
    ended = replace(kept.one_night().runs[0], run=run)
    assert outcomes(CampaignView((), (ended,)))["canary"] == "skipped"


def test_junit_has_no_canary_of_a_run_of_pytest() -> None:
    run = replace(kept.one_night().runs[0], run=kept.run(2, mode="pytest", canary_s=None))
    assert "canary" not in outcomes(CampaignView((), (run,)))


def test_junit_shows_no_source_that_was_edited_since() -> None:
    text = junit(kept.one_night(kept.stored(line="somethingelse()")), root=ROOT).decode()
    assert "29 | balances" not in text
    assert "tests/buggy/half_transfer.py:29 in Bank.lookup" in text


def test_junit_can_be_read_whatever_a_machine_says() -> None:
    found = kept.finding(title="a\x00b\ufffe\ud800\x1b[2J]]> <b>", message="\x07\x85")
    [failure] = parsed(kept.one_night(kept.stored(found, stacks="\x01"))).iter("failure")
    assert failure.get("message") == "new: a\\x00b\\ufffe\\ud800\\x1b[2J]]> <b>"
    assert parsed(kept.hostile()).get("failures") == "1"


def test_junit_is_the_same_for_the_same_store() -> None:
    view = kept.three_nights()
    other = CampaignView(view.findings[::-1], view.runs)
    assert junit(view, root=ROOT) == junit(other, root=ROOT)
