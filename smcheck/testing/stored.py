"""What was found before comes first: replay a subject's stored witnesses, ahead of its search.

What still fails is in the report under the signature it was stored with, met by the search or
not: a defect that a run has seen once is not for the seed of the next to lose.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from smcheck._witness_names import witnesses_in
from smcheck.engine.replay import Status
from smcheck.engine.stored import StoredReplay, replay_stored
from smcheck.finding import ClauseStatus, Severity, SubjectReport, Verdict, known_as
from smcheck.subject import Subject
from smcheck.target import target_of
from smcheck.testing.bench import quiet_drops, rest_standing


def replay_first(subject: Subject, folder: Path | None) -> list[StoredReplay]:
    """Replay what ``folder`` holds of ``subject``.

    Where nothing is stored this costs the reading of the folder's names.
    """
    if folder is None or not witnesses_in(folder, subject.name):
        return []
    target = target_of(subject)
    if target is None:
        return []  # nothing in the folder can be of a subject that has no name
    rest_standing()
    with quiet_drops():
        return list(replay_stored(subject, target, folder))


def take_in(report: SubjectReport, subject: Subject, replays: list[StoredReplay]) -> None:
    """Add to the report of the search what the replays before it showed."""
    for one in reversed(replays):
        if known_as(subject.known, one.stored.clause, one.stored.signature) is None:
            _take_in_one(report, one)


def _take_in_one(report: SubjectReport, one: StoredReplay) -> None:
    path, outcome = one.stored.path, one.outcome
    if outcome.status is Status.CANNOT:
        report.reasons.append(f"{path} cannot be replayed: {outcome.reason}")
    elif outcome.status is Status.FIXED and not one.is_sure:
        report.reasons.append(
            f"{path} shows nothing under this hash seed, it was found under another: "
            "`smcheck replay` tells whether it is fixed"
        )
    elif outcome.finding is not None:
        _keep(report, one)


def _keep(report: SubjectReport, one: StoredReplay) -> None:
    found = one.outcome.finding
    assert found is not None
    if one.outcome.status is Status.FAILS:
        path = str(one.stored.path)
        found = replace(
            found, signature=one.stored.signature, witness=path, replay=f"smcheck replay {path}"
        )
    if any(found.signature == other.signature for other in report.findings):
        return
    report.findings.insert(0, found)
    if found.breach.severity is not Severity.VIOLATION:
        return
    report.verdict = Verdict.VIOLATED
    before = report.clauses.get(found.breach.clause)
    times = max(1, before.exercised if before else 0)
    report.clauses[found.breach.clause] = ClauseStatus(times, Verdict.VIOLATED)
