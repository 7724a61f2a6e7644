"""Faults around the entries: kept, answered on copies, not answered, refused with an error."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.source import Edit, Function, Source, statements
from tests.mutants.visible import is_default_needed, is_reached


def keep_the_entries(source: Source) -> Iterator[list[Edit]]:
    """Keep the latest entry, or the whole list, for whoever asks later."""
    update = source.method("update")
    if update is None:
        return
    given = update.args.args[1].arg
    yield [Edit(_first(update), f"self.latest = {given}", before=True)]
    for loop in _loops(update):
        if isinstance(loop.target, ast.Name):
            yield [Edit(loop.body[0], f"self.latest = {loop.target.id}", before=True)]


def set_results_on_copies(source: Source) -> Iterator[list[Edit]]:
    """Work on copies of the entries, and give the originals back."""
    update = source.method("update")
    for loop in _loops(update) if update is not None else ():
        copies = f"[Entry(each.index, each.cmd) for each in {source.part(loop.iter)}]"
        yield [Edit(loop.iter, copies)]


def forget_a_result(source: Source) -> Iterator[list[Edit]]:
    """Leave an entry without the result of one of the ways through."""
    for function in source.reached("update"):
        for statement in statements(function):
            match statement:
                case ast.Assign(targets=[ast.Attribute(attr="result")]):
                    if is_default_needed(function, statement):
                        yield [Edit(statement, "pass")]


def raise_instead_of_rejecting(source: Source) -> Iterator[list[Edit]]:
    """Raise for a command that is to be answered with 0."""
    for function in source.reached("update"):
        for statement in statements(function):
            match statement:
                case ast.Return(
                    value=ast.Call(func=ast.Name(id="Result"), args=[ast.Constant(value=0)])
                ):
                    if is_reached(function, statement):
                        yield [Edit(statement, 'raise ValueError("rejected")')]


def _first(function: Function) -> ast.stmt:
    return function.body[1 if ast.get_docstring(function) else 0]


def _loops(update: Function) -> list[ast.For]:
    """Return the loops over all that update was given."""
    given = update.args.args[1].arg
    return [
        statement
        for statement in statements(update)
        if isinstance(statement, ast.For)
        and isinstance(statement.iter, ast.Name)
        and statement.iter.id == given
    ]
