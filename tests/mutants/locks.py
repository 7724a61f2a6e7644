"""Faults of exclusion and of waiting."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.source import Edit, Source, called, statements
from tests.mutants.visible import is_block_visible, locked, needs_its_lock

WAKES = {"notify", "notify_all"}


def drop_a_lock(source: Source) -> Iterator[list[Edit]]:
    """Do without a lock what was done with it."""
    for block in locked(source):
        for item in block.items if is_block_visible(source, block) else ():
            rest = [ast.unparse(other) for other in block.items if other is not item]
            body = source.block(block.body)
            if rest:
                yield [Edit(block, f"with {', '.join(rest)}:\n{_indented(body)}")]
            else:
                yield [Edit(block, body)]
    for function in source.functions:
        for statement in statements(function):
            if isinstance(statement, ast.Expr) and called(statement.value) == "enter_context":
                yield [Edit(statement, "pass")]


def leave_a_lock_early(source: Source) -> Iterator[list[Edit]]:
    """Do the last statement of a locked block after it."""
    for block in locked(source):
        if len(block.body) > 1 and needs_its_lock(source, block.body[-1]):
            held, after = source.block(block.body[:-1]), source.block(block.body[-1:])
            yield [Edit(block, f"{_head(block)}\n{_indented(held)}\n{after}")]


def take_a_lock_late(source: Source) -> Iterator[list[Edit]]:
    """Do the first statement of a locked block before it."""
    for block in locked(source):
        if len(block.body) > 1 and needs_its_lock(source, block.body[0]):
            before, held = source.block(block.body[:1]), source.block(block.body[1:])
            yield [Edit(block, f"{before}\n{_head(block)}\n{_indented(held)}")]


def swap_two_locks(source: Source) -> Iterator[list[Edit]]:
    """Take two locks in the other order, in one place."""
    for block in locked(source):
        if len(block.items) == 2:
            first, second = (item.context_expr for item in block.items)
        elif len(block.body) == 1 and block.body[0] in locked(source):
            first, second = block.items[0].context_expr, _taken(block.body[0])
        else:
            continue
        yield [Edit(first, source.part(second)), Edit(second, source.part(first))]


def use_a_plain_lock(source: Source) -> Iterator[list[Edit]]:
    """Take a ``Lock`` for an ``RLock``."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and called(node) == "RLock":
            yield [Edit(node, "Lock()"), *source.importing("from threading import Lock")]


def skip_a_notify(source: Source) -> Iterator[list[Edit]]:
    """Wake nobody, or only one of all."""
    for function in source.functions:
        for statement in statements(function):
            if isinstance(statement, ast.Expr) and called(statement.value) in WAKES:
                yield [Edit(statement, "pass")]
                if called(statement.value) == "notify_all":
                    woken = source.part(statement).replace("notify_all()", "notify()")
                    yield [Edit(statement, woken)]


def wait_once(source: Source) -> Iterator[list[Edit]]:
    """Believe that who is woken may go on: ``while`` around a wait becomes ``if``."""
    for function in source.functions:
        for loop in statements(function):
            match loop:
                case ast.While(body=[ast.Expr(value=call)]) if called(call) == "wait":
                    yield [Edit(loop, "if" + source.block([loop]).removeprefix("while"))]


def _taken(statement: ast.stmt) -> ast.expr:
    assert isinstance(statement, ast.With)
    return statement.items[0].context_expr


def _head(block: ast.With) -> str:
    return f"with {', '.join(map(ast.unparse, block.items))}:"


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
