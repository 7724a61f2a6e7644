"""Find the source of a function that is there as an object, without running anything of it."""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

from smcheck.cli.first_test.values import Code, Value

_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def code_of(thing: object, *, bound: Value | None = None, owner: type | None = None) -> Code | None:
    """Return the source of a function, ``None`` where there is none."""
    function = inspect.unwrap(thing) if callable(thing) else thing
    if not isinstance(function, FunctionType):
        return None
    node = _functions_in(function.__code__.co_filename).get(_place(function))
    if node is None:
        return None
    return Code(node, function.__globals__, bound, owner)


def method_of(cls: type, name: str, bound: Value) -> Code | None:
    """Return a method of a class, bound; ``None`` where the class has none with a source."""
    for owner in cls.__mro__:
        if name in vars(owner):
            return _bound(vars(owner)[name], bound, owner, cls)
    return None


def _bound(found: object, bound: Value, owner: type, cls: type) -> Code | None:
    from smcheck.cli.first_test.values import Known

    if isinstance(found, staticmethod):
        return code_of(found.__func__, owner=owner)
    if isinstance(found, classmethod):
        return code_of(found.__func__, bound=Known(cls), owner=owner)
    return code_of(_undecorated(found), bound=bound, owner=owner)


def _undecorated(found: object) -> object:
    """Return the function that PySyncObj's decorator keeps in a closure."""
    if getattr(found, "replicated", False) is not True:
        return found
    cells = [cell.cell_contents for cell in getattr(found, "__closure__", None) or ()]
    return next((one for one in cells if isinstance(one, FunctionType)), found)


def class_node(cls: type) -> ast.ClassDef | None:
    """Return the source of a class, ``None`` where there is none."""
    try:
        file = inspect.getsourcefile(cls)
    except TypeError:
        return None
    if file is None:
        return None
    named = [
        node for node in ast.walk(_tree(file))
        if isinstance(node, ast.ClassDef) and node.name == cls.__name__
    ]  # fmt: skip
    return named[0] if named else None


def _place(function: FunctionType) -> tuple[int, str]:
    return function.__code__.co_firstlineno, function.__code__.co_name


@functools.cache
def _tree(file: str) -> ast.Module:
    try:
        return ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


@functools.cache
def _functions_in(file: str) -> Mapping[tuple[int, str], _Function]:
    found: dict[tuple[int, str], Any] = {}
    for node in ast.walk(_tree(file)):
        if isinstance(node, _FUNCTIONS):
            decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
            line = min([node.lineno, *(decorator.lineno for decorator in decorators)])
            found[line, getattr(node, "name", "<lambda>")] = node
    return found
