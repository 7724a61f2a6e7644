"""What goes over the pipes between the pool and its workers: framed, versioned JSON.

A frame is a mark, a length and one message. Reading one runs no code from it. Both ends are
here and neither reads or writes a pipe: bytes come in, messages go out.
"""

from __future__ import annotations

import dataclasses
import struct
from collections.abc import Iterator
from typing import Any, Generic, TypeVar

import msgspec

from smcheck.checkers.observations import Observation
from smcheck.circumstances.data import Setting
from smcheck.contract.types import Result
from smcheck.errors import SmcheckError
from smcheck.finding import Breach, Location
from smcheck.history import Outcome
from smcheck.host.life import (
    CatchUp,
    Life,
    Moment,
    Observe,
    Open,
    Restart,
    Script,
    StartAgain,
    Step,
)  # fmt: skip
from smcheck.host.trees import Tree
from smcheck.plan import Close, Command, Lookup, Prepare, Recover, Save, Sync, Update
from smcheck.values import Frozen, from_json, to_json

VERSION = 2
LIMIT_BYTES = 256 * 1024 * 1024
"""Longest message; a longer one is a damaged length or a log that no worker should get."""

_HEAD = struct.Struct(">4sI")
_MARK = b"smc" + bytes([VERSION])
_STEPS: dict[str, type[Step]] = {
    kind.__name__.lower(): kind
    for kind in (
        *(Update, Lookup, Prepare, Save, Recover, Sync, Close),
        *(Observe, Restart, Open, StartAgain, CatchUp),
    )
}


class WireError(SmcheckError):
    """What came over the pipe is no message of this version."""


class WireScript(msgspec.Struct, frozen=True, array_like=True):
    """A ``Script``: queries in tagged JSON, steps as name and numbers."""

    log: tuple[tuple[int, bytes], ...]
    queries: list[Any]
    steps: tuple[tuple[str, tuple[int, ...]], ...]
    reuse: bool
    shard_id: int
    replica_id: int
    neighbour: bool
    earlier: bool
    asks_hash: bool
    keeps: bool
    overwrites: bool
    goes_on: bool
    folder: str


_PLAIN = WireScript.__struct_fields__[3:]
"""Fields of a script that go over as they are."""


class WireOutcome(msgspec.Struct, frozen=True, array_like=True):
    """An ``Outcome``: values of results in tagged JSON, because a wrong one has any size."""

    value: Frozen
    raised: bool
    error: str
    results: tuple[tuple[Any, bytes], ...]
    frames: tuple[Location, ...]


class WireLife(msgspec.Struct, frozen=True, array_like=True):
    """A ``Life`` without its steps, which whoever asked has."""

    moments: tuple[tuple[WireOutcome | None, Observation], ...]
    breaches: tuple[Breach, ...]
    image: bytes | None


class Event(msgspec.Struct, frozen=True, array_like=True):
    """One line event of the machine.

    Attributes:
        step: Position of the step in the script.
        kind: ``call``, ``line``, ``return`` or ``exception``.
        code: Position in ``Trace.codes``.
        line: The line that is about to run; the one that ran for a return or an exception.
        changed: Names whose value is not what the event before showed, with their values.
    """

    step: int
    kind: str
    code: int
    line: int
    changed: tuple[tuple[str, str], ...]


class Trace(msgspec.Struct, frozen=True, array_like=True):
    """The machine's lines in one life.

    Attributes:
        codes: Absolute file and qualified name of each function.
        events: In order; all of them unless ``cut``.
    """

    codes: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    cut: bool


class LoadTarget(msgspec.Struct, frozen=True, tag="load"):
    """Take on a setting, then import the user's file. The first request, and the only one.

    Attributes:
        folder: Where a relative target starts.
        path: Entries of ``sys.path`` of the parent.
        scratch: Folder for homes and working directories; workers may share it.
        machines: Folder of this worker alone, for machines that want one.
        board: File of the board that the parent reads.
        leftovers: Folder of the pool, removed by its workers if the parent cannot.
        timeout_s: After that long a life is stopped, if it lets itself be stopped.
    """

    target: str
    folder: str
    path: tuple[str, ...]
    setting: Setting
    scratch: str
    machines: str
    board: str
    leftovers: str
    timeout_s: float


class LiveScript(msgspec.Struct, frozen=True, tag="live"):
    """Let a machine live through a script.

    Attributes:
        apart: In a process in which no machine has lived.
    """

    id: int
    script: WireScript
    setting: Setting
    apart: bool = False


class TraceScript(msgspec.Struct, frozen=True, tag="trace"):
    """The same, with every line of the machine in the steps ``first`` to ``last``."""

    id: int
    script: WireScript
    setting: Setting
    first: int
    last: int


class Reopen(msgspec.Struct, frozen=True, tag="reopen"):
    """Let one machine after another live through a script.

    Attributes:
        apart: Give each machine a process of its own, in which no machine has lived.
        trees: What the folder of the script holds when it opens: one tree for each machine.
    """

    id: int
    script: WireScript
    setting: Setting
    trees: tuple[Tree, ...]
    apart: bool


class Bye(msgspec.Struct, frozen=True, tag="bye"):
    """End."""


class Ready(msgspec.Struct, frozen=True, tag="ready"):
    """The target is imported."""

    subject: str


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """The target cannot be imported."""

    message: str


class Lived(msgspec.Struct, frozen=True, tag="lived"):
    """What the life showed.

    Attributes:
        reads: What replicas differ in and the machine read, and where.
    """

    id: int
    life: WireLife
    reads: tuple[tuple[str, Location], ...] = ()


