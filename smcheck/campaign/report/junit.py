"""A store as JUnit XML, in the subset that viewers of CI agree on. Pure.

A suite for each subject, a case for each finding. New and returned violations fail, so that a
night that is red has failures and no other night has. What is known is skipped, since it neither
passed nor is news; what is fixed passes; a subject without findings has one case that passes.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from pathlib import Path

from smcheck.campaign.records import Status, StoredFinding
from smcheck.campaign.report.blamed import has_source
from smcheck.campaign.report.counts import SubjectRow, subject_rows
from smcheck.campaign.report.entries import is_alarm, ordered, standing
from smcheck.campaign.report.moments import iso
from smcheck.campaign.report.reading import CampaignView
from smcheck.report.finding_text import finding_text
from smcheck.report.plain import shown_path, visible

SEARCHED = "no finding"
"""Name of the case of a subject that has none."""

CANARY = "canary"

# XML has no way to write these, not even escaped.
_ILLEGAL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(view: CampaignView, *, root: Path) -> bytes:
    """Return the document.

    Args:
        root: Folder that paths are shown relative to.
    """
    document = ET.Element("testsuites", name="smcheck")
    last = view.last
    if last is not None and last.run.mode != "pytest":
        document.append(_campaign(view))
    for row in subject_rows(view):
        found = ordered(one for one in view.findings if one.target == row.target)
        document.append(_suite(row, found, view, root=root))
    _count(document, document.iter("testcase"))
    ET.indent(document)
    text: bytes = ET.tostring(document, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(
    row: SubjectRow, findings: list[StoredFinding], view: CampaignView, *, root: Path
) -> ET.Element:
    last = view.last
    suite = _element("testsuite", name=row.name, timestamp=_stamp(last.began_at if last else 0.0))
    for found in findings:
        suite.append(_case(found, row, root=root, is_strict=view.is_strict))
    if not findings:
        suite.append(_element("testcase", classname=_class(row), name=SEARCHED))
    # A search has one time, however much it found; viewers add up those of the cases.
    suite[0].set("time", f"{row.effort.seconds:.3f}")
    _count(suite, suite)
    suite.set("time", f"{row.effort.seconds:.3f}")
    effort = row.effort
    _add(suite, "system-out", f"{row.target}: {effort.plans} plans, {effort.executions} "
         f"executions, {effort.operations} operations, {row.lost} cases lost")  # fmt: skip
    return suite


def _case(found: StoredFinding, row: SubjectRow, *, root: Path, is_strict: bool) -> ET.Element:
    finding = found.finding
    where = finding.location
    # The same name tomorrow: viewers compare by it. Of two that are equal they show one.
    name = f"{finding.breach.clause} in {where.function or '?'} [{found.signature}]"
    case = _element(
        "testcase", classname=_class(row), name=name, time="0.000",
        file=shown_path(where.file, root), line=str(where.line),
    )  # fmt: skip
    told = f"{standing(found)}\n\n{finding_text(finding, root=root, has_source=has_source(found))}"
    if found.stacks:
        told += f"\n\nstacks:\n{found.stacks}"
    message = f"{found.status}: {finding.breach.title}"
    if is_alarm(found, is_strict=is_strict):
        _add(case, "failure", told, message=message, type=found.status.value)
    elif found.status is not Status.FIXED:
        _add(case, "skipped", "", message=f"{message} ({finding.breach.severity})")
        _add(case, "system-out", told)
    else:
        _add(case, "system-out", told)
    return case


def _campaign(view: CampaignView) -> ET.Element:
    """Return the suite of the last run itself: a night that misses its canary is red."""
    night = view.last
    assert night is not None
    suite = _element("testsuite", name="smcheck campaign", timestamp=_stamp(night.began_at))
    case = ET.SubElement(suite, "testcase", classname="smcheck campaign", name=CANARY)
    case.set("time", f"{night.canary_s or 0.0:.3f}")
    if night.has_missed_canary:
        _add(case, "error", "Expected the campaign to find the bug that was planted in it; it did "
             "not, so that it found nothing else says little.", message="the canary was not found",
             type="missed")  # fmt: skip
    elif night.canary_s is None:
        why = f"not found before the run was {night.run.ended}"
        _add(case, "skipped", "", message=why if night.run.has_canary else "none, as asked")
    _count(suite, suite)
    suite.set("time", case.get("time", "0.000"))
    return suite


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    every = list(cases)
    element.set("tests", str(len(every)))
    for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(name, str(sum(case.find(tag) is not None for case in every)))


def _class(row: SubjectRow) -> str:
    """Return what viewers put in front of a case; two subjects of one name are two."""
    return row.name if row.name == row.target else f"{row.name} ({row.target})"


def _stamp(seconds: float) -> str:
    """Return a moment without a zone, which the schema of viewers wants."""
    return iso(seconds).removesuffix("Z") or "1970-01-01T00:00:00"


def _element(tag: str, **attributes: str) -> ET.Element:
    return ET.Element(tag, {name: _legal(text) for name, text in attributes.items()})


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> None:
    child = _element(tag, **attributes)
    child.text = _legal(text) if text else None
    parent.append(child)


def _legal(text: str) -> str:
    return _ILLEGAL.sub("?", visible(text))
