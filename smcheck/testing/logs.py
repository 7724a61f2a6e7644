"""Read a log of the user's own: a file of JSON lines, one command a line, in order.

What is in the file is data: nothing of it is run, and ``encode`` is the only code that sees it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smcheck._reading import read_file
from smcheck.errors import UsageError
from smcheck.plan import Command
from smcheck.subject import Subject
from smcheck.testing.likely import likely_profile
from smcheck.testing.validate import encoded
from smcheck.values import from_json, shorten

_LIMIT_INDEX = 1 << 64
_NEXT = object()
_FORMS = ("cmd", "base64", "value")


def read_log(path: Path, subject: Subject) -> tuple[Command, ...]:
    """Return the commands in the file at ``path`` as ``subject`` takes them.

    A command without an index of its own follows the one before.

    Raises:
        UsageError: There is no such file, or a line is no command; the message names it.
    """
    commands: list[Command] = []
    is_dense = likely_profile(subject).dense_indexes
    for place, text in _lines(path):
        value, given = _parsed(text, place, has_encode=subject.encode is not None)
        index = _index(given, commands[-1].index if commands else 0, place, is_dense=is_dense)
        commands.append(Command(index, _bytes(value, subject, place)))
    if not commands:
        raise UsageError(
            f"{path}: expected a log of one command a line, got no command: write one, such as "
            '"set a 1"'
        )
    return tuple(commands)


@dataclass(frozen=True, slots=True)
class _Value:
    """What is still to be given to ``encode``."""

    value: object


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield each line that is not empty, with its place as messages name it."""
    try:
        data = read_file(path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(
            f"{path}: expected a file of JSON lines, got what cannot be read ({why}): "
            "check the path"
        ) from error
    for number, line in enumerate(data.split(b"\n"), 1):
        place = f"{path} line {number}"
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise UsageError(
                f"{place}: expected UTF-8, got {line[error.start : error.start + 8]!r} at byte "
                f'{error.start}: write bytes as {{"base64": "…"}}'
            ) from error
        if text:
            yield place, text


def _parsed(text: str, place: str, *, has_encode: bool) -> tuple[bytes | _Value, object]:
    """Return what a line holds, and the index that it gives or ``_NEXT``."""
    try:
        line = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except RecursionError as error:
        raise UsageError(f"{place}: expected JSON, got it nested too deep: write it flatter") from (
            error
        )
    except ValueError as error:
        raise UsageError(
            f"{place}: expected JSON, got {shorten(repr(text))} ({error}): write one JSON value "
            "a line"
        ) from error
    if isinstance(line, str):
        return _of_text(line, place), _NEXT
    if isinstance(line, dict):
        names = [name for name in _FORMS[: 3 if has_encode else 2] if name in line]
        if len(names) == 1 and line.keys() <= {*names, "index"}:
            return _of_form(names[0], line[names[0]], place), line.get("index", _NEXT)
    if has_encode:
        return _Value(line), _NEXT
    raise UsageError(
        f'{place}: expected a text, {{"cmd": "…"}} or {{"base64": "…"}}, either with an "index" '
        f"beside, got {shorten(text)}: write it in one of these forms"
    )


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object that names nothing twice: which of the two is meant nobody can know."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name comes twice in one object")
    return found


def _constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _of_form(name: str, value: object, place: str) -> bytes | _Value:
    if name == "value":
        try:
            return _Value(from_json(value))
        except UsageError as error:
            raise UsageError(f'{place}: "value": {error}') from error
    if not isinstance(value, str):
        raise UsageError(
            f'{place}: expected a text as "{name}", got {shorten(repr(value))}: put it in quotes'
        )
    if name == "cmd":
        return _of_text(value, place)
    try:
        return base64.b64decode(value, validate=True)
    except ValueError as error:
        raise UsageError(
            f"{place}: expected base64, got {shorten(repr(value))} ({error}): encode the bytes anew"
        ) from error


def _of_text(text: str, place: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise UsageError(
            f"{place}: expected text, got half a surrogate pair at character {error.start}: "
            'write bytes as {"base64": "…"}'
        ) from error


def _index(given: object, last: int, place: str, *, is_dense: bool) -> int:
    if given is _NEXT:
        return last + 1
    if is_dense and given != last + 1:
        raise UsageError(
            f"{place}: expected index {last + 1}, for this profile has no gaps, got "
            f"{shorten(repr(given))}: leave the indexes out to have them counted"
        )
    if type(given) is not int or not last < given < _LIMIT_INDEX:
        raise UsageError(
            f"{place}: expected an index above {last}, a whole number below 2**64, got "
            f"{shorten(repr(given))}: indexes rise strictly; leave them out to have them counted"
        )
    return given


def _bytes(value: bytes | _Value, subject: Subject, place: str) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return encoded(subject, value.value)
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from error
