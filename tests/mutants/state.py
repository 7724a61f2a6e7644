"""Faults of an update: its order, its tests, what it hangs on, whom it shares with."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator

from tests.mutants.source import Edit, Source, blocks, called, is_of_self, statements
from tests.mutants.visible import is_changed_in_place, is_swap_visible, is_write

CLOCK = "int(time.time())"
FRESH = {"dict", "list", "set", "defaultdict", "OrderedDict", "deque", "Counter"}


def swap_two_writes(source: Source) -> Iterator[list[Edit]]:
    """Do two adjacent writes in the other order."""
    for function in source.functions:
        for block in blocks(function) if function.name != "__init__" else ():
            for first, second in itertools.pairwise(block):
                if is_write(first) and is_write(second) and is_swap_visible(source, first, second):
                    yield [
                        Edit(first, source.block([second])),
                        Edit(second, source.block([first])),
                    ]


def drop_a_test(source: Source) -> Iterator[list[Edit]]:
    """Go on without a test: no guard of a case, no early way out, always what may be."""
    for function in source.reached("update"):
        for node in ast.walk(function):
            if isinstance(node, ast.match_case) and node.guard is not None:
                yield [Edit(node.pattern, source.part(node.pattern), last=node.guard)]
            elif isinstance(node, ast.If) and not node.orelse:
                leaves = isinstance(node.body[-1], ast.Return | ast.Raise | ast.Continue)
                yield [Edit(node, "pass" if leaves else source.block(node.body))]


def read_the_clock(source: Source) -> Iterator[list[Edit]]:
    """Take the time for a number of the command or for a result, once in each function."""
    clock = source.importing("import time")
    for function in source.reached("update"):
        for part in (_number, _result):
            values = (part(node) for s in statements(function) for node in _values(s))
            found = next((value for value in values if value is not None), None)
            if found is not None:
                yield [Edit(found, CLOCK), *clock]


def iterate_a_set(source: Source) -> Iterator[list[Edit]]:
    """Go through elements in the order of a set."""
    for function in source.functions:
        for node in ast.walk(function):
            match node:
                case ast.Call(func=ast.Name(id="sorted"), args=[one], keywords=[]):
                    if called(one) != "set":
                        yield [Edit(node, f"list(set({source.part(one)}))")]
                case ast.Call(func=ast.Name(id="list" | "tuple" as name), args=[one]):
                    if _is_stored(one):
                        yield [Edit(node, f"{name}(set({source.part(one)}))")]
                case ast.For(iter=one) | ast.comprehension(iter=one):
                    if _is_stored(one):
                        yield [Edit(one, f"set({source.part(one)})")]


def drop_an_order(source: Source) -> Iterator[list[Edit]]:
    """Leave elements as they come: ``sorted(x)`` becomes ``list(x)``."""
    for function in source.functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node) == "sorted":
                yield [Edit(node, f"list({source.part(node.args[0])})")]


def use_what_differs_by_process(source: Source) -> Iterator[list[Edit]]:
    """Hash with ``hash``, draw without a seed."""
    for function in source.functions:
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and called(node) == "crc32":
                yield [Edit(node, f"hash({source.part(node.args[0])})")]
            elif isinstance(node, ast.Call) and called(node) == "Random" and node.args:
                yield [Edit(node, f"{source.part(node.func)}()")]


def share_between_instances(source: Source) -> Iterator[list[Edit]]:
    """Make a container of the instance one of the class."""
    constructor = source.method("__init__")
    for statement in constructor.body if constructor is not None else ():
        match statement:
            case (
                ast.AnnAssign(target=ast.Attribute() as target, value=ast.expr() as value)
                | ast.Assign(targets=[ast.Attribute() as target], value=value)
            ) if is_container(value) and is_changed_in_place(source, target.attr):
                assert constructor is not None
                moved = source.block([statement]).replace("self.", "", 1)
                yield [Edit(statement, "pass"), Edit(constructor, f"{moved}\n", before=True)]


def is_container(value: ast.expr) -> bool:
    """Return whether an expression makes a container that can be changed."""
    displays = ast.Dict | ast.List | ast.Set | ast.DictComp | ast.ListComp | ast.SetComp
    return isinstance(value, displays) or called(value) in FRESH | {"fromkeys"}


def _is_stored(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and is_of_self(node)


def _values(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield what is in a simple statement: it is computed, and no test."""
    if isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign | ast.Return | ast.Expr):
        yield from ast.walk(statement)


def _number(node: ast.AST) -> ast.expr | None:
    """Return a number out of the command: ``int(word)``, ``entry.index``."""
    match node:
        case ast.Call(func=ast.Name(id="int"), args=[ast.Name()]):
            return node
        case ast.Attribute(value=ast.Name(id="entry"), attr="index"):
            return node
    return None


def _result(node: ast.AST) -> ast.expr | None:
    """Return the number of a result that is not always the same."""
    match node:
        case ast.Call(func=ast.Name(id="Result"), args=[number, *_]):
            return None if isinstance(number, ast.Constant) else number
    return None
