"""Read expressions: what each stands for, and what it does with the parts of a command."""

from __future__ import annotations

import ast
import builtins
import enum
import inspect
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from smcheck.cli.first_test.base import (
    LIMIT_NODES,
    Scope,
    element_of,
    elements,
    is_text,
)
from smcheck.cli.first_test.calls import WithCalls
from smcheck.cli.first_test.conditions import Conditions
from smcheck.cli.first_test.facts import COMMAND, Place, Sym
from smcheck.cli.first_test.sources import code_of, method_of
from smcheck.cli.first_test.values import (
    UNKNOWN,
    Code,
    Joined,
    Known,
    Many,
    Method,
    Obj,
    Own,
    Pick,
    Seq,
    Super,
    Table,
    Value,
    constant,
    either,
)

ENTRY = Sym((("entry",),))
REQUEST = Sym((("request",),))
_NUMBERS = ("int", "float")


class WithExpressions(WithCalls):
    """Evaluate expressions over parts, known objects and attributes of the machine."""

    def value(self, node: ast.expr | None, scope: Scope) -> Value:
        """Return what an expression stands for, and note what it does with parts."""
        self.nodes += 1
        if node is None or self.nodes > LIMIT_NODES:
            return UNKNOWN
        read: Callable[[Any, Scope], Value] | None = getattr(
            self, f"_{type(node).__name__.lower()}", None
        )
        if read is not None:
            return read(node, scope)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.value(child, scope)
        return UNKNOWN

    def _constant(self, node: ast.Constant, scope: Scope) -> Value:
        return Known(node.value)

    def _name(self, node: ast.Name, scope: Scope) -> Value:
        if node.id in scope.names:
            return scope.names[node.id]
        if node.id in scope.globals:
            return Known(scope.globals[node.id])
        return Known(getattr(builtins, node.id)) if hasattr(builtins, node.id) else UNKNOWN

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Value:
        return self.attribute(self.value(node.value, scope), node.attr)

    def attribute(self, target: Value, name: str) -> Value:
        """Return an attribute of a value."""
        if isinstance(target, Obj):
            return self._of_object(target, name)
        if isinstance(target, Super):
            return self._of_super(target, name)
        if isinstance(target, Sym):
            return self._of_part(target, name)
        if isinstance(target, Known):
            return self._of_known(target.value, name)
        if isinstance(target, Pick):
            self.note_data(target)
        if isinstance(target, Table) and name in ("items", "keys", "values"):
            return UNKNOWN
        return Method(target, name)

    def _of_object(self, target: Obj, name: str) -> Value:
        if name in target.attributes:
            return target.attributes[name]
        found = inspect.getattr_static(target.cls, name, None)
        if isinstance(found, property):
            getter = code_of(found.fget, bound=target, owner=target.cls)
            return self.run(getter, [], {}) if getter else UNKNOWN
        code = method_of(target.cls, name, target)
        if code is not None:
            return code
        if found is not None and (constant(found) or isinstance(found, (tuple, list, dict))):
            return self._known_table(found, target)
        return Own(name) if target.is_machine else UNKNOWN

    def _known_table(self, found: object, target: Obj) -> Value:
        """Return a class attribute; functions in it are methods that were not bound."""
        if isinstance(found, dict) and any(isinstance(v, FunctionType) for v in found.values()):
            return Table({key: _lift(value) for key, value in found.items()})
        return Known(found)

    def _of_super(self, target: Super, name: str) -> Value:
        cls = target.bound.cls if isinstance(target.bound, Obj) else target.owner
        later = cls.__mro__[cls.__mro__.index(target.owner) + 1 :]
        for owner in later:
            if name in vars(owner):
                code = code_of(vars(owner)[name], bound=target.bound, owner=owner)
                return code if code is not None else UNKNOWN
        return UNKNOWN

    def _of_part(self, part: Sym, name: str) -> Value:
        if part.path == ENTRY.path:
            if name in ("cmd", "data"):
                return Sym(COMMAND)
            return UNKNOWN if name in ("index", "term", "type", "result") else part.item(name)
        if part.path == REQUEST.path:
            return Many(Sym(COMMAND)) if name == "txs" else part.item(name)
        if part.enum is not None and name in ("name", "value"):
            return part
        return Method(part, name)

    def _of_known(self, value: object, name: str) -> Value:
        if isinstance(value, type) and issubclass(value, enum.Enum):
            member = value.__members__.get(name)
            return Known(member) if member is not None else UNKNOWN
        if isinstance(value, type):
            return self._of_class(value, name)
        if isinstance(value, ModuleType):
            return Known(vars(value)[name]) if name in vars(value) else UNKNOWN
        if isinstance(value, enum.Enum) and name in ("value", "name"):
            return Known(getattr(value, name))
        return Method(Known(value), name)

    def _of_class(self, cls: type, name: str) -> Value:
        found = inspect.getattr_static(cls, name, None)
        if isinstance(found, (classmethod, staticmethod)):
            bound = Known(cls) if isinstance(found, classmethod) else None
            code = code_of(found.__func__, bound=bound, owner=cls)
            if code is not None:
                return code
            return Known(cls) if name == "_make" else UNKNOWN
        if isinstance(found, FunctionType):
            return code_of(found, owner=cls) or UNKNOWN
        if constant(found) and found is not None:
            return Known(found)
        return Known(getattr(cls, name)) if cls.__module__ == "builtins" and found else UNKNOWN

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Value:
        target = self.value(node.value, scope)
        if isinstance(node.slice, ast.Slice):
            return self._sliced(target, node.slice, scope)
        key = self.value(node.slice, scope)
        if isinstance(target, Sym):
            if isinstance(key, Known) and isinstance(key.value, (int, str)):
                item = target.item(key.value)
                self.notes.note(item.path, "used")
                return item
            return target.step("each") if not isinstance(key, Sym) else UNKNOWN
        if isinstance(target, Own):
            self.note_key(key, target.name)
            return Own(target.name, is_item=True)
        return self._of_container(target, key)

    def _of_container(self, target: Value, key: Value) -> Value:
        if isinstance(target, Known) and isinstance(key, Sym):
            if isinstance(target.value, type) and issubclass(target.value, enum.Enum):
                self.note_values(key, list(target.value.__members__))
                return Sym(key.path, (target.value, "name"))
            if isinstance(target.value, dict):
                lifted = {k: _lift(v) for k, v in target.value.items() if constant(k)}
                return self.picked(Table(lifted), key, closed=True)
        if isinstance(target, Table):
            if isinstance(key, Known) and key.value in target.items:
                return target.items[key.value]
            return self.picked(target, key, closed=True)
        if isinstance(target, Seq) and isinstance(key, Known) and isinstance(key.value, int):
            inside = -len(target.items) <= key.value < len(target.items)
            return target.items[key.value] if inside else UNKNOWN
        if isinstance(target, Pick):
            self.note_data(target)
            return UNKNOWN
        return element_of(target) if isinstance(target, Many) else UNKNOWN

    def _sliced(self, target: Value, node: ast.Slice, scope: Scope) -> Value:
        low, high = _place(self.value(node.lower, scope)), _place(self.value(node.upper, scope))
        if isinstance(target, Seq):
            start = low.constant if low else 0
            return Seq(target.items[start : high.constant if high else None])
        if not isinstance(target, Sym):
            return target if isinstance(target, Many) else UNKNOWN
        if node.step is not None or (node.lower is not None and low is None):
            return target.step("each")
        if _is_list(target):
            if node.upper is None and low is not None and low.constant >= 0:
                return target.rest(low.constant)
            if node.upper is not None:
                return target.step("slice", low or Place(), high)
        return target.step("slice", low or Place(), high if node.upper is not None else None)

    def _call(self, node: ast.Call, scope: Scope) -> Value:
        return self.called(node, scope)

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        values = [self.value(one, scope) for one in (node.left, *node.comparators)]
        for left, op, right in zip(values, node.ops, values[1:], strict=False):
            self.note_comparison(left, op, right)
        return UNKNOWN

    def _boolop(self, node: ast.BoolOp, scope: Scope) -> Value:
        found: Value = UNKNOWN
        conditions: Conditions = ()
        for one in node.values:
            with self.notes.assuming(conditions):
                found = either(found, self.value(one, scope))
                is_and = isinstance(node.op, ast.And)
                conditions = (*conditions, *self.assumed(one, scope, truth=is_and))
        return found

    def _ifexp(self, node: ast.IfExp, scope: Scope) -> Value:
        self.value(node.test, scope)
        with self.notes.assuming(self.assumed(node.test, scope, truth=True)):
            one = self.value(node.body, scope)
        with self.notes.assuming(self.assumed(node.test, scope, truth=False)):
            return either(one, self.value(node.orelse, scope))

    def _binop(self, node: ast.BinOp, scope: Scope) -> Value:
        left, right = self.value(node.left, scope), self.value(node.right, scope)
        if isinstance(left, Known) and isinstance(right, Known) and isinstance(node.op, ast.BitOr):
            both = isinstance(left.value, type) and isinstance(right.value, type)
            return Known(left.value | right.value) if both else UNKNOWN
        if isinstance(node.op, ast.Add):
            if isinstance(left, Known) and isinstance(right, Sym) and isinstance(left.value, str):
                return Joined(left.value, right, "")
            one, other = _place(left), _place(right)
            if one and other and not (isinstance(left, Known) and isinstance(right, Known)):
                for value in (left, right):
                    self.note_number(value)
                return one.plus(other)
        for value, beside in ((left, right), (right, left)):
            if not (isinstance(beside, Known) and isinstance(beside.value, (str, bytes))):
                self.note_number(value)
        return UNKNOWN

    def _joinedstr(self, node: ast.JoinedStr, scope: Scope) -> Value:
        before, part, after = "", None, ""
        for one in node.values:
            value = self.value(one.value if isinstance(one, ast.FormattedValue) else one, scope)
            if isinstance(value, Known) and part is None:
                before += str(value.value)
            elif isinstance(value, Known):
                after += str(value.value)
            elif isinstance(value, Sym) and part is None:
                part = value
            else:
                return UNKNOWN
        return Joined(before, part, after) if part is not None else Known(before)

    def _tuple(self, node: ast.Tuple | ast.List, scope: Scope) -> Value:
        items: list[Value] = []
        several: Value | None = None
        for one in node.elts:
            value = self.value(one.value if isinstance(one, ast.Starred) else one, scope)
            if not isinstance(one, ast.Starred):
                items.append(value)
            elif isinstance(value, Seq):
                items.extend(value.items)
            else:
                several = element_of(value)
        return Seq(tuple(items)) if several is None else Many(several)

    _list = _tuple

    def _set(self, node: ast.Set, scope: Scope) -> Value:
        return Seq(tuple(self.value(one, scope) for one in node.elts))

    def _dict(self, node: ast.Dict, scope: Scope) -> Value:
        found: dict[Any, Value] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            name, inner = self.value(key, scope), self.value(value, scope)
            if isinstance(name, Known) and constant(getattr(name.value, "value", name.value)):
                found[name.value] = inner
        return Table(found)

    def _lambda(self, node: ast.Lambda, scope: Scope) -> Value:
        return Code(node, scope.globals, owner=scope.owner, scope=scope.names)

    def _namedexpr(self, node: ast.NamedExpr, scope: Scope) -> Value:
        value = self.value(node.value, scope)
        self.bind(node.target, value, scope)
        return value

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, scope: Scope) -> Value:
        inner = self._generators(node.generators, scope)
        element = self.value(node.elt, inner)
        whole = self.value(node.generators[0].iter, scope)
        if isinstance(whole, Sym) and element == element_of(whole):
            return whole
        return Many(element)

    _setcomp = _listcomp
    _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp, scope: Scope) -> Value:
        inner = self._generators(node.generators, scope)
        key, value = self.value(node.key, inner), self.value(node.value, inner)
        over = elements(self.value(node.generators[0].iter, scope))
        target = node.generators[0].target
        if over and isinstance(node.key, ast.Name) and isinstance(target, ast.Name):
            return Table(dict.fromkeys(over, value)) if node.key.id == target.id else UNKNOWN
        return Many(Seq((key, value)))

    def _generators(self, generators: list[ast.comprehension], scope: Scope) -> Scope:
        inner = Scope(dict(scope.names), scope.globals, scope.owner, scope.returned)
        for one in generators:
            self.bind(one.target, element_of(self.value(one.iter, inner)), inner)
            for test in one.ifs:
                self.value(test, inner)
        return inner


def _lift(value: object) -> Value:
    """Return a Python object of a table; a function with its source, if it has one."""
    return code_of(value) or Known(value)


def _place(value: Value) -> Place | None:
    if isinstance(value, Known) and type(value.value) is int:
        return Place(value.value)
    if isinstance(value, Place):
        return value
    return Place(0, (value.path,)) if isinstance(value, Sym) else None


def _is_list(part: Sym) -> bool:
    """Return whether a part is a list and no text or bytes."""
    last = part.path[-1][0]
    if last in ("split", "rest", "each", "part") or part.path[0][0] == "query":
        return last != "each"
    return last == "json" or (last == "item" and not is_text(part.path))
