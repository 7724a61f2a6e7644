"""Faults of keeping on disk."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.source import Edit, Source, called, statements

FLUSHES = {"fsync", "fdatasync", "flush", "commit", "replace", "rename"}
BESIDE = {"with_suffix", "with_name", "with_stem"}


def drop_a_flush(source: Source) -> Iterator[list[Edit]]:
    """Leave in a buffer, or under another name, what was to be on disk."""
    for function in source.functions:
        for statement in statements(function):
            if isinstance(statement, ast.Expr) and called(statement.value) in FLUSHES:
                yield [Edit(statement, "pass")]


def write_in_place(source: Source) -> Iterator[list[Edit]]:
    """Write over the file itself, not beside it."""
    for function in source.functions:
        for statement in statements(function):
            match statement:
                case ast.Assign(value=ast.Call(func=ast.Attribute(attr=name, value=path)) as call):
                    if name in BESIDE:
                        yield [Edit(call, source.part(path))]


def skip_a_sync(source: Source) -> Iterator[list[Edit]]:
    """Let sync do nothing."""
    sync = source.method("sync")
    if sync is not None:
        yield [Edit(sync.body[0], "pass", last=sync.body[-1])]


def open_at_another_index(source: Source) -> Iterator[list[Edit]]:
    """Open at an index that is too large by one, or as if nothing had been kept."""
    opened = source.method("open")
    for statement in statements(opened) if opened is not None else ():
        if isinstance(statement, ast.Return) and statement.value is not None:
            yield [Edit(statement.value, f"{source.part(statement.value)} + 1")]
            yield [Edit(statement.value, "0")]
