"""Faults of reading and of closing."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.copies import original
from tests.mutants.source import Edit, Function, Source, called, is_of_self, names, statements
from tests.mutants.state import is_container
from tests.mutants.visible import is_private_to, is_removed_from, is_under_lock


def change_in_a_lookup(source: Source) -> Iterator[list[Edit]]:
    """Let a read add what is missing, or take out what it found."""
    for node, container, key, default in _gets(source):
        rest = "" if default is None else f", {default}"
        yield [Edit(node, f"{container}.setdefault({key}{rest})")]
        yield [Edit(node, f"{container}.pop({key}, {default})")]


def test_then_read(source: Source) -> Iterator[list[Edit]]:
    """Ask whether a key is there, and then read it, with nothing to keep it there."""
    if source.method("prepare_snapshot") is None or not is_removed_from(source):
        return
    for node, container, key, default in _gets(source):
        if container.startswith("self.") and not is_under_lock(source, node):
            yield [Edit(node, f"({container}[{key}] if {key} in {container} else {default})")]


def clear_on_close(source: Source) -> Iterator[list[Edit]]:
    """Empty a container of a closed machine that is still looked at."""
    close = source.method("close")
    if close is None or not isinstance(close.body[-1], ast.Pass):
        return
    for name, initial in source.initial.items():
        if is_container(initial) and any(name in names(f) for f in source.reached("lookup")):
            yield [Edit(close.body[-1], f"self.{name}.clear()")]


def _gets(source: Source) -> Iterator[tuple[ast.Call, str, str, str | None]]:
    """Yield each ``x.get(key)`` that only lookups come to, ``x`` being of the state."""
    if any(function.name == "get" for function in source.functions):
        return  # What is asked is no mapping.
    for function in source.only("lookup"):
        state = _state(source, function)
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Attribute(attr="get", value=one), args=[key, *rest]):
                    if source.part(one) in state or isinstance(one, ast.Subscript):
                        default = source.part(rest[0]) if rest else None
                        yield node, source.part(one), source.part(key), default


def _state(source: Source, function: Function) -> set[str]:
    """Return the text of attributes, and of other names for them, that others use as well."""
    found = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(attr=name) if is_of_self(node):
                if not is_private_to(source, name, function):
                    found.add(f"self.{name}")
    for statement in statements(function):
        match statement:
            case ast.Assign(targets=[ast.Name(id=other)], value=value):
                if isinstance(value, ast.IfExp | ast.Attribute) or called(value).startswith("_"):
                    found |= {other} if original(value) is None else set()
    return found
