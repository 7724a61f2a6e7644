"""A store as SARIF 2.1.0, within what code scanning of GitHub takes. Pure.

Paths are relative to ``%SRCROOT%``, the folder of the sources, wherever that lies on the machine
of who reads the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import smcheck
from smcheck.campaign.records import Ended, Status, StoredFinding, counts
from smcheck.campaign.report.entries import ordered, standing
from smcheck.campaign.report.moments import iso
from smcheck.campaign.report.reading import CampaignView, Night
from smcheck.contract.clauses import CLAUSES
from smcheck.finding import Finding, Location, Severity
from smcheck.report.data import dumps
from smcheck.report.plain import one_line, visible
from smcheck.scenario import Scenario

_BASE = "%SRCROOT%"
_LIMIT_TEXT = 1000
"""Characters of a message; more is cut by who shows it."""
_LIMIT_RELATED = 5
_LIMIT_STEPS = 500
"""Of a case; code scanning shows the first thousand of a result."""

_LEVELS = {Severity.VIOLATION: "error", Severity.HAZARD: "warning", Severity.KNOWN: "note"}
_STATES = {
    Status.NEW: "new",
    Status.KNOWN: "unchanged",
    Status.RETURNED: "updated",
    Status.FIXED: "absent",
}
_NO_LINK = re.compile(r"[\[\]()\\\s]+")
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")

Data = dict[str, object]


def sarif(view: CampaignView, *, root: Path, for_github: bool = False) -> bytes:
    """Return the log: one run with a result for each finding.

    Args:
        root: Folder of the sources.
        for_github: Leave out what is fixed. Code scanning takes any result for a problem,
            whatever it says of itself, and closes the alert of one that does not come again.
    """
    findings = ordered(
        one for one in view.findings if not (for_github and one.status is Status.FIXED)
    )
    unknown = {found.finding.breach.clause for found in findings} - set(CLAUSES)
    rules = [*CLAUSES, *sorted(unknown)]
    numbers = {rule: number for number, rule in enumerate(rules)}
    night = view.last
    run: Data = {
        "tool": {"driver": {
            "name": "smcheck", "version": smcheck.__version__,
            "rules": [_rule(rule) for rule in rules],
        }},
        "automationDetails": {"id": "smcheck/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {
            _BASE: {"description": {"text": "The folder that holds the sources."}}
        },
        "invocations": [_invocation(night)] if night else [],
        "results": [
            _result(found, numbers, root, is_strict=view.is_strict) for found in findings
        ],
    }  # fmt: skip
    return dumps({"version": "2.1.0", "runs": [run]}) + b"\n"


def _rule(id: str) -> Data:
    clause = CLAUSES.get(id)
    if clause is None:
        return {"id": one_line(id), "shortDescription": {"text": "Not a clause of this version."}}
    return {
        "id": id,
        "name": id,
        "shortDescription": _message(clause.text),
        "fullDescription": _message(f"{clause.text} {clause.reason}"),
        "help": _message(f"{clause.text} {clause.reason} How it is checked: {clause.how}"),
        "defaultConfiguration": {
            "level": "error" if clause.severity == Severity.VIOLATION else "warning"
        },
        "properties": {"tags": ["state-machine", one_line(clause.family)]},
    }


def _result(found: StoredFinding, numbers: dict[str, int], root: Path, *, is_strict: bool) -> Data:
    finding = found.finding
    breach = finding.breach
    is_fixed = found.status is Status.FIXED
    level = "error" if counts(finding, is_strict=is_strict) else _LEVELS[breach.severity]
    related = [
        {"id": number, **_location(one, root, one.role)}
        for number, one in enumerate(dict.fromkeys(finding.related), 1)
    ]
    result: Data = {
        "ruleId": one_line(breach.clause),
        "ruleIndex": numbers[breach.clause],
        "kind": "pass" if is_fixed else "fail",
        "level": "none" if is_fixed else level,
        "baselineState": _STATES[found.status],
        "message": _told(found),
        "locations": [_location(finding.location, root)],
        "relatedLocations": related,
        # The second is the only one that code scanning of GitHub compares.
        "partialFingerprints": {
            "smcheckSignature/v1": found.signature,
            "primaryLocationLineHash": f"{found.signature}:1",
        },
        "occurrenceCount": max(found.count, 1),
        "provenance": _provenance(found),
        "properties": {
            "subject": visible(found.subject), "target": visible(found.target),
            "signatures": [visible(one) for one in found.signatures],
            "replay": visible(finding.replay),
        },
    }  # fmt: skip
    flow = _flow(finding.scenario, root)
    if flow:
        result["codeFlows"] = [{"message": {"text": "How it came about."}, "threadFlows": flow}]
    if breach.severity is Severity.KNOWN:
        result["suppressions"] = [_suppression(finding)]
    return result


def _told(found: StoredFinding) -> Data:
    """Return the message, with links to the further lines: without one nobody shows them."""
    related = list(dict.fromkeys(found.finding.related))[:_LIMIT_RELATED]
    links = [f"[{_NO_LINK.sub(' ', visible(one.role)) or 'a further line'}]({number})"
             for number, one in enumerate(related, 1)]  # fmt: skip
    tail = f"\nSee also {', '.join(links)}." if links else ""
    text = _message("\n".join(_sentences(found)), limit=_LIMIT_TEXT - len(tail))
    return {"text": f"{text['text']}{tail}"}


def _sentences(found: StoredFinding) -> Iterator[str]:
    breach = found.finding.breach
    yield f"{breach.title}."
    if found.finding.replay:
        # In front of what may be long: it is what one needs.
        yield f"Replay: {found.finding.replay}"
    yield f"{found.subject or found.target}, {found.status}. {standing(found)}"
    yield breach.message


def _provenance(found: StoredFinding) -> Data:
    times = {
        "firstDetectionTimeUtc": iso(found.first_at),
        "lastDetectionTimeUtc": iso(found.last_at),
    }
    return {name: text for name, text in times.items() if text}


def _suppression(finding: Finding) -> Data:
    reason = next((text for name, text in finding.breach.evidence if name == "known"), "")
    return {"kind": "external", "justification": visible(reason) or "declared as known"}


def _location(location: Location, root: Path, message: str = "") -> Data:
    place: Data = {"artifactLocation": _artifact(location.file, root)}
    if location.line > 0:
        place["region"] = {"startLine": location.line}
    found: Data = {"physicalLocation": place}
    if location.function:
        found["logicalLocations"] = [
            {"fullyQualifiedName": visible(location.function), "kind": "function"}
        ]
    if message:
        found["message"] = _message(message)
    return found


def _artifact(file: str, root: Path) -> Data:
    relative = os.path.relpath(file, root) if os.path.isabs(file) else file
    if relative.split(os.sep)[0] == os.pardir:
        return {"uri": f"file://{_quoted(file)}"}
    return {"uri": _quoted(Path(relative).as_posix()), "uriBaseId": _BASE}


def _quoted(path: str) -> str:
    return quote(path, errors="backslashreplace")


def _flow(scenario: Scenario, root: Path) -> list[Data]:
    """Return what each task ran, in the order of the case."""
    threads: dict[int, list[Data]] = {}
    for number, step in enumerate(scenario.steps[:_LIMIT_STEPS], 1):
        where = Location(step.file, step.line, step.function)
        touched = "; ".join(_touched(touch.name, touch.value, touch.written)
                            for touch in step.touches)  # fmt: skip
        text = f"{scenario.name_of(step.task)}: {touched or step.source}"
        place = {"location": _location(where, root, text), "executionOrder": number}
        threads.setdefault(step.task, []).append(place)
    return [
        {"id": visible(scenario.name_of(task)), "locations": places}
        for task, places in sorted(threads.items())
    ]


def _touched(name: str, value: str, written: str | None) -> str:
    return f"{name} is {value}" if written is None else f"{name}: {value} → {written}"


def _invocation(night: Night) -> Data:
    run = night.run
    told: Data = {"executionSuccessful": run.ended not in (Ended.FAILED, Ended.KILLED)}
    for name, at in (("startTimeUtc", night.began_at), ("endTimeUtc", run.ended_at)):
        if at:
            told[name] = iso(at)
    return told


def _message(text: str, *, limit: int = _LIMIT_TEXT) -> Data:
    """Return a text that nobody takes for a link; a machine's values may look like one."""
    shown = _LINK.sub(r"\\[", visible(text))
    return {"text": (shown if len(shown) <= limit else f"{shown[: limit - 1]}…") or " "}
