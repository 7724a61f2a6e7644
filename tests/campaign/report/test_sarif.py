"""SARIF: what the schema of 2.1.0 requires, and what code scanning of GitHub takes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smcheck.campaign.records import StoredFinding
from smcheck.campaign.report.reading import CampaignView
from smcheck.campaign.report.sarif import sarif
from smcheck.contract.clauses import CLAUSES
from smcheck.finding import Location, Severity
from tests.campaign.report import kept_cases as kept

ROOT = Path(__file__).parents[3]


def run_of(view: CampaignView, *, for_github: bool = False) -> Any:  # Any: JSON
    log = json.loads(sarif(view, root=ROOT, for_github=for_github))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    return run


def result_of(found: StoredFinding) -> Any:  # Any: JSON
    [result] = run_of(kept.one_night(found))["results"]
    return result


def texts_of(value: Any) -> list[str]:  # Any: JSON
    """Return the texts of all messages in a log."""
    if isinstance(value, list):
        return [text for one in value for text in texts_of(one)]
    if not isinstance(value, dict):
        return []
    here = [value["text"]] if isinstance(value.get("text"), str) else []
    return here + [text for one in value.values() for text in texts_of(one)]


@pytest.mark.parametrize("view", [kept.three_nights(), kept.hostile(), CampaignView()])
def test_sarif_has_what_the_schema_requires(view: CampaignView) -> None:
    run = run_of(view)
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"] == "smcheck"
    assert len({rule["id"] for rule in rules}) == len(rules)
    for invocation in run["invocations"]:
        assert isinstance(invocation["executionSuccessful"], bool)
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["kind"] in ("fail", "pass")
        assert result["level"] in ("error", "warning", "note", "none")
        assert (result["level"] == "none") == (result["kind"] == "pass")
        assert result["baselineState"] in ("new", "unchanged", "updated", "absent")
        assert all(isinstance(one, str) for one in result["partialFingerprints"].values())
        for place in (*result["locations"], *result["relatedLocations"]):
            assert place["physicalLocation"]["artifactLocation"]["uri"]
        for flow in result.get("codeFlows", []):
            assert flow["threadFlows"]
            for thread in flow["threadFlows"]:
                assert thread["locations"]


def test_sarif_has_a_rule_for_each_clause() -> None:
    rules = run_of(kept.three_nights())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CLAUSES)
    [rule] = [rule for rule in rules if rule["id"] == "BAT-6"]
    assert rule["shortDescription"]["text"] == (
        "A lookup in the middle of a batch never sees one entry half done."
    )
    assert rule["defaultConfiguration"] == {"level": "error"}


def test_sarif_says_how_each_finding_stands() -> None:
    results = run_of(kept.three_nights())["results"]
    assert [(one["ruleId"], one["baselineState"], one["level"]) for one in results] == [
        ("BAT-6", "new", "error"),
        ("PRG-2", "new", "error"),
        ("UPD-1", "updated", "error"),
        ("SAV-1", "unchanged", "error"),
        ("LKP-1", "unchanged", "warning"),
        ("REC-1", "absent", "none"),
    ]


def test_sarif_of_a_strict_night_takes_hazards_for_errors() -> None:
    view = kept.three_nights()
    strict = replace(view.runs[-1], run=kept.run(2, is_strict=True))
    results = run_of(replace(view, runs=(*view.runs[:-1], strict)))["results"]
    assert [one["level"] for one in results] == ["error"] * 5 + ["none"]


def test_sarif_for_github_leaves_out_what_is_fixed() -> None:
    results = run_of(kept.three_nights(), for_github=True)["results"]
    assert [one["ruleId"] for one in results] == ["BAT-6", "PRG-2", "UPD-1", "SAV-1", "LKP-1"]


def test_sarif_names_a_line_below_the_folder_of_the_sources() -> None:
    result = result_of(kept.stored())
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {
                    "uri": "tests/buggy/half_transfer.py", "uriBaseId": "%SRCROOT%",
                },
                "region": {"startLine": 29},
            },
            "logicalLocations": [{"fullyQualifiedName": "Bank.lookup", "kind": "function"}],
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    "file, artifact",
    [
        (f"{ROOT}/a b#c.py", {"uri": "a%20b%23c.py", "uriBaseId": "%SRCROOT%"}),
        ("/elsewhere/a.py", {"uri": "file:///elsewhere/a.py"}),
        (f"{ROOT}/..b.py", {"uri": "..b.py", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_sarif_writes_paths_as_uris(file: str, artifact: dict[str, str]) -> None:
    found = replace(kept.finding(), location=Location(file, 3, "f"))
    [place] = result_of(kept.stored(found))["locations"]
    assert place["physicalLocation"]["artifactLocation"] == artifact


def test_sarif_keeps_a_finding_apart_from_others_by_its_signature() -> None:
    assert result_of(kept.stored())["partialFingerprints"] == {
        "smcheckSignature/v1": "0123456789ab",
        "primaryLocationLineHash": "0123456789ab:1",
    }


def test_sarif_has_the_steps_of_each_task_in_their_order() -> None:
    [flow] = result_of(kept.stored())["codeFlows"]
    orders = {
        thread["id"]: [place["executionOrder"] for place in thread["locations"]]
        for thread in flow["threadFlows"]
    }
    assert orders == {"updates": [1, 2, 3, 4, 5, 11, 12, 13], "reader 1": [6, 7, 8, 9, 10]}


def test_sarif_links_to_further_lines_and_to_nothing_else() -> None:
    found = kept.finding(title="see [here](http://x)", message="[a] [b](c)")
    text = result_of(kept.stored(found))["message"]["text"]
    assert text.startswith("see \\[here](http://x).\n")
    assert "[a] \\[b](c)" in text
    assert text.endswith("\nSee also [writer](1).")


def test_sarif_keeps_messages_short() -> None:
    view = kept.one_night(kept.stored(kept.finding(message="x" * 5_000)))
    assert max(map(len, texts_of(run_of(view)))) == 1000


def test_sarif_suppresses_what_the_subject_declares_as_known() -> None:
    found = kept.finding(severity=Severity.KNOWN)
    breach = replace(found.breach, evidence=(("known", "ticket 7"),))
    result = result_of(kept.stored(replace(found, breach=breach)))
    assert result["suppressions"] == [{"kind": "external", "justification": "ticket 7"}]
    assert result["level"] == "note"


def test_sarif_is_the_same_for_the_same_store() -> None:
    view = kept.three_nights()
    other = CampaignView(view.findings[::-1], view.runs)
    assert sarif(view, root=ROOT) == sarif(other, root=ROOT)
