"""Keep what a pytest run found in a store of campaigns, and begin with what is there.

Only the controller of pytest-xdist opens it; tests find the witnesses as files beside it.
"""

from __future__ import annotations

import platform
import secrets
import time
from collections import Counter
from pathlib import Path

import msgspec
import pytest

import smcheck
from smcheck.campaign.defects import traits_of
from smcheck.campaign.orders import written
from smcheck.campaign.records import Effort, Ended, Progress, Run, Sighting, Status
from smcheck.campaign.store import Store, write_witnesses
from smcheck.campaign.store.files import NAME, WITNESSES
from smcheck.errors import UsageError
from smcheck.finding import Finding, SubjectReport

_TURN = (0, 0)
"""A search of pytest has one turn; two workers that search the same find the same."""


def put_witnesses(folder: Path | None) -> None:
    """Write the witnesses of a store as files, if there is one."""
    if folder is None or not (folder / NAME).exists():
        return
    try:
        with Store.read(folder) as store:
            write_witnesses(store, folder / WITNESSES)
    except UsageError as error:
        raise pytest.UsageError(f"--smcheck-store: {error}") from error


class Kept:
    """One run of pytest in a store.

    Args:
        began: When it did, by ``time.monotonic``.
    """

    def __init__(self, folder: Path, *, root: Path, seed: int, jobs: int, began: float) -> None:
        self._folder, self._root, self._began = folder, root, began
        self._counts: Counter[Status] = Counter()
        self._targets: dict[str, None] = {}
        self._trouble = ""
        try:
            self._store = Store.open(folder)
            self._run = Run(
                id=secrets.token_hex(8), seed=seed, mode="pytest", jobs=jobs,
                began_at=time.time() - (time.monotonic() - began), has_canary=False,
                versions={"smcheck": smcheck.__version__, "python": platform.python_version()},
            )  # fmt: skip
            self._store.begin_run(self._run)
        except UsageError as error:
            raise pytest.UsageError(f"--smcheck-store: {error}") from error

    def take(self, report: SubjectReport) -> None:
        """Take in the report of a subject; a subject that nobody can import is left out."""
        if not report.target or self._trouble:
            return
        target = written(report.target, folder=self._root)
        self._targets[target] = None
        try:
            for signature, outcome in report.replayed.items():
                self._store.note_replay(self._run.id, target, signature, outcome)
            for finding in report.findings:
                self._counts[self._note(target, report.name, finding)] += 1
            self._store.note_progress(self._run.id, self._progress(target, report))
        except UsageError as error:
            self._trouble = str(error)

    def _note(self, target: str, name: str, finding: Finding) -> Status:
        return self._store.note_finding(
            self._run.id,
            Sighting(
                target=target, subject=name, finding=finding, traits=traits_of(finding, None),
                witness=_bytes(finding.witness), at_s=time.monotonic() - self._began, stint=_TURN,
            ),
        )  # fmt: skip

    def _progress(self, target: str, report: SubjectReport) -> Progress:
        stats = report.stats
        effort = Effort(
            stints=1, plans=stats.examples, executions=stats.schedules,
            operations=stats.operations, seconds=stats.seconds,
        )  # fmt: skip
        return Progress(target=target, at_s=time.monotonic() - self._began, effort=effort)

    def end(self, *, is_interrupted: bool) -> None:
        """End the run and write the witnesses that are only in the store."""
        ended = Ended.INTERRUPTED if is_interrupted else Ended.DONE
        run = msgspec.structs.replace(
            self._run, ended=Ended.FAILED if self._trouble else ended, ended_at=time.time(),
            seconds=time.monotonic() - self._began, targets=tuple(self._targets),
        )  # fmt: skip
        try:
            self._store.save_run(run)
            write_witnesses(self._store, self._folder / WITNESSES)
            self._store.close()
        except UsageError as error:
            self._trouble = self._trouble or str(error)

    def line(self) -> str:
        """Return what is said of it at the end."""
        if self._trouble:
            return f"store: {self._trouble}"
        told = ", ".join(f"{self._counts[one]} {one}" for one in Status if self._counts[one])
        return f"store {self._folder}: {told or 'no findings'}; `smcheck report` tells more"


def _bytes(witness: str) -> bytes:
    try:
        return Path(witness).read_bytes() if witness else b""
    except OSError:
        return b""
