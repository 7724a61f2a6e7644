"""Which changes somebody could notice: what is dead beyond doubt is not made a mutant of.

Each question here is answered from the text alone and leans to yes: what it lets through and is
still equal to the correct machine is explained by hand.
"""

from __future__ import annotations

import ast

from tests.mutants.source import (
    CALLED,
    Function,
    Source,
    blocks,
    called,
    is_of_self,
    names,
    statements,
)

LOCKS = {"Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore"}
CHANGES = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "move_to_end", "pop",
    "popitem", "popleft", "remove", "setdefault", "update",
}  # fmt: skip
REMOVALS = {"clear", "discard", "pop", "popitem", "popleft", "remove"}
READERS = ("lookup", "save_snapshot", "get_hash")
"""What may run beside an update; prepare and recover do not."""


def locked(source: Source) -> list[ast.With]:
    """Return the blocks that hold a lock, by the names of locks in the file."""
    known = _names_of_locks(source)
    return [
        statement
        for function in source.functions
        for statement in statements(function)
        if isinstance(statement, ast.With)
        and all(known & set(names(item.context_expr)) for item in statement.items)
    ]


def _names_of_locks(source: Source) -> set[str]:
    kinds = LOCKS | {
        alias.asname
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "threading"
        for alias in node.names
        if alias.asname and alias.name in LOCKS
    }
    found = {
        function.name
        for function in source.functions
        if any("contextmanager" in names(decorator) for decorator in function.decorator_list)
    }
    for node in ast.walk(source.tree):
        match node:
            case (
                ast.Assign(targets=[target], value=value)
                | ast.AnnAssign(target=target, value=ast.expr() as value)
            ) if kinds & set(names(value)):
                found |= {child for child in names(target) if child != "self"}
    return found


def is_write(statement: ast.stmt) -> bool:
    """Return whether a statement changes an attribute, an item or a container."""
    return bool(written(statement))


def written(statement: ast.stmt) -> list[str]:
    """Return what a simple statement changes, as text without indexes."""
    match statement:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            changed = targets
        case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
            changed = [target]
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name, value=value))):
            return [_without_indexes(value)] if name in CHANGES else []
        case _:
            return []
    return [_without_indexes(t) for t in changed if isinstance(t, ast.Attribute | ast.Subscript)]


def _without_indexes(node: ast.expr) -> str:
    """Return ``self.items`` of ``self.items[key]`` and of ``self.items.setdefault(key, set())``."""
    while True:
        match node:
            case ast.Subscript(value=inner) | ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case _:
                return ast.unparse(node)


def is_swap_visible(source: Source, first: ast.stmt, second: ast.stmt) -> bool:
    """Return whether two writes hang on each other, or a reader may come between them."""
    texts = [ast.unparse(first), ast.unparse(second)]
    if any("self._" in text for text in texts):
        return True  # What a method of its own does is not seen from here.
    if any(one in texts[1] for one in written(first)) or any(
        one in texts[0] for one in written(second)
    ):
        return True
    changed = [one.rpartition(".")[2] for one in (*written(first), *written(second))]
    if "result" in changed:
        return False
    return not is_under_lock(source, first) or any(
        isinstance(node, ast.Attribute) and node.attr in changed and not is_under_lock(source, node)
        for reader in source.reached(*READERS)
        for node in ast.walk(reader)
    )


def is_under_lock(source: Source, node: ast.AST, *, asked: tuple[str, ...] = ()) -> bool:
    """Return whether a lock is held at a node, there or wherever its function is called."""
    at: int = getattr(node, "lineno", 0)
    if any(block.lineno < at <= (block.end_lineno or 0) for block in locked(source)):
        return True
    name = source.place(node).rpartition(".")[2]
    if name in (*CALLED, *asked):
        return False
    calls = [one for f in source.functions for one in ast.walk(f) if called(one) == name]
    return bool(calls) and all(is_under_lock(source, call, asked=(*asked, name)) for call in calls)


def needs_its_lock(source: Source, statement: ast.stmt) -> bool:
    """Return whether a statement may need the lock around it.

    Only updates and recoveries write, and they exclude each other: there a read needs none.
    """
    beside = {function.name for function in source.reached(*READERS)}
    if source.place(statement).rpartition(".")[2] in beside or _do_lookups_write(source):
        return True
    is_simple = isinstance(statement, ast.Return | ast.Assign)
    plain = is_simple and "self._" not in ast.unparse(statement)
    return not plain or any(not one.endswith(".result") for one in written(statement))


def is_block_visible(source: Source, block: ast.With) -> bool:
    """Return whether somebody may notice that a block holds no lock.

    Nobody does where prepare only reads, or where recovery ends with one step.
    """
    place = source.place(block)
    if place.endswith(".prepare_snapshot") and not _do_lookups_write(source):
        return any(isinstance(one, ast.stmt) and is_write(one) for one in ast.walk(block))
    recover = source.method("recover_from_snapshot")
    if recover is not None and block is recover.body[-1]:
        match block.body:
            case [ast.Assign(targets=[ast.Attribute(attr=name) as target])] if is_of_self(target):
                readers = source.reached("lookup")
                return any(list(names(reader)).count(name) > 1 for reader in readers)
    return True


def _do_lookups_write(source: Source) -> bool:
    return any(
        is_write(statement)
        for function in source.reached("lookup")
        for statement in statements(function)
    )


def is_removed_from(source: Source) -> bool:
    """Return whether an update ever takes something out of a container."""
    return any(
        isinstance(node, ast.Delete) or called(node) in REMOVALS
        for function in source.reached("update")
        for node in ast.walk(function)
    )


def is_changed_in_place(source: Source, name: str) -> bool:
    """Return whether an attribute's container changes, or only makes room for another one."""
    if any(name in names(block.items[0].context_expr) for block in locked(source)):
        return False
    replaced = False
    for function in source.reached("update"):
        for statement in statements(function):
            direct = isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Attribute) and target.attr == name
                for target in statement.targets
            )
            replaced = replaced or direct
            if not direct and f"self.{name}" in written(statement):
                return True
    return not replaced


def is_private_to(source: Source, name: str, function: Function) -> bool:
    """Return whether an attribute is read and written in one function only, beside the first."""
    return not any(
        name in names(other)
        for other in source.functions
        if other not in (function, source.method("__init__"))
    )


def is_default_needed(function: Function, statement: ast.stmt) -> bool:
    """Return whether a result that is set before a ``match`` stays for some command."""
    for block in blocks(function):
        if statement in block[:-1]:
            after = block[block.index(statement) + 1]
            if isinstance(after, ast.Match):
                return any(case.guard is not None or not _sets(case) for case in after.cases)
    return not _is_of_no_command(function, statement)


def is_reached(function: Function, statement: ast.stmt) -> bool:
    """Return whether some command leads to a statement, by the cases before it."""
    if statement is function.body[-1] and len(function.body) > 1:
        before = function.body[-2]
        if isinstance(before, ast.Match):
            return any(
                case.guard is not None or not isinstance(case.body[-1], ast.Return)
                for case in before.cases
            )
    return not _is_of_no_command(function, statement)


def _sets(case: ast.match_case) -> bool:
    return any(isinstance(one, ast.Assign) and ".result" in ast.unparse(one) for one in case.body)


def _is_of_no_command(function: Function, statement: ast.stmt) -> bool:
    """Return whether a statement is that of ``case _``: subjects draw only what is known."""
    return any(
        isinstance(case, ast.match_case)
        and isinstance(case.pattern, ast.MatchAs)
        and case.pattern.pattern is None
        and statement in case.body
        for case in ast.walk(function)
    )
