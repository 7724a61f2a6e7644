"""Faults of saving and of recovering."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.source import (
    RECOVERING,
    SAVING,
    Edit,
    Source,
    called,
    is_of_self,
    statements,
)  # fmt: skip
from tests.mutants.state import is_container
from tests.mutants.visible import is_write


def skip_a_field(source: Source) -> Iterator[list[Edit]]:
    """Leave out a part of the state, in what is saved or in what recovery sets."""
    for function in source.only(*RECOVERING):
        for statement in statements(function):
            if is_write(statement) and "self." in source.part(statement):
                yield [Edit(statement, "pass")]
            if isinstance(statement, ast.Assign):
                yield from _skipped_targets(statement)
                yield from _initial_parts(source, statement)
    for function in source.only(*SAVING):
        for node in ast.walk(function):
            yield from _skipped_parts(source, node)


def merge_on_recovery(source: Source) -> Iterator[list[Edit]]:
    """Add what the image holds to what is there."""
    for target, value in _recovered(source, in_pairs=False):
        initial = source.initial.get(target.attr)
        if initial is not None and is_container(initial) and not _is_empty(value):
            is_list = isinstance(initial, ast.List | ast.ListComp) or called(initial) == "list"
            verb = "extend" if is_list else "update"
            yield [Edit(target, f"self.{target.attr}.{verb}({source.part(value)})", last=value)]


def restore_one_off(source: Source) -> Iterator[list[Edit]]:
    """Recover a number that is too large by one."""
    for target, value in _recovered(source, in_pairs=True):
        initial = source.initial.get(target.attr)
        for fresh, part in zip(_elements(initial), _elements(value), strict=False):
            if isinstance(fresh, ast.Constant) and type(fresh.value) is int:
                yield [Edit(part, f"{source.part(part)} + 1")]


def swallow_an_error(source: Source) -> Iterator[list[Edit]]:
    """Take what cannot be read, or written, for the end."""
    for function in source.only(*SAVING, *RECOVERING):
        for statement in statements(function):
            if isinstance(statement, ast.Raise):
                yield [Edit(statement, "return 0" if function.name == "open" else "return")]
            if isinstance(statement, ast.While) and "write" in source.part(statement):
                yield [Edit(statement, _tried(source.block([statement]), "OSError"))]
    recover = source.method("recover_from_snapshot")
    if recover is not None:
        text = _tried(source.block(recover.body), "ValueError")
        yield [Edit(recover.body[0], text, last=recover.body[-1])]


def ignore_a_short_write(source: Source) -> Iterator[list[Edit]]:
    """Write once, whatever was taken, and read once, whatever came."""
    for function in source.only(*SAVING, *RECOVERING):
        for statement in statements(function):
            match statement:
                case ast.While(body=[ast.Assign(value=ast.Subscript(slice=ast.Slice(lower=call)))]):
                    if call is not None and called(call) == "write":
                        yield [Edit(statement, source.part(call))]
        for node in ast.walk(function):
            if (
                isinstance(node, ast.Call)
                and source.part(node) == 'b"".join(iter(reader.read, b""))'
            ):
                yield [Edit(node, "reader.read(1 << 20)")]


def _recovered(source: Source, *, in_pairs: bool) -> Iterator[tuple[ast.Attribute, ast.expr]]:
    """Yield what recovery sets, also in ``self.a, self.b = x, y``, and to what."""
    for function in source.only(*RECOVERING):
        for statement in statements(function):
            match statement:
                case ast.Assign(targets=[ast.Attribute() as target], value=value):
                    if is_of_self(target):
                        yield target, value
                case ast.Assign(targets=[ast.Tuple() as left], value=ast.Tuple() as right) if (
                    in_pairs
                ):
                    for one, value in zip(left.elts, right.elts, strict=False):
                        if isinstance(one, ast.Attribute) and is_of_self(one):
                            yield one, value


def _is_empty(value: ast.expr) -> bool:
    return isinstance(value, ast.List | ast.Dict) and not list(ast.iter_child_nodes(value))


def _elements(value: ast.expr | None) -> list[ast.expr]:
    """Return the elements of a tuple, of anything else itself."""
    if isinstance(value, ast.Tuple):
        return value.elts
    return [] if value is None else [value]


def _skipped_targets(statement: ast.Assign) -> Iterator[list[Edit]]:
    for target in statement.targets:
        if isinstance(target, ast.Tuple):
            yield from ([Edit(one, "_")] for one in target.elts if is_of_self(one))


def _initial_parts(source: Source, statement: ast.Assign) -> Iterator[list[Edit]]:
    target = statement.targets[0]
    if isinstance(target, ast.Attribute) and isinstance(statement.value, ast.Tuple):
        fresh = source.initial.get(target.attr)
        for part, new in zip(statement.value.elts, _elements(fresh), strict=False):
            yield [Edit(part, source.part(new))]


def _skipped_parts(source: Source, node: ast.AST) -> Iterator[list[Edit]]:
    """Yield the image without a key of a mapping, or with a part as it is in a new machine."""
    if isinstance(node, ast.Dict) and len(node.keys) > 1:
        for skipped in node.keys:
            if isinstance(skipped, ast.Constant):
                kept = [
                    f"{source.part(key)}: {source.part(value)}"
                    for key, value in zip(node.keys, node.values, strict=True)
                    if key is not None and key is not skipped
                ]
                yield [Edit(node, f"{{{', '.join(kept)}}}")]
    elif isinstance(node, ast.List | ast.Tuple) and isinstance(node.ctx, ast.Load):
        for part in node.elts:
            initial = source.initial.get(part.attr) if isinstance(part, ast.Attribute) else None
            if initial is not None and is_of_self(part):
                yield [Edit(part, source.part(initial))]


def _tried(text: str, error: str) -> str:
    body = "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
    return f"try:\n{body}\nexcept {error}:\n    return"
