"""Tell which public methods of a class change it and which only read it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from smcheck.cli.first_test.calls import HOST
from smcheck.cli.first_test.sources import class_node

_CHANGES = frozenset(
    [
        "append",
        "add",
        "pop",
        "update",
        "clear",
        "remove",
        "discard",
        "setdefault",
        "extend",
        "insert",
        "popitem",
        "sort",
        "reverse",
        "write",
        "put",
        "send",
        "close",
        "release",
        "set",
    ]
)
_LIBRARY = ("pysyncobj.syncobj", "pysyncobj")


def replicated_methods(cls: type) -> dict[str, tuple[str, ...]]:
    """Return the methods under PySyncObj's ``@replicated`` with the parameters to be given."""
    return {
        name: _parameters(node)
        for name, node in _public(cls).items()
        if any("replicated" in ast.unparse(one) for one in node.decorator_list)
    }


def plain_methods(cls: type) -> dict[str, tuple[str, ...]]:
    """Return public methods that change nothing, with the parameters to be given."""
    nodes = _public(cls)
    changing = {name for name, node in _all(cls).items() if _changes(node)}
    before: set[str] = set()
    while changing != before:
        before = set(changing)
        changing |= {name for name, node in _all(cls).items() if _called(node) & changing}
    return {
        name: _parameters(node) for name, node in nodes.items()
        if name not in changing and name not in HOST and not node.decorator_list
        and not _is_for_the_host(name)
    }  # fmt: skip


def _is_for_the_host(name: str) -> bool:
    return name in ("get_hash", "serialize", "deserialize", "destroy", "onTick")


def _all(cls: type) -> dict[str, ast.FunctionDef]:
    """Return the methods of a class and of those above it that are not the library's."""
    found: dict[str, ast.FunctionDef] = {}
    for owner in reversed(cls.__mro__):
        if owner is object or owner.__module__ in _LIBRARY:
            continue
        node = class_node(owner)
        for one in node.body if node is not None else ():
            if isinstance(one, ast.FunctionDef):
                found[one.name] = one
    return found


def _public(cls: type) -> dict[str, ast.FunctionDef]:
    known = {"__getitem__", "__len__", "__contains__", "__setitem__"}
    return {
        name: node for name, node in _all(cls).items()
        if not name.startswith("_") or (name in known and "pysyncobj" in _bases(cls))
    }  # fmt: skip


def _bases(cls: type) -> set[str]:
    return {one.__module__.partition(".")[0] for one in cls.__mro__}


def _parameters(node: ast.FunctionDef) -> tuple[str, ...]:
    """Return the parameters that must be given, without ``self``."""
    names = [one.arg for one in (*node.args.posonlyargs, *node.args.args)]
    return tuple(names[1 : len(names) - len(node.args.defaults)])


def _changes(node: ast.FunctionDef) -> bool:
    """Return whether a method assigns to attributes, or calls what usually changes something."""
    for one in ast.walk(node):
        targets: list[ast.expr] = []
        if isinstance(one, (ast.Assign, ast.Delete)):
            targets = list(one.targets)
        elif isinstance(one, (ast.AugAssign, ast.AnnAssign)):
            targets = [one.target]
        if any(isinstance(target, (ast.Attribute, ast.Subscript)) for target in targets):
            return True
        match one:
            case ast.Call(func=ast.Attribute(attr=name, value=of)) if name in _CHANGES:
                if _is_own(of):
                    return True
    return any("replicated" in ast.unparse(one) for one in node.decorator_list)


def _is_own(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Name) and one.id == "self" for one in ast.walk(node))


def _called(node: ast.FunctionDef) -> set[str]:
    return {one.attr for one in _attributes(node)}


def _attributes(node: ast.FunctionDef) -> Iterator[ast.Attribute]:
    for one in ast.walk(node):
        if isinstance(one, ast.Attribute) and ast.unparse(one.value) == "self":
            yield one
