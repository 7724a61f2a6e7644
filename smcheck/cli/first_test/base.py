"""What the parts of the reader share: its state, its limits, and how a value becomes a literal."""

from __future__ import annotations

import ast
import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from smcheck.cli.first_test.facts import Condition, Notes, Path, Sym
from smcheck.cli.first_test.values import UNKNOWN, Code, Known, Many, Seq, Table, Value, constant

LIMIT_DEPTH = 8
LIMIT_NODES = 60_000


@dataclass(slots=True)
class Scope:
    """The names of one function while it is read.

    Attributes:
        owner: Class that the function was written in.
        returned: What it may return.
    """

    names: dict[str, Value]
    globals: Mapping[str, Any]
    owner: type | None = None
    returned: list[Value] = field(default_factory=list)


class Base:
    """Hold what has been found out so far."""

    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.initial: dict[str, tuple[object, ...]] = {}
        self.guarded = 0
        self.depth = 0
        self.nodes = 0
        self.running: list[int] = []

    def value(self, node: ast.expr | None, scope: Scope) -> Value:
        """Return what an expression stands for, and note what it does with parts."""
        raise NotImplementedError

    def run(self, code: Code, args: Iterable[Value], named: Mapping[str, Value]) -> Value:
        """Read a function that is called with these arguments, and return what it returns."""
        raise NotImplementedError

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Let the names of a target stand for a value."""
        raise NotImplementedError

    def assumed(self, node: ast.expr, scope: Scope, *, truth: bool) -> tuple[Condition, ...]:
        """Return what holds of parts where an expression is true, or is false."""
        raise NotImplementedError

    def note_number(self, value: Value) -> None:
        """Note that something is reckoned with."""
        if isinstance(value, Sym) and value.path[-1][0] == "len":
            return
        if isinstance(value, Sym) and not is_text(value.path):
            self.notes.note(value.path, "kind", "int")

    def note_values(self, part: Sym, values: Iterable[object]) -> None:
        """Note that a part is compared with values."""
        for value in values:
            if part.path[-1][0] == "len":
                self.notes.note(part.path[:-1], "len", value)
            self.notes.note(part.path, "value", value)


def is_text(path: Path) -> bool:
    """Return whether a part is text or bytes until somebody converts it."""
    kinds = [step[0] for step in path]
    if "json" in kinds or "unpack" in kinds or "value" in kinds:
        return False
    return "text" in kinds or kinds[0] == "command"


def literal(part: Sym, value: object) -> object:
    """Return what a part is where it equals ``value``; a list where nothing can be said."""
    if isinstance(value, enum.Enum):
        by_name = part.enum is not None and part.enum[1] == "name"
        value = value.name if by_name else value.value
    return value if constant(value) else []


def literals(part: Sym, values: Iterable[object]) -> list[object]:
    """Return those of the values that a part can be compared with."""
    return [found for value in values if constant(found := literal(part, value))]


def elements(value: Value) -> list[object] | None:
    """Return the constants in a collection, ``None`` unless all are known."""
    if isinstance(value, Known):
        if isinstance(value.value, (tuple, list, set, frozenset, dict, str, bytes)):
            return list(value.value)
        if isinstance(value.value, type) and issubclass(value.value, enum.Enum):
            return list(value.value)
        return None
    if isinstance(value, Table):
        return list(value.items)
    if isinstance(value, Seq) and all(isinstance(item, Known) for item in value.items):
        return [item.value for item in value.items if isinstance(item, Known)]
    return None


def element_of(value: Value) -> Value:
    """Return what a loop over a value sees."""
    if isinstance(value, Many):
        return value.element
    if isinstance(value, Sym):
        return value.step("each") if value.path[0][0] != "entries" else value
    if isinstance(value, Seq) and value.items:
        return value.items[0]
    return UNKNOWN


Reader = Callable[[ast.expr], Value]
