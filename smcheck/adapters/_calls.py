"""Method calls as data: what a command of an object with named methods is made of.

Knows no replication library. Arguments are plain data, so that a witness can hold a call and
reading one back runs no code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from smcheck.contract.types import Result
from smcheck.errors import UsageError
from smcheck.values import freeze, from_json, to_json

Converters = Mapping[str, Sequence[Callable[[Any], object] | None]]
"""Name of a method to one callable, or ``None``, per positional argument."""


@dataclass(frozen=True, slots=True)
class Call:
    """Name a method, dotted for one of a part, and its arguments."""

    method: str
    args: tuple[object, ...] = ()
    kwargs: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [repr(arg) for arg in self.args]
        parts += [f"{name}={value!r}" for name, value in self.kwargs.items()]
        return f"{self.method}({', '.join(parts)})"


def encode(call: Call) -> bytes:
    """Return the bytes of a command, one line of JSON.

    >>> encode(Call("add", ("a", (1,))))
    b'["add",["a",{"tuple":[1]}]]'

    Raises:
        UsageError: An argument is not plain data.
    """
    form: list[object] = [call.method]
    try:
        if call.args or call.kwargs:
            form.append([to_json(arg) for arg in call.args])
        if call.kwargs:
            form.append({name: to_json(value) for name, value in call.kwargs.items()})
    except UsageError as error:
        raise UsageError(
            f"{call.method}: {error}, and let convert= make the argument that the method wants"
        ) from error
    return json.dumps(form, separators=(",", ":")).encode()


def decode(cmd: bytes) -> Call:
    """Return the call that ``encode`` wrote.

    Raises:
        UsageError: ``cmd`` is not of that form.
    """
    args: list[object] = []
    kwargs: dict[str, object] = {}
    match _parse(cmd):
        case [str(method)]:
            pass
        case [str(method), list(args)]:
            pass
        case [str(method), list(args), dict(kwargs)]:
            pass
        case _:
            raise UsageError(
                f"expected a command that this adapter encoded, got {bytes(cmd)!r:.80}: "
                "draw commands with the subject's own strategy"
            )
    return Call(
        method,
        tuple(from_json(arg) for arg in args),
        {name: from_json(value) for name, value in kwargs.items()},
    )


def _parse(cmd: bytes) -> object:
    try:
        return json.loads(bytes(cmd))
    except (ValueError, RecursionError):
        return None


def describe(cmd: bytes) -> str:
    """Return a command as a person would write the call.

    >>> describe(b'["add",["a"]]')
    "add('a')"
    """
    try:
        return str(decode(cmd))
    except UsageError:
        return repr(bytes(cmd))


def as_bytes(drawn: object) -> bytes:
    """Return bytes as they are, text in UTF-8, and other data as JSON.

    Raises:
        UsageError: What was drawn is none of these.
    """
    if isinstance(drawn, bytes):
        return drawn
    if isinstance(drawn, str):
        return drawn.encode(errors="surrogatepass")
    try:
        return json.dumps(drawn, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"expected bytes, str or JSON to be drawn, got {drawn!r:.60} ({error}): "
            "make the strategy draw one of these"
        ) from error


def readable(data: bytes) -> str:
    """Return bytes as the text that they are, or as Python writes them."""
    try:
        text = bytes(data).decode()
    except ValueError:
        text = ""
    return text if text and text.isprintable() else repr(bytes(data))


def invoke(target: object, call: Call, *, convert: Converters, **more: object) -> object:
    """Make the call on ``target``, with ``more`` keywords, and return what comes."""
    by_position = convert.get(call.method, ())
    args = list(call.args)
    for i, converter in enumerate(by_position[: len(args)]):
        if converter is not None:
            args[i] = converter(args[i])
    return method_of(target, call.method)(*args, **call.kwargs, **more)


def method_of(target: object, name: str) -> Callable[..., object]:
    """Return the method of that name, dotted for one of a part.

    Raises:
        AttributeError: There is no such method.
    """
    method: Callable[..., object] = attrgetter(name)(target)
    if not callable(method):
        raise AttributeError(name)
    return method


def result_of(value: object) -> Result:
    """Return a ``Result`` that is equal for equal return values, types included."""
    return Result(0, freeze(value).text.encode(errors="backslashreplace"))
