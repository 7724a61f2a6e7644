"""Faults of sharing: what was copied is handed over as it is, so that two own it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.mutants.source import Edit, Function, Source, called

COPIES = {"dict", "list", "tuple", "set", "frozenset", "bytes", "OrderedDict", "deque"}
READERS = {"sorted", "len", "sum", "any", "all", "min", "max", "join"}
"""What only reads its argument, so that a copy for it alone protects nobody."""


def drop_a_copy(source: Source) -> Iterator[list[Edit]]:
    """Hand over the thing itself: ``dict(x)``, ``x.copy()``, ``x[:]`` become ``x``."""
    for function in source.functions:
        if function.name not in ("__init__", "prepare_snapshot"):
            yield from _dropped(source, function)


def hand_out_the_source(source: Source) -> Iterator[list[Edit]]:
    """Let the context of a snapshot be the live state, or let save read the machine itself."""
    prepare, save = source.method("prepare_snapshot"), source.method("save_snapshot")
    if prepare is None or save is None:
        return
    yield from _dropped(source, prepare)
    returns = [node for node in ast.walk(prepare) if isinstance(node, ast.Return)]
    if len(returns) == 1 and returns[0].value is not None:
        context = save.args.args[1].arg
        moved = source.block(prepare.body).replace("return ", f"{context} = ")
        yield [
            Edit(prepare.body[0], "return self", last=prepare.body[-1]),
            Edit(save.body[0], moved, before=True),
        ]


def original(node: ast.expr) -> ast.expr | None:
    """Return what an expression is a copy of, None where it is none."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=[one], keywords=[]) if name in COPIES:
            is_new = isinstance(one, ast.GeneratorExp | ast.Constant) or called(one) == "sorted"
            return None if is_new else one
        case ast.Call(func=ast.Attribute(attr="copy", value=one), args=[]):
            return one
        case ast.Call(args=[one, *_]) if called(node) in ("copy", "deepcopy"):
            return one
        case ast.Subscript(value=one, slice=ast.Slice(lower=None, upper=None, step=None)):
            return one
        case ast.Dict(keys=[None], values=[one]) | ast.List(elts=[ast.Starred(value=one)]):
            return one
        case ast.ListComp(elt=ast.Name(id=each), generators=[ast.comprehension() as loop]):
            return loop.iter if _is_plain(loop, [each]) else None
        case ast.DictComp(key=ast.Name(id=key), value=value, generators=[loop]):
            return _copied_mapping(key, value, loop)
    return None


def _dropped(source: Source, function: Function) -> Iterator[list[Edit]]:
    only_read = {
        id(argument)
        for node in ast.walk(function)
        if isinstance(node, ast.Call) and called(node) in READERS
        for argument in node.args
    }
    for node in ast.walk(function):
        if isinstance(node, ast.expr) and id(node) not in only_read:
            copied = original(node)
            if copied is not None:
                yield [Edit(node, _bracketed(source, copied))]


def _copied_mapping(key: str, value: ast.expr, loop: ast.comprehension) -> ast.expr | None:
    """Return ``x`` of ``{k: v for k, v in x.items()}``, with or without a copy of ``v``."""
    match original(value) or value, loop.iter:
        case ast.Name(id=each), ast.Call(func=ast.Attribute(attr="items", value=one)):
            return one if _is_plain(loop, [key, each]) else None
        case ast.Subscript(value=one), other if ast.dump(one) == ast.dump(other):
            return one if _is_plain(loop, [key]) else None
    return None


def _is_plain(loop: ast.comprehension, wanted: list[str]) -> bool:
    target = loop.target.elts if isinstance(loop.target, ast.Tuple) else [loop.target]
    return not loop.ifs and [getattr(part, "id", None) for part in target] == wanted


def _bracketed(source: Source, node: ast.expr) -> str:
    text = source.part(node)
    simple = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.List | ast.Dict | ast.Tuple
    return text if isinstance(node, simple) else f"({text})"
