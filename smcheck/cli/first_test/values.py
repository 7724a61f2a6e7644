"""What a name may stand for while code is read without being run.

Known Python objects, parts of the command, the machine's own attributes, functions, and small
containers of these. Everything else is ``UNKNOWN``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from smcheck.cli.first_test.facts import Place, Sym


@dataclass(frozen=True, slots=True)
class Known:
    """A Python object: a constant, a class, a function, a module."""

    value: Any  # Any: whatever the user's module has under that name


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can say."""


@dataclass(frozen=True, slots=True)
class Own:
    """An attribute of the machine, of which only the name counts; or an item of one."""

    name: str
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Seq:
    """A tuple or list with these items."""

    items: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """Something that gives such elements, nobody knows how many."""

    element: Value


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary with known keys."""

    items: Mapping[Any, Value] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Joined:
    """A text with one part of the command in it."""

    before: str
    part: Sym
    after: str


@dataclass(frozen=True, slots=True)
class Pick:
    """One of the values of a table, chosen by a part of the command."""

    part: Sym
    choices: Mapping[Any, Value] = field(hash=False)


@dataclass(slots=True, eq=False)
class Obj:
    """An instance of a class of the user's; the machine itself is one."""

    cls: type
    attributes: dict[str, Value] = field(default_factory=dict)
    is_machine: bool = False


@dataclass(slots=True, eq=False)
class Code:
    """A function: its source, and what it is bound to.

    Attributes:
        scope: Names of a function around it.
        globals: Of the module that it was written in.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    globals: Mapping[str, Any]
    bound: Value | None = None
    owner: type | None = None
    scope: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a value that has no source here: of a part, or of an own attribute."""

    of: Value
    name: str


@dataclass(frozen=True, slots=True)
class Super:
    """What ``super()`` gives in a method of ``owner``."""

    bound: Value
    owner: type


Value = (
    Known | Unknown | Own | Seq | Many | Table | Joined | Pick | Obj | Code | Method | Super | Sym
    | Place
)  # fmt: skip

UNKNOWN = Unknown()


def either(one: Value, other: Value) -> Value:
    """Return what a name stands for after two ways came together: what says more."""
    if isinstance(one, Unknown) or (isinstance(one, Known) and one.value is None):
        return other
    if isinstance(other, Sym) and not isinstance(one, Sym):
        return other
    return one


def constant(value: object) -> bool:
    """Return whether a value can be compared with a word or number of a command."""
    return isinstance(value, (str, bytes, int, float, bool)) or value is None
