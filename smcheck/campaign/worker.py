"""The worker's side of a stint: read what is asked, work it off, tell what comes of it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from smcheck.campaign.asked import DiskFull, Met
from smcheck.campaign.journal import Journal, JournalError, read_journal
from smcheck.campaign.stint import Told, work
from smcheck.cli.messages import Message
from smcheck.cli.survey import survey
from smcheck.errors import InternalError
from smcheck.finding import SubjectReport
from smcheck.host.board import Board


def serve_stint(
    path: Path, board: Board, *, send: Callable[[Message], None],
    progress: Callable[[SubjectReport], None],
) -> None:  # fmt: skip
    """Work off the stint that the journal at ``path`` asks for, and send what comes of it.

    Raises:
        UsageError: The target or the subject is not what it must be.
    """
    left = read_journal(path)
    if left is None:
        raise InternalError(f"expected a journal that was begun, {path} is none")
    found, subject = survey(left.stint.target)
    send(found)
    # What was imported so far stays: a machine that calls gc.collect() need not walk it each time.
    gc.freeze()
    told = _Told(send, progress)
    try:
        send(work(left.stint, subject, board=board, journal=Journal(path), told=told))
    except JournalError as error:
        send(DiskFull(str(error)))


@dataclass(frozen=True, slots=True)
class _Told(Told):
    """Sends on what a stint tells."""

    send: Callable[[Message], None]
    report: Callable[[SubjectReport], None]

    def met(self, met: Met) -> None:
        self.send(met)

    def progress(self, report: SubjectReport) -> None:
        self.report(report)