class Reopened(msgspec.Struct, frozen=True, tag="reopened"):
    """What the lives showed, in their order; ``None`` for one that gave nothing."""

    id: int
    lives: tuple[WireLife | None, ...]


class Traced(msgspec.Struct, frozen=True, tag="traced"):
    """What the life showed, and its lines."""

    id: int
    life: WireLife
    trace: Trace


class Broke(msgspec.Struct, frozen=True, tag="broke"):
    """The life ended in a way that no step can have.

    Attributes:
        spoiled: Something of the machine still runs in the worker, which should be replaced.
    """

    id: int
    message: str
    operation: str
    spoiled: bool = False


Request = LoadTarget | LiveScript | TraceScript | Reopen | Bye
Response = Ready | Refused | Lived | Reopened | Traced | Broke

M = TypeVar("M")


def frame(message: Request | Response) -> bytes:
    """Return ``message`` as the bytes of one frame.

    Raises:
        WireError: It holds what JSON cannot, or is longer than ``LIMIT_BYTES``.
    """
    try:
        body = msgspec.json.encode(message)
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(
            f"expected a message of plain data, got one that JSON cannot hold: {error}; "
            "draw other commands and queries"
        ) from error
    if len(body) > LIMIT_BYTES:
        raise WireError(
            f"expected a message of at most {LIMIT_BYTES} bytes, got {len(body)}: "
            "use a shorter log or smaller commands"
        )
    return _HEAD.pack(_MARK, len(body)) + body


class Frames(Generic[M]):
    """Cut a stream of bytes into messages of one kind."""

    def __init__(self, decoder: msgspec.json.Decoder[M]) -> None:
        self._decoder = decoder
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[M]:
        """Take the next bytes of the stream and give every message they complete.

        Raises:
            WireError: These bytes are no frames of this version.
        """
        self._pending += data
        while len(self._pending) >= _HEAD.size:
            mark, size = _HEAD.unpack_from(self._pending)
            if mark != _MARK:
                raise WireError(
                    f"expected a frame that begins with {_MARK!r}, got {mark!r}: something "
                    "else wrote to the pipe, or the other end has another version"
                )
            if size > LIMIT_BYTES:
                raise WireError(
                    f"expected a frame of at most {LIMIT_BYTES} bytes, got one of {size}: "
                    "the stream is damaged"
                )
            if len(self._pending) < _HEAD.size + size:
                return
            body = bytes(self._pending[_HEAD.size : _HEAD.size + size])
            del self._pending[: _HEAD.size + size]
            yield self._decode(body)

    def _decode(self, body: bytes) -> M:
        try:
            return self._decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise WireError(
                f"expected a message of version {VERSION}, got {body!r:.80}: {error}; "
                "the stream is damaged"
            ) from error


def requests() -> Frames[Request]:
    """Return what cuts the worker's standard input into requests."""
    return Frames(msgspec.json.Decoder(Request))


def responses() -> Frames[Response]:
    """Return what cuts the worker's answers into responses."""
    return Frames(msgspec.json.Decoder(Response))


def pack_script(script: Script) -> WireScript:
    """Return ``script`` as it goes over the pipe."""
    steps = tuple((type(step).__name__.lower(), _numbers(step)) for step in script.steps)
    return WireScript(
        tuple((command.index, bytes(command.cmd)) for command in script.log),
        [to_json(query) for query in script.queries],
        steps,
        **{name: getattr(script, name) for name in _PLAIN},
    )


def unpack_script(wire: WireScript) -> Script:
    """Return the script that ``pack_script`` packed.

    Raises:
        WireError: A step has an unknown name or the wrong numbers.
    """
    try:
        steps = tuple(_STEPS[name](*numbers) for name, numbers in wire.steps)
    except (KeyError, TypeError) as error:
        raise WireError(
            f"expected the steps of version {VERSION}, got {wire.steps!r:.80}: "
            "the stream is damaged"
        ) from error
    return Script(
        tuple(Command(index, cmd) for index, cmd in wire.log),
        tuple(from_json(query) for query in wire.queries),
        steps,
        **{name: getattr(wire, name) for name in _PLAIN},
    )


def pack_life(life: Life) -> WireLife:
    """Return ``life`` as it goes over the pipe."""
    moments = tuple((_pack_outcome(m.outcome), m.observation) for m in life.moments)
    return WireLife(moments, life.breaches, life.image)


def unpack_life(wire: WireLife, script: Script) -> Life:
    """Return the life that ``pack_life`` packed, of a machine that lived through ``script``.

    Raises:
        WireError: It has more moments than the script has steps.
    """
    if len(wire.moments) > len(script.steps):
        raise WireError(
            f"expected at most {len(script.steps)} moments, got {len(wire.moments)}: "
            "the stream is damaged"
        )
    moments = tuple(
        Moment(step, _unpack_outcome(outcome), seen)
        for step, (outcome, seen) in zip(script.steps, wire.moments, strict=False)
    )
    return Life(moments, wire.breaches, wire.image)


def _numbers(step: Step) -> tuple[int, ...]:
    return tuple(getattr(step, field.name) for field in dataclasses.fields(step))


def _pack_outcome(outcome: Outcome | None) -> WireOutcome | None:
    if outcome is None:
        return None
    results = tuple((to_json(value), bytes(data)) for value, data in outcome.results)
    return WireOutcome(outcome.value, outcome.raised, outcome.error, results, outcome.frames)


def _unpack_outcome(wire: WireOutcome | None) -> Outcome | None:
    if wire is None:
        return None
    results = tuple(Result(_value(value), data) for value, data in wire.results)
    return Outcome(wire.value, wire.raised, wire.error, results, wire.frames)


def _value(data: Any) -> Any:
    return from_json(data)
