"""What the instruction that a frame is at reads or writes, by the name that the source has for it.

For people: where the bytecode does not tell, or looking would run somebody's code, it is
nothing. Knows no thread and no execution.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, NamedTuple

from smcheck._brief import is_code, is_hidden
from smcheck._types import ids_of
from smcheck.contract.types import Entry
from smcheck.runtime.accesses import (
    CONTAINERS,
    MISSING,
    READING,
    UNCHANGING,
    is_plain,
    known_at,
    value_at,
)
from smcheck.runtime.paths import CONSTANT, GLOBAL, MADE, Path

_KEYS = ids_of([str, bytes, int, bool, float, type(None)])
_MAPS = (dict,)
_ROWS = (list, tuple)


class Held(NamedTuple):
    """A value; ``MISSING`` where there is none."""

    value: object


class Named(NamedTuple):
    """Something that an instruction works on.

    Attributes:
        name: As the source writes it.
        is_write: It may be changed.
        is_store: It is changed, even where it stays equal.
        get: Gives what it is at that moment; ``None`` where it says nothing to a reader.
    """

    name: str
    is_write: bool
    get: Callable[[], Held | None]
    is_store: bool = False


def named_at(frame: FrameType) -> Named | None:
    """Return what the instruction that a frame is at works on, ``None`` for nothing known."""
    how, access, path, others = known_at(frame)
    if how == "attr":
        return _attribute(frame, path, access.name, is_write=access.is_write)
    if how == "item":
        return _item(frame, path, others, is_write=access.is_write)
    if how == "call":
        return _method(frame, path) or _argument(frame, others)
    if not how and access.kind in ("global", "cell"):
        return _variable(frame, access.kind, access.name, is_write=access.is_write)
    return None


def _attribute(frame: FrameType, path: Path | None, name: str, *, is_write: bool) -> Named | None:
    owner = value_at(frame, path)
    if path is None or owner is MISSING or not is_plain(owner, name, method=not is_write):
        return None

    def get() -> Held | None:
        return _told(getattr(owner, name, MISSING))

    return Named(f"{_text(path)}.{name}", is_write, get, is_store=is_write)


def _item(
    frame: FrameType, path: Path | None, others: tuple[Path | None, ...], *, is_write: bool
) -> Named | None:
    container = value_at(frame, path)
    if path is None or container is MISSING or id(type(container)) not in CONTAINERS:
        return None
    if id(type(container)) in UNCHANGING or _is_of_host(container):
        return None
    key = _key(frame, others[0]) if len(others) == 1 else MISSING
    if id(type(key)) not in _KEYS or not isinstance(container, _MAPS + _ROWS):
        return Named(_text(path), is_write, lambda: Held(container))

    def get() -> Held | None:
        return _told(_got(container, key))

    return Named(f"{_text(path)}[{key!r}]", is_write, get, is_store=is_write)


def _method(frame: FrameType, path: Path | None) -> Named | None:
    if path is None or len(path) < 2:
        return None
    *before, name = path
    owner = value_at(frame, tuple(before))
    if owner is MISSING or id(type(owner)) not in CONTAINERS or id(type(owner)) in UNCHANGING:
        return None
    return Named(_text(tuple(before)), name not in READING, lambda: Held(owner))


def _argument(frame: FrameType, others: tuple[Path | None, ...]) -> Named | None:
    """Return the first container among the arguments of a call that is a variable."""
    for path in reversed(others):
        if path is None or len(path) != 1 or path[0] in (CONSTANT, MADE):
            continue
        value = value_at(frame, path)
        if isinstance(value, (dict, list, set)) and not _is_of_host(value):
            return Named(_text(path), False, partial(Held, value))
    return None


def _is_of_host(container: object) -> bool:
    """Return whether it holds the entries of an update, which everybody knows."""
    return isinstance(container, list) and bool(container) and type(container[0]) is Entry


def _variable(frame: FrameType, kind: str, name: str, *, is_write: bool) -> Named | None:
    if kind == "global" and name not in frame.f_globals and not is_write:
        return None  # a builtin

    def get() -> Held | None:
        names: Any = frame.f_globals if kind == "global" else frame.f_locals
        return _told(names.get(name, MISSING))

    return Named(name, is_write, get, is_store=is_write)


def _told(value: object) -> Held | None:
    """Leave out what is part of the program, and locks."""
    if value is not MISSING and (is_code(value) or is_hidden(value)):
        return None
    return Held(value)


def _key(frame: FrameType, path: Path | None) -> object:
    if path is None or path[0] == MADE:
        return MISSING
    return path[1] if path[0] == CONSTANT else value_at(frame, path)


def _got(container: Any, key: Any) -> object:
    """Return an item; neither the container nor the key is of a class of anybody's."""
    if isinstance(container, _MAPS):
        return dict.get(container, key, MISSING)
    try:
        return container[key]
    except (LookupError, TypeError):
        return MISSING


def _text(path: Path) -> str:
    text = ""
    for part in path:
        name = str(part).removeprefix(GLOBAL)
        text += name if name.startswith("[") or not text else f".{name}"
    return text
