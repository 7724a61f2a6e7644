"""Note what annotations say of a part of a command or query."""

from __future__ import annotations

import ast
import dataclasses
import enum
import types
import typing
from typing import Any, Literal, Union

from smcheck.cli.first_test.facts import Condition, Notes, Sym

KINDS = {int: "int", str: "text", bytes: "bytes", float: "float", bool: "bool"}
_NAMES = {"int": "int", "str": "text", "bytes": "bytes", "float": "float", "bool": "bool"}
_UNIONS = (Union, types.UnionType)


def hints_of(thing: object) -> dict[str, Any]:
    """Return the annotations of a function or class, none where they cannot be told."""
    try:
        return typing.get_type_hints(thing)
    except Exception:  # noqa: BLE001  # annotations are the user's expressions
        return {}


def fields_of(cls: type) -> tuple[str, ...]:
    """Return the fields of a dataclass, a named tuple or the like, in order; none for others."""
    if dataclasses.is_dataclass(cls):
        return tuple(field.name for field in dataclasses.fields(cls) if field.init)
    for attribute in ("_fields", "__struct_fields__"):
        names = getattr(cls, attribute, None)
        if isinstance(names, tuple) and all(isinstance(name, str) for name in names):
            return names
    return tuple(getattr(cls, "__annotations__", ())) if typing.is_typeddict(cls) else ()


def required_fields(cls: type) -> tuple[str, ...]:
    """Return those of the fields that have no default."""
    if dataclasses.is_dataclass(cls):
        missing = dataclasses.MISSING
        return tuple(
            one.name
            for one in dataclasses.fields(cls)
            if one.init and one.default is missing and one.default_factory is missing
        )
    defaults = getattr(cls, "_field_defaults", {})
    return tuple(name for name in fields_of(cls) if name not in defaults)


def annotate(notes: Notes, part: Sym, hint: object) -> None:
    """Note what a type says of a part."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if isinstance(hint, type) and hint in KINDS:
        notes.note(part.path, "kind", KINDS[hint])
    elif origin is Literal:
        for value in args:
            notes.note(part.path, "value", value)
        notes.note(part.path, "closed")
    elif origin in _UNIONS and all(tag_of(arg) for arg in args):
        for arg in args:
            _annotate_tagged(notes, part, arg)
    elif origin in _UNIONS:
        for one in [arg for arg in args if arg is not type(None)][:1]:
            annotate(notes, part, one)
    elif origin is typing.Annotated:
        annotate(notes, part, args[0])
    elif origin is tuple and args and args[-1] is not Ellipsis:
        notes.note(part.path, "len", len(args))
        for i, arg in enumerate(args):
            annotate(notes, part.item(i), arg)
    elif origin in (list, tuple, set, frozenset) and args:
        annotate(notes, part.step("each"), args[0])
    elif isinstance(hint, type):
        _annotate_class(notes, part, hint)


def tag_of(cls: object) -> tuple[str, object] | None:
    """Return the field and value that tell a tagged class of msgspec from others."""
    config = getattr(cls, "__struct_config__", None)
    tag, field = getattr(config, "tag", None), getattr(config, "tag_field", None)
    return (field, tag) if isinstance(field, str) and tag is not None else None


def tagged(part: Sym, cls: object) -> tuple[Condition, ...]:
    """Return what holds where a part is an instance of a tagged class."""
    found = tag_of(cls)
    return (Condition(part.item(found[0]).path, frozenset({found[1]})),) if found else ()


def _annotate_tagged(notes: Notes, part: Sym, cls: type) -> None:
    conditions = tagged(part, cls)
    for condition in conditions:
        notes.note(condition.path, "value", next(iter(condition.values)))
        notes.note(condition.path, "closed")
    with notes.assuming(conditions):
        _annotate_class(notes, part, cls)


def _annotate_class(notes: Notes, part: Sym, cls: type) -> None:
    if issubclass(cls, enum.Enum):
        for member in cls:
            notes.note(part.path, "value", member.value)
        notes.note(part.path, "closed")
        return
    known = hints_of(cls)
    for name in fields_of(cls):
        notes.note(part.item(name).path, "used")
        annotate(notes, part.item(name), known.get(name))


def kinds_written(node: ast.expr | None) -> tuple[str, str]:
    """Return the kinds of the keys and of the values in an annotation such as ``dict[str, int]``.

    Empty where it does not say; of a list or set both are those of the elements.
    """
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return "", ""
    if not isinstance(node, ast.Subscript):
        return "", ""
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    names = [_NAMES.get(one.id, "") if isinstance(one, ast.Name) else "" for one in inner]
    return (names[0], names[1] if len(names) > 1 else names[0]) if names else ("", "")
