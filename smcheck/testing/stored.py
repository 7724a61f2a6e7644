"""What a check does before it searches: replay the stored witnesses of its subject.

A defect that was found once is told at once, without luck. What is fixed, or cannot be run, is
said beside the verdict and changes nothing of it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from smcheck._witness_names import Stored
from smcheck.engine.replay import Status
from smcheck.engine.stored import StoredReplay, replay_stored
from smcheck.finding import Finding, known_as
from smcheck.host.board import Board
from smcheck.subject import Subject

LIMIT_S = 30.0
"""Seconds after which no further witness is replayed: the search must have its turn."""
_MANY = {"still fails": "still fail", "fails differently": "fail differently"}


@dataclass(slots=True)
class Replayed:
    """What became of the stored witnesses.

    Attributes:
        findings: Of those that still fail, or fail differently, in the order of their files.
        notes: What the reader must know beside the verdict.
        seconds: How long it took.
        outcomes: What became of each, by its signature, where that is sure.
    """

    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    outcomes: dict[str, str] = field(default_factory=dict)


def replay_first(
    subject: Subject, target: str | None, folder: Path | None, *,
    only: Collection[str] = (), board: Board | None = None,
) -> Replayed:  # fmt: skip
    """Replay what ``folder`` holds of ``subject``; nothing where either is not there.

    Args:
        only: Clauses that are reported; all unless given.
    """
    done = Replayed()
    if target is None or folder is None:
        return done
    began = time.monotonic()
    counts: Counter[str] = Counter()

    def is_wanted(stored: Stored) -> bool:
        # What is known is looked after once the search is over.
        is_known = known_as(subject.known, stored.clause, stored.signature) is not None
        return not is_known and (not only or stored.clause in only)

    for one in replay_stored(subject, target, folder, board=board, wanted=is_wanted):
        counts[_status(one)] += 1
        if one.is_sure or one.outcome.status is not Status.FIXED:
            done.outcomes[one.stored.signature] = str(one.outcome.status)
        _take_in(done, one)
        if time.monotonic() - began > LIMIT_S:
            done.notes.append(f"stored witnesses: the rest was not replayed after {LIMIT_S:.0f} s")
            break
    if counts:
        told = ", ".join(
            f"{many} {_MANY.get(status, status) if many > 1 else status}"
            for status, many in counts.items()
        )
        done.notes.insert(0, f"stored witnesses in {folder}: {told}")
    done.seconds = time.monotonic() - began
    return done


def _status(one: StoredReplay) -> str:
    is_sure = one.is_sure or one.outcome.status is not Status.FIXED
    return str(one.outcome.status) if is_sure else "not seen under this hash seed"


def _take_in(done: Replayed, one: StoredReplay) -> None:
    outcome, path = one.outcome, one.stored.path
    if outcome.status is Status.CANNOT:
        done.notes.append(f"{path} cannot be replayed: {outcome.reason}")
    finding = outcome.finding
    if finding is None or outcome.status not in (Status.FAILS, Status.DIFFERS):
        return
    if outcome.status is Status.FAILS:
        finding = replace(finding, signature=one.stored.signature)
    done.findings.append(finding.kept_at(path))
