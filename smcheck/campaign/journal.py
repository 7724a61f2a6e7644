"""What is on disk before a case runs: one file for each stint, a line for each thing that happens.

The supervisor begins it with what is asked, the worker adds each case before it runs and each
finding before it is told. Whoever comes after a crash reads how far it went. Every line is on
the disk when the call returns; a line that was cut is none.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from smcheck.campaign.asked import Met, Stint
from smcheck.errors import StoreError
from smcheck.report.data import dumps

_LIMIT_BYTES = 8 << 20
"""A journal that is longer begins anew, but for what was asked."""


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: one of these."""

    stint: Stint | None = None
    met: Met | None = None
    case: msgspec.Raw = msgspec.Raw()


class JournalError(StoreError):
    """The disk does not take a line of the journal."""


@dataclass(slots=True)
class Left:
    """What a journal says.

    Attributes:
        stint: What was asked.
        met: Findings that were written down, in order.
        case: The case that was begun last, empty without one.
    """

    stint: Stint
    met: list[Met] = field(default_factory=list)
    case: bytes = b""


class Journal:
    """Write a journal.

    Args:
        path: Of the file, which the supervisor has begun.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        self._owner = os.getpid()
        self._begin = os.fstat(self.descriptor).st_size

    @classmethod
    def begin(cls, path: Path, stint: Stint) -> None:
        """Begin the journal of a stint, with what is asked.

        Raises:
            JournalError: The disk does not take it.
        """
        try:
            with path.open("xb") as file:
                file.write(dumps(_Line(stint=stint)) + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            path.unlink(missing_ok=True)
            raise _refused(path, error) from error

    def case(self, case: bytes) -> None:
        """Note the case that is about to run; see ``met`` for what is raised."""
        if os.getpid() != self._owner:
            return  # a process that the machine forked
        if os.fstat(self.descriptor).st_size > _LIMIT_BYTES:
            os.ftruncate(self.descriptor, self._begin)
        self._write(_Line(case=msgspec.Raw(case)))

    def met(self, met: Met) -> None:
        """Note a finding.

        Raises:
            JournalError: The disk does not take it.
        """
        self._write(_Line(met=met))
        # What was met must outlive the cases that are cut off.
        self._begin = os.fstat(self.descriptor).st_size

    def _write(self, line: _Line) -> None:
        rest = memoryview(dumps(line) + b"\n")
        try:
            while rest:
                rest = rest[os.write(self.descriptor, rest) :]
            os.fdatasync(self.descriptor)
        except OSError as error:
            raise _refused(self._path, error) from error


def read_journal(path: Path) -> Left | None:
    """Return what a journal says; ``None`` where not even its first line is whole."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        head = msgspec.json.decode(lines[0], type=_Line)
    except (OSError, IndexError, msgspec.DecodeError):
        return None
    if head.stint is None:
        return None
    left = Left(head.stint)
    for text in lines[1:]:
        try:
            line = msgspec.json.decode(text, type=_Line)
        except msgspec.DecodeError:
            continue  # a machine that writes to descriptors it did not open
        if line.met is not None:
            left.met.append(line.met)
        elif line.case:
            left.case = bytes(line.case)
    return left


def _refused(path: Path, error: OSError) -> JournalError:
    return JournalError(
        f"expected to write {path}, could not: {error.strerror or error}: make room on the disk "
        "and start again; what was found before is in the store"
    )
