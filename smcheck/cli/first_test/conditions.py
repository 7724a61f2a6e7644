"""Read what is compared: which value of which part leads where."""

from __future__ import annotations

import ast

from smcheck.cli.first_test.annotations import tagged
from smcheck.cli.first_test.base import Base, Scope, elements, literal, literals
from smcheck.cli.first_test.facts import Condition, Place, Sym
from smcheck.cli.first_test.values import Known, Method, Own, Seq, Table, Value, constant

Conditions = tuple[Condition, ...]


class WithConditions(Base):
    """Know what holds where an expression is true, and where it is false."""

    def assumed(self, node: ast.expr, scope: Scope, *, truth: bool) -> Conditions:
        """Return what holds of parts where an expression is true, or is false."""
        match node:
            case ast.UnaryOp(op=ast.Not()):
                return self.assumed(node.operand, scope, truth=not truth)
            case ast.BoolOp():
                return self._joined(node, scope, truth=truth)
            case ast.Compare(ops=[op]):
                left = self.value(node.left, scope)
                return self._compared(left, op, self.value(node.comparators[0], scope), truth)
            case ast.NamedExpr():
                return self.assumed(node.value, scope, truth=truth)
            case ast.Call():
                return self._asked(node, scope, truth=truth)
        return ()

    def _joined(self, node: ast.BoolOp, scope: Scope, *, truth: bool) -> Conditions:
        each = [self.assumed(value, scope, truth=truth) for value in node.values]
        if isinstance(node.op, ast.And) is truth:
            return tuple(condition for found in each for condition in found)
        flat = [found[0] for found in each if len(found) == 1]
        if len(flat) == len(each) and len({(c.path, c.holds) for c in flat}) == 1:
            first = flat[0]
            if first.holds:
                return (Condition(first.path, frozenset().union(*(c.values for c in flat))),)
        return ()

    def _compared(self, left: Value, op: ast.cmpop, right: Value, truth: bool) -> Conditions:
        if isinstance(right, Sym) and not isinstance(left, Sym):
            left, right = right, left
            if isinstance(op, (ast.In, ast.NotIn)):
                return ()
        if not isinstance(left, Sym):
            return ()
        same = isinstance(op, (ast.Eq, ast.In, ast.Is)) is truth
        if isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
            return self._equal(left, right, same)
        if isinstance(op, (ast.In, ast.NotIn)):
            found = elements(right)
            values = literals(left, found or ())
            if found is None or not values or len(values) != len(found):
                return ()
            return (Condition(left.path, frozenset(values), same),)
        return ()

    def _equal(self, part: Sym, other: Value, same: bool) -> Conditions:
        if isinstance(other, Known) and constant(value := literal(part, other.value)):
            return (Condition(part.path, frozenset({value}), same),) if value is not None else ()
        row = elements(other)
        if row and is_row(other) and (same or len(row) == 1):
            part = part_of_row(part)
            return tuple(
                Condition(part.item(i).path, frozenset({value}), same)
                for i, value in enumerate(literals(part, row))
            )
        return ()

    def _asked(self, node: ast.Call, scope: Scope, *, truth: bool) -> Conditions:
        match node:
            case ast.Call(func=ast.Name(id="isinstance"), args=[subject, kinds]):
                part = self.value(subject, scope)
                given = self.value(kinds, scope)
                names = type_names(given)
                if isinstance(part, Sym) and isinstance(given, Known):
                    found = tagged(part, given.value)
                    if found:
                        return found if truth else (found[0].negated(),)
                if isinstance(part, Sym) and names:
                    self.note_values(part.step("type"), names)
                    path = part.step("type").path
                    return (Condition(path, frozenset(names), truth),)
            case ast.Call(func=ast.Attribute(attr="startswith"), args=[given]):
                method = self.value(node.func, scope)
                part = method.of if isinstance(method, Method) else method
                prefix = self.value(given, scope)
                if isinstance(part, Sym) and isinstance(prefix, Known):
                    return starting(part, prefix.value, truth)
        return ()

    def note_comparison(self, left: Value, op: ast.cmpop, right: Value) -> None:
        """Note what a comparison tells of the parts in it."""
        if isinstance(right, Sym) and not isinstance(left, Sym):
            if isinstance(op, (ast.In, ast.NotIn)):
                return
            left, right = right, left
        if not isinstance(left, Sym):
            return
        if isinstance(op, (ast.In, ast.NotIn)):
            if isinstance(right, Own):
                self.notes.note(left.path, "key", right.name)
            self.note_values(left, literals(left, elements(right) or ()))
        elif isinstance(op, (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)):
            self._note_equal(left, right)
        else:
            self.note_number(left)
            self.note_number(right)

    def _note_equal(self, part: Sym, other: Value) -> None:
        if isinstance(other, Known):
            value = literal(part, other.value)
            if constant(value) and value is not None:
                self.note_values(part, [value])
        row = elements(other)
        if row is not None and is_row(other):
            part = part_of_row(part)
            for i, value in enumerate(literals(part, row)):
                self.note_values(part.item(i), [value])
            if row:
                first = Condition(part.item(0).path, frozenset(literals(part, row[:1])))
                with self.notes.assuming((first,)):
                    self.notes.note(part.path, "len", len(row))


def is_row(value: Value) -> bool:
    """Return whether a value is a list or tuple."""
    if isinstance(value, Known):
        return isinstance(value.value, (list, tuple))
    return isinstance(value, Seq) and not isinstance(value, Table)


def part_of_row(part: Sym) -> Sym:
    """Return the list of which a part is the beginning, as in ``words[:1] == ["pop"]``."""
    return Sym(part.path[:-1]) if part.path[-1][0] == "slice" else part


def type_names(value: Value) -> list[str]:
    """Return the names of the classes that ``isinstance`` is asked about."""
    if isinstance(value, Known) and isinstance(value.value, type):
        return [value.value.__name__]
    return [one.__name__ for one in elements(value) or () if isinstance(one, type)]


def starting(part: Sym, prefix: object, truth: bool) -> Conditions:
    """Return what holds where a part begins with a prefix."""
    if not isinstance(prefix, (str, bytes)):
        return ()
    path = part.step("slice", Place(), Place(len(prefix))).path
    return (Condition(path, frozenset({prefix}), truth),)
