"""Write how a machine is made whose class asks for more than the host gives."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from pathlib import Path

from smcheck.cli.first_test.annotations import hints_of
from smcheck.subject import FACTORY_PARAMETERS

_EXAMPLES: dict[object, str] = {
    int: "3", str: '"a"', bytes: 'b"a"', float: "1.0", bool: "False", list: "[]", dict: "{}",
    set: "set()", tuple: "()",
}  # fmt: skip
_NAMED = {
    ("partner", "other", "peer", "member", "nodes"): "[]",
    ("addr", "host"): '"localhost:4321"',
    ("name", "key", "user", "owner"): '"a"',
    ("limit", "size", "count", "capacity", "max", "number", "length", "timeout"): "3",
}
_FOLDERS = ("directory", "dir", "path", "folder", "root")


def factory_of(cls: type, name: str) -> tuple[str, str] | None:
    """Return a function that makes the machine, and what is to be decided about it.

    ``None`` where the class itself will do.
    """
    needed = _needed(cls)
    if all(p.name in FACTORY_PARAMETERS and p.kind is not p.POSITIONAL_ONLY for p in needed):
        return None
    hints = hints_of(getattr(cls, "__init__", None))
    taken: list[str] = []
    items: list[str] = []
    guessed: list[str] = []
    for p in needed:
        value = _value(p, hints.get(p.name), taken)
        if value not in FACTORY_PARAMETERS:
            guessed.append(p.name)
        items.append(value if p.kind is p.POSITIONAL_ONLY else f"{p.name}={value}")
    head = f"lambda {', '.join(taken)}: " if taken else "lambda: "
    decide = f"what to give for {', '.join(guessed)}" if guessed else ""
    return f"{head}{name}({', '.join(items)})", decide


def _needed(cls: type) -> list[inspect.Parameter]:
    try:
        parameters = inspect.signature(cls).parameters.values()
    except (TypeError, ValueError):
        return []
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [
        p for p in parameters
        if (p.default is p.empty or p.name in FACTORY_PARAMETERS) and p.kind not in several
    ]  # fmt: skip


def _value(parameter: inspect.Parameter, hint: object, taken: list[str]) -> str:
    """Return what to give for a parameter; ``taken`` grows by what the host is asked for."""
    name = parameter.name
    if name in FACTORY_PARAMETERS:
        taken.append(name)
        return name
    plain = _plain(hint)
    is_folder = isinstance(plain, type) and issubclass(plain, Path)
    if is_folder or (plain in (None, str) and name.rpartition("_")[2] in _FOLDERS):
        if "directory" not in taken:
            taken.append("directory")
        return "str(directory)" if plain is str else "directory"
    if isinstance(plain, type) and plain in _EXAMPLES:
        return _EXAMPLES[plain]
    if plain is Callable or typing.get_origin(hint) is Callable:
        return "lambda *args: None"
    return _by_name(name.lower()) if hint is None else "None"


def _by_name(name: str) -> str:
    """Return a value for a parameter that has no annotation."""
    for parts, value in _NAMED.items():
        if any(part in name for part in parts):
            return value
    return "None"


def _plain(hint: object) -> object:
    """Return the class that an annotation is about, ``None`` where it allows ``None``."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return None
    return origin or hint
