"""The golden log: a file of a log and of what one version of a machine showed along it.

Plain JSON, checked against a schema on reading; what is in it is data and stays data. How a
machine comes to live through it, and what a difference means, is not known here.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Annotated

import msgspec

from smcheck._reading import LIMIT_BYTES, read_file
from smcheck.contract.profiles import Kind
from smcheck.errors import UsageError
from smcheck.plan import Command
from smcheck.values import Frozen, from_json, shorten, to_json

SCHEMA = "smcheck/golden/1"
LIMIT_ENTRIES = 100_000
LIMIT_CHARACTERS = 4_096
"""A longer text is kept as its digest and its beginning."""

_BEGINS = 1_000
_LIMIT_WORDS = 120
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
        answers: One per query, of which there are none where the machine has no lookups.
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

    def entry_named(self, version: int) -> str:
        """Return the entry after which ``version`` were applied, in the words of the file."""
        entry = self.log[version - 1]
        words = entry.text or repr(base64.b64decode(entry.cmd))
        return f"entry {version} (index {entry.index}), {words[:_LIMIT_WORDS]}"

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
            golden = msgspec.json.decode(data, type=Golden)
            _require_single_keys(data)
            return _sound(golden)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
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
    for fault in chain(
        _wrong_words(golden), _wrong_indexes(golden), _wrong_moments(golden), _wrong_values(golden)
    ):
        raise UsageError(f"expected {fault}: {_DAMAGED}")
    _require_readable(golden)
    return golden


_DAMAGED = "the file is damaged, take another copy or record it anew"
_Faults = Iterator[str]
"""What was expected at which place, and what is there."""


def _wrong_words(golden: Golden) -> _Faults:
    if golden.kind not in set(Kind):
        yield f"a kind of machine at kind, got {_shown(golden.kind)}"
    if golden.source not in ("drawn", "commands"):
        yield f"a source of the log, drawn or commands, at source, got {_shown(golden.source)}"


def _wrong_indexes(golden: Golden) -> _Faults:
    indexes = [entry.index for entry in golden.log]
    yield from _out_of_order("an index", "log[{}].index", indexes, least=1, most=(1 << 64) - 1)


def _wrong_moments(golden: Golden) -> _Faults:
    last, wanted = len(golden.log), len(golden.queries)
    versions = [moment.entries for moment in golden.moments]
    yield from _out_of_order(
        "a number of entries", "moments[{}].entries", versions, least=0, most=last
    )
    if not versions:
        yield "what was seen of the machine, from before the first entry on, at moments, got none"
    elif versions[0] != 0:
        yield f"0, from before the first entry, at moments[0].entries, got {versions[0]}"
    elif versions[-1] != last:
        at = f"moments[{len(versions) - 1}].entries, the last"
        yield f"{last}, from after the last entry, at {at}, got {versions[-1]}"
    for number, moment in enumerate(golden.moments):
        if (count := len(moment.answers)) != wanted:
            yield (
                f"{wanted:,} answers, one a query, at moments[{number}].answers, got {count:,}: "
                f"{_shown(moment.answers)}"
            )


def _out_of_order(what: str, place: str, numbers: list[int], *, least: int, most: int) -> _Faults:
    before = least - 1
    for position, number in enumerate(numbers):
        at = place.format(position)
        if not least <= number <= most:
            yield f"{what} from {least} to {most} at {at}, got {_shown(number)}"
        elif number <= before:
            yield f"{what} above {before}, the one before it, at {at}, got {number}"
        before = number


def _wrong_values(golden: Golden) -> _Faults:
    for place, value in _values(golden):
        if not isinstance(value, str) and not (
            value.characters > LIMIT_CHARACTERS and _SHA256.fullmatch(value.sha256)
        ):
            yield (
                f"the SHA-256 of a text of more than {LIMIT_CHARACTERS:,} characters at {place}, "
                f"got {_shown(value.sha256)} of {value.characters:,}"
            )


def _values(golden: Golden) -> Iterator[tuple[str, Value]]:
    """Yield each value with its place."""
    for number, entry in enumerate(golden.log):
        yield f"log[{number}].result", entry.result
    for number, moment in enumerate(golden.moments):
        place = f"moments[{number}]"
        for query, answer in enumerate(moment.answers):
            yield f"{place}.answers[{query}]", answer
        for name, value in (("observe", moment.observe), ("hash", moment.hash)):
            if value is not None:
                yield f"{place}.{name}", value


def _require_readable(golden: Golden) -> None:
    """Refuse commands and queries that cannot be taken out again."""
    for number, entry in enumerate(golden.log):
        try:
            base64.b64decode(entry.cmd, validate=True)
        except ValueError as error:
            raise UsageError(
                f"expected base64 at log[{number}].cmd, got {_shown(entry.cmd)}: {_DAMAGED}"
            ) from error
    for number, query in enumerate(golden.queries):
        if (size := len(bytes(query))) > _LIMIT_QUERY_BYTES:
            raise UsageError(
                f"expected at most {_LIMIT_QUERY_BYTES:,} bytes at queries[{number}], got "
                f"{size:,}: {_DAMAGED}"
            )
    golden.asked()


def _shown(value: object) -> str:
    return f"{value!r:.60}" if isinstance(value, str) else shorten(f"{value}", limit=60)


def _require_single_keys(data: bytes) -> None:
    """Refuse an object that has one key twice: of two values only one would be read."""

    def pairs(found: list[tuple[str, object]]) -> None:
        keys = [key for key, _ in found]
        if len({*keys}) < len(keys):
            twice = next(key for number, key in enumerate(keys) if key in keys[:number])
            raise UsageError(
                f"expected each key once in an object, got {twice!r:.60} twice: {_DAMAGED}"
            )

    json.loads(data, object_pairs_hook=pairs, parse_int=len, parse_float=len)
