"""The golden log: a file of a log and of what one version of a machine showed along it.

Plain JSON, checked against a schema on reading; what is in it is data and stays data. How a
machine comes to live through it, and what a difference means, is not known here.
"""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import msgspec

from smcheck._reading import LIMIT_BYTES, read_file
from smcheck.contract.profiles import Kind
from smcheck.errors import UsageError
from smcheck.plan import Command
from smcheck.values import Frozen, from_json, to_json

SCHEMA = "smcheck/golden/1"
LIMIT_ENTRIES = 100_000
LIMIT_CHARACTERS = 4_096
"""A longer text is kept as its digest and its beginning."""

_BEGINS = 1_000
_LIMIT_QUERIES = 1_000
_LIMIT_QUERY_BYTES = 1 << 20
_SHA256 = re.compile("[0-9a-f]{64}")
_OURS = re.compile(r"smcheck/golden/\d+")


class _Record(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Base of everything in a golden log."""


class _Schema(msgspec.Struct):
    """What says whether the rest of a file is for this version."""

    schema: str


class Digest(_Record, frozen=True):
    """A text too long to be kept: enough to tell it from others and to show its beginning."""

    sha256: str
    characters: int
    begins: str


Value = str | Digest
"""A canonical text, as ``smcheck.values.freeze`` writes it; ``raise`` and a type for a raise."""


class EntryRecord(_Record, frozen=True):
    """One command, what it resulted in, and its words for whoever reads the file.

    Attributes:
        cmd: Base64.
    """

    index: int
    cmd: str
    result: Value
    text: str = ""

    @classmethod
    def of(cls, command: Command, result: Value, text: str) -> EntryRecord:
        """Return the record of a command of the log."""
        return cls(command.index, base64.b64encode(command.cmd).decode(), result, text)


class MomentRecord(_Record, frozen=True):
    """What was seen of the machine at one moment.

    Attributes:
        entries: How many entries of the log had been applied.
        answers: One per query; empty where the machine has no lookups.
        observe: What the subject's ``observe`` gave, ``None`` without one.
        hash: What ``get_hash`` gave, ``None`` without one.
    """

    entries: int
    answers: list[Value] = []
    observe: Value | None = None
    hash: Value | None = None


class Golden(_Record, frozen=True):
    """A log, and everything that was seen along it.

    Attributes:
        smcheck: Version that wrote the file.
        python: Version that the machine ran on.
        subject: Name of the subject.
        kind: Of the machine.
        source: ``"drawn"`` or ``"commands"``, where the log came from.
        seed: Of the commands and queries that were drawn.
        queries: Plain data in the form of ``smcheck.values.to_json``.
    """

    schema: str
    smcheck: str
    python: str
    subject: str
    kind: str
    source: str
    seed: int
    queries: Annotated[list[msgspec.Raw], msgspec.Meta(max_length=_LIMIT_QUERIES)]
    log: Annotated[list[EntryRecord], msgspec.Meta(min_length=1, max_length=LIMIT_ENTRIES)]
    moments: Annotated[list[MomentRecord], msgspec.Meta(max_length=LIMIT_ENTRIES + 1)]

    def commands(self) -> tuple[Command, ...]:
        """Return the log."""
        return tuple(Command(entry.index, base64.b64decode(entry.cmd)) for entry in self.log)

    def asked(self) -> tuple[object, ...]:
        """Return the queries."""
        return tuple(from_json(msgspec.json.decode(query)) for query in self.queries)


def value_of(text: str) -> Value:
    """Return how a text is kept: as it is, or as a digest if it is long."""
    # Half a surrogate pair is in no JSON; what comes out must come back as it went in.
    whole = text.encode("utf-8", "backslashreplace")
    if len(text) <= LIMIT_CHARACTERS:
        return whole.decode()
    return Digest(hashlib.sha256(whole).hexdigest(), len(text), whole.decode()[:_BEGINS])


def value_of_frozen(seen: Frozen) -> Value:
    """Return how a value that was seen is kept; of an exception only its type.

    What an exception says may change with the version of Python.
    """
    is_raise = seen.text.startswith("raise ")
    return value_of(seen.text.partition("(")[0] if is_raise else seen.text)


def raw_query(query: object) -> msgspec.Raw:
    """Return a query as the file has it.

    Raises:
        UsageError: It is no plain data, or longer than a file may have it.
    """
    data = msgspec.json.encode(to_json(query))
    if len(data) > _LIMIT_QUERY_BYTES:
        raise UsageError(
            f"expected queries of at most {_LIMIT_QUERY_BYTES:,} bytes, got one of {len(data):,}: "
            "have the strategy and the probes ask for less"
        )
    return msgspec.Raw(data)


def encode_golden(golden: Golden) -> bytes:
    """Return the bytes of the file.

    Raises:
        UsageError: It would be larger than ``load_golden`` reads.
    """
    # Where a line ends a person can read on; it costs a space where a line is short.
    data = msgspec.json.format(msgspec.json.encode(golden), indent=1) + b"\n"
    if len(data) > LIMIT_BYTES:
        raise UsageError(
            f"expected a golden log of at most {LIMIT_BYTES >> 20} MiB, this one would take "
            f"{len(data) >> 20} MiB: record fewer entries, or probes with shorter answers"
        )
    return data


def load_golden(path: Path) -> Golden:
    """Read a golden log.

    Raises:
        UsageError: There is no such file, or it is none of a version that is known.
    """
    try:
        data = read_file(path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: expected a golden log, got what cannot be read ({why}): check the path"
        ) from error
    try:
        schema = msgspec.json.decode(data, type=_Schema).schema
        if schema == SCHEMA:
            return _sound(msgspec.json.decode(data, type=Golden))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"{path}: expected a golden log as `smcheck record` writes it, got a damaged or "
            f"foreign file ({error}): take another copy, or record it anew"
        ) from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    raise UsageError(
        f"{path}: expected schema {SCHEMA!r}, got {schema!r:.60}: "
        + (
            "use the smcheck version that wrote it, or record it anew"
            if _OURS.fullmatch(schema)
            else "name a file that `smcheck record` wrote"
        )
    )


def _sound(golden: Golden) -> Golden:
    """Return a file whose words and numbers name something."""
    for what, is_sound in (
        ("a kind of machine", golden.kind in set(Kind)),
        ("a source of the log", golden.source in ("drawn", "commands")),
        ("indexes that rise", _rise([0, *(e.index for e in golden.log)], below=1 << 64)),
        ("moments that rise", _rise([-1, *_versions(golden)], below=len(golden.log) + 1)),
        ("an answer for each query", all(_fits(one, golden) for one in golden.moments)),
        ("sound digests", all(map(_is_sound, _values(golden)))),
    ):
        if not is_sound:
            raise UsageError(f"expected {what}, got something else: the file is damaged")
    _require_readable(golden)
    return golden


def _require_readable(golden: Golden) -> None:
    """Refuse commands and queries that cannot be taken out again."""
    for entry in golden.log:
        try:
            base64.b64decode(entry.cmd, validate=True)
        except ValueError as error:
            raise UsageError(
                f"expected base64 at index {entry.index}, got {entry.cmd!r:.40}: "
                "the file is damaged"
            ) from error
    for query in golden.queries:
        if len(bytes(query)) > _LIMIT_QUERY_BYTES:
            raise UsageError("expected short queries, got a long one: the file is damaged")
    golden.asked()


def _versions(golden: Golden) -> list[int]:
    return [moment.entries for moment in golden.moments]


def _rise(numbers: list[int], *, below: int) -> bool:
    return all(a < b for a, b in pairwise(numbers)) and numbers[-1] < below


def _fits(moment: MomentRecord, golden: Golden) -> bool:
    return len(moment.answers) in (0, len(golden.queries))


def _values(golden: Golden) -> list[Value]:
    rows = [
        value
        for moment in golden.moments
        for value in (*moment.answers, moment.observe, moment.hash)
        if value is not None
    ]
    return [entry.result for entry in golden.log] + rows


def _is_sound(value: Value) -> bool:
    return isinstance(value, str) or (
        value.characters > LIMIT_CHARACTERS and bool(_SHA256.fullmatch(value.sha256))
    )
