"""An object with the methods of hashicorp/raft's FSM, called like a concurrent machine.

Nothing here is code under test: what a finding names is a line of the user's class. What happens
around Persist and Restore is what takeSnapshot and the file store of that library do.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from smcheck.adapters._raft_shape import Shape, result_of, wants_bytes
from smcheck.contract.types import (
    Entry,
    Reader,
    Result,
    SnapshotAborted,
    SnapshotFile,
    Writer,
)
from smcheck.errors import UsageError
from smcheck.host.adapted import Adapted
from smcheck.values import freeze, from_json, is_plain, to_json


class LogType(IntEnum):
    """What an entry of the log is for."""

    COMMAND = 0
    NOOP = 1
    BARRIER = 4
    CONFIGURATION = 5


@dataclass(frozen=True, slots=True)
class Log:
    """One entry of the log, as ``apply`` gets it.

    Attributes:
        index: Position in the log; increases strictly, with gaps.
        data: The command.
        type: A command; for ``apply_batch`` with ``configurations=True`` also another one.
        term: Of the leader that appended it.
        extensions: Empty.
    """

    index: int
    data: bytes
    type: LogType = LogType.COMMAND
    term: int = 1
    extensions: bytes = b""


class Sink:
    """Take the bytes of an image, in order. ``write`` takes all it is given, or raises."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._checksum = 0
        self.id = "1-1-smcheck"
        self.is_cancelled = False

    def write(self, data: bytes) -> int:
        """Write all of ``data`` and return its length."""
        content = bytes(memoryview(data))
        self._checksum = zlib.crc32(content, self._checksum)
        left = content
        while left:
            left = left[self._writer.write(left) :]
        return len(content)

    def close(self) -> None:
        """Say that the image is whole; the library does so too when persist returned."""

    def cancel(self) -> None:
        """Say that the image is to be thrown away."""
        self.is_cancelled = True

    def seal(self, form: bytes) -> None:
        """Write what the library itself keeps beside the image."""
        self.write(_GONE if self.is_cancelled else form)
        self.write(self._checksum.to_bytes(4, "big"))


_PERSISTED, _BYTES, _PLAIN, _GONE = b"p", b"b", b"v", b"x"
_SEAL = 5


class FsmMachine(Adapted):
    """Call ``apply`` for each entry, ``snapshot`` and what it gives, and ``restore``."""

    METHODS: ClassVar[Mapping[str, str]] = {
        "update": "apply",
        "prepare_snapshot": "snapshot",
        "recover_from_snapshot": "restore",
    }

    def __init__(self, fsm: Any, shape: Shape) -> None:
        self.fsm = fsm
        self._shape = shape
        self._is_new = True

    @property
    def adapted(self) -> object:
        """The FSM."""
        return self.fsm

    def update(self, entry: Entry) -> Result:
        """Apply one entry; whatever comes back is its result."""
        self._is_new = False
        if not entry.cmd and self._shape.takes == "value":
            return Result()  # no value has an empty form
        return result_of(self.fsm.apply(self._shape.argument(_log(entry))))

    def lookup(self, query: object) -> object:
        """Return what the read method returns, the very object."""
        return self._shape.ask(self.fsm, query)

    def prepare_snapshot(self) -> object:
        """Take a snapshot, not of a new FSM; one that was never saved is released before."""
        _release(self)
        if self._is_new:
            raise SnapshotAborted("nothing new to snapshot")
        taken = self.fsm.snapshot()
        if callable(getattr(taken, "persist", None)):
            _unreleased[self] = taken
        elif taken is None or not is_plain(taken):
            raise UsageError(
                f"{type(self.fsm).__name__}.snapshot: expected an object with persist(sink), "
                f"bytes or plain data, got {freeze(taken).text:.60}: return one of these"
            )
        return taken

    def save_snapshot(self, context: Any, writer: Writer, files: object, stopped: object) -> None:
        """Write a snapshot and release it, whether that went well or not."""
        sink = Sink(writer)
        if callable(getattr(context, "persist", None)):
            try:
                context.persist(sink)
            finally:
                _release(self)
            sink.seal(_PERSISTED)
        elif type(context) is bytes:
            sink.write(context)
            sink.seal(_BYTES)
        else:
            sink.write(json.dumps(to_json(context)).encode())
            sink.seal(_PLAIN)

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: object
    ) -> None:
        """Give ``restore`` back what ``snapshot`` or ``persist`` gave."""
        _release(self)
        self._is_new = False
        data, form = _unsealed(b"".join(iter(reader.read, b"")))
        as_bytes = wants_bytes(self.fsm.restore)
        if form == _PLAIN:
            self.fsm.restore(from_json(json.loads(data)))
        elif as_bytes or (as_bytes is None and form == _BYTES):
            self.fsm.restore(data)
        else:
            self.fsm.restore(io.BufferedReader(_Once(data)))


class BatchingMachine(FsmMachine):
    """Call ``apply_batch`` with whole lists of entries."""

    METHODS: ClassVar[Mapping[str, str]] = {**FsmMachine.METHODS, "update": "apply_batch"}

    def __init__(self, fsm: Any, shape: Shape, *, configurations: bool) -> None:
        super().__init__(fsm, shape)
        self._configurations = configurations

    def update(  # type: ignore[override]  # lists in place of single entries
        self, entries: list[Entry]
    ) -> object:
        """Apply a list of entries and pair what comes back with them by position."""
        self._is_new = False
        logs = [_log(entry) for entry in entries]
        sent = _with_configurations(logs) if self._configurations else logs
        answers = self.fsm.apply_batch([self._shape.argument(log) for log in sent])
        if not isinstance(answers, (list, tuple)):
            return answers
        if len(answers) != len(sent):
            return [entries[0]] * len(answers)  # the library counts, and stops the process
        for entry, log in zip(entries, logs, strict=True):
            entry.result = result_of(answers[sent.index(log)])
        return entries


_unreleased: WeakKeyDictionary[FsmMachine, Any] = WeakKeyDictionary()
"""Snapshots that the library still has to release; no part of the machine's own state."""


def _release(machine: FsmMachine) -> None:
    release = getattr(_unreleased.pop(machine, None), "release", None)
    if callable(release):
        release()


def _log(entry: Entry) -> Log:
    return Log(entry.index, bytes(entry.cmd))


def _with_configurations(logs: list[Log]) -> list[Log]:
    """Fill the gaps between entries of one list with the configurations that made them."""
    sent: list[Log] = []
    for log in logs:
        if sent and log.index > sent[-1].index + 1:
            sent.append(Log(log.index - 1, b"\x81\xa7Servers\x90", LogType.CONFIGURATION))
        sent.append(log)
    return sent


def _unsealed(image: bytes) -> tuple[bytes, bytes]:
    """Return an image's bytes and form, as the library does that keeps a checksum of them."""
    data, form, checksum = image[:-_SEAL], image[-_SEAL:-4], image[-4:]
    if len(image) < _SEAL or zlib.crc32(image[:-4]).to_bytes(4, "big") != checksum:
        raise OSError("the checksum of the snapshot is wrong")
    return (b"" if form == _GONE else data), form


class _Once(io.RawIOBase):
    """Bytes that can be read once, in order, as from a file or a socket."""

    def __init__(self, data: bytes) -> None:
        self._left = memoryview(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._left[: len(buffer)]
        buffer[: len(piece)] = piece
        self._left = self._left[len(piece) :]
        return len(piece)
