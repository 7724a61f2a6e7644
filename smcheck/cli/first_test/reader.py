"""Read functions statement by statement, in order, each way through them once."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from typing import Any

from smcheck.cli.first_test.annotations import annotate, kinds_written
from smcheck.cli.first_test.base import LIMIT_NODES, Scope, element_of, is_text
from smcheck.cli.first_test.conditions import Conditions
from smcheck.cli.first_test.facts import Condition, Notes, Sym
from smcheck.cli.first_test.patterns import WithPatterns
from smcheck.cli.first_test.sources import method_of
from smcheck.cli.first_test.values import (
    UNKNOWN,
    Code,
    Known,
    Many,
    Obj,
    Own,
    Pick,
    Seq,
    Table,
    Unknown,
    Value,
    either,
)


class Reader(WithPatterns):
    """Read the methods of one machine and note what they do with what they are given."""

    def __init__(self, cls: type, notes: Notes) -> None:
        super().__init__(notes)
        self.cls = cls
        self.machine = Obj(cls, is_machine=True)
        self.kinds: dict[str, tuple[str, str]] = {}
        init = method_of(cls, "__init__", self.machine)
        if init is not None:
            self.run(init, [], {})
        for name in ("init_chain", "open"):
            code = method_of(cls, name, self.machine)
            if code is not None:
                self.run(code, [], {})

    def read(self, method: str, args: list[Value]) -> Value:
        """Read one method of the machine, called with these arguments."""
        code = method_of(self.cls, method, self.machine)
        return self.run(code, args, {}) if code is not None else UNKNOWN

    def run(self, code: Code, args: Iterable[Value], named: Mapping[str, Value]) -> Value:
        """Read a function that is called with these arguments, and return what it returns."""
        if self.is_too_deep(code) or self.nodes > LIMIT_NODES:
            return UNKNOWN
        given = [code.bound, *args] if code.bound is not None else list(args)
        scope = Scope({**code.scope, **self._parameters(code, given, named)}, code.globals,
                      code.owner)  # fmt: skip
        self.depth += 1
        self.running.append(id(code.node))
        try:
            if isinstance(code.node, ast.Lambda):
                return self.value(code.node.body, scope)
            self.block(code.node.body, scope)
        finally:
            self.depth -= 1
            self.running.pop()
        found: Value = UNKNOWN
        for value in scope.returned:
            found = either(found, value)
        return found

    def _parameters(
        self, code: Code, given: list[Any], named: Mapping[str, Value]
    ) -> dict[str, Value]:
        arguments = code.node.args
        positional = [*arguments.posonlyargs, *arguments.args]
        names: dict[str, Value] = dict.fromkeys(
            (one.arg for one in (*positional, *arguments.kwonlyargs)), UNKNOWN
        )
        for one, default in zip(reversed(positional), reversed(arguments.defaults), strict=False):
            if isinstance(default, ast.Constant):
                names[one.arg] = Known(default.value)
        names |= {one.arg: value for one, value in zip(positional, given, strict=False)}
        rest = named.get("**")
        if isinstance(rest, Sym):
            names |= {name: rest.item(name) for name, v in names.items() if isinstance(v, Unknown)}
        names |= {name: value for name, value in named.items() if name in names}
        if arguments.vararg is not None:
            names[arguments.vararg.arg] = Seq(tuple(given[len(positional) :]))
        self._annotated(code, names)
        return names

    def _annotated(self, code: Code, names: Mapping[str, Value]) -> None:
        if isinstance(code.node, ast.Lambda):
            return
        for one in (*code.node.args.args, *code.node.args.kwonlyargs):
            value = names.get(one.arg)
            if isinstance(value, Sym) and len(value.path) > 1 and one.annotation is not None:
                self.notes.note(value.path, "used")
                hint = _simple(one.annotation)
                if hint is not None:
                    annotate(self.notes, value, hint)

    def annotate_roots(self, code: Code, parts: list[Sym]) -> None:
        """Note what the annotations of a method say of what it is given."""
        if isinstance(code.node, ast.Lambda):
            return
        for one, part in zip(code.node.args.args[1:], parts, strict=False):
            hint = _simple(one.annotation) if one.annotation is not None else None
            if hint is not None:
                annotate(self.notes, part, hint)

    def block(self, body: list[ast.stmt], scope: Scope) -> bool:
        """Read statements and return whether what follows them is never reached."""
        for i, statement in enumerate(body):
            self.nodes += 1
            ended, after = self.statement(statement, scope)
            if ended:
                return True
            if after:
                with self.notes.assuming(after):
                    return self.block(body[i + 1 :], scope)
        return False

    def statement(self, node: ast.stmt, scope: Scope) -> tuple[bool, Conditions]:
        """Read one statement; return whether it ends the block, and what holds after it."""
        match node:
            case ast.If():
                return self._if(node, scope)
            case ast.Match():
                return self._match(node, scope)
            case ast.Assert():
                self.value(node.test, scope)
                return False, self.assumed(node.test, scope, truth=True)
            case ast.Try():
                return self._try(node, scope), ()
            case ast.Return():
                scope.returned.append(self.value(node.value, scope))
                return True, ()
            case ast.Raise():
                if not self.guarded:
                    self.notes.note((), "raises")
                return True, ()
            case ast.Continue() | ast.Break():
                return True, ()
        self._plain(node, scope)
        return False, ()

    def _plain(self, node: ast.stmt, scope: Scope) -> None:
        match node:
            case ast.Assign():
                value = self.value(node.value, scope)
                for target in node.targets:
                    self.bind(target, value, scope)
            case ast.AnnAssign():
                if isinstance(node.target, ast.Attribute):
                    self.kinds[node.target.attr] = kinds_written(node.annotation)
                self.bind(node.target, self.value(node.value, scope), scope)
            case ast.AugAssign():
                self._augmented(node, scope)
            case ast.Expr():
                self.value(node.value, scope)
            case ast.For() | ast.AsyncFor():
                self.bind(node.target, element_of(self.value(node.iter, scope)), scope)
                self.block(node.body, scope)
                self.block(node.orelse, scope)
            case ast.While():
                self.value(node.test, scope)
                self.block(node.body, scope)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    value = self.value(item.context_expr, scope)
                    if item.optional_vars is not None:
                        self.bind(item.optional_vars, value, scope)
                self.block(node.body, scope)
            case ast.Delete():
                for target in node.targets:
                    self.value(target, scope)
            case ast.FunctionDef():
                scope.names[node.name] = Code(node, scope.globals, None, scope.owner, scope.names)

    def _if(self, node: ast.If, scope: Scope) -> tuple[bool, Conditions]:
        self.value(node.test, scope)
        yes = self.assumed(node.test, scope, truth=True)
        no = self.assumed(node.test, scope, truth=False)
        before = dict(scope.names)
        with self.notes.assuming(yes):
            body_ended = self.block(node.body, scope)
        after_body, scope.names = scope.names, before
        with self.notes.assuming(no):
            else_ended = self.block(node.orelse, scope)
        if not body_ended:
            names = after_body if else_ended else _merged(after_body, scope.names)
            scope.names = names
        if body_ended and else_ended:
            return True, ()
        return False, no if body_ended else yes if else_ended else ()

    def _match(self, node: ast.Match, scope: Scope) -> tuple[bool, Conditions]:
        value = self.value(node.subject, scope)
        passed: Conditions = ()
        after: Conditions = ()
        all_ended = True
        firsts = [self._first_condition(case, value, scope) for case in node.cases]
        for i, case in enumerate(node.cases):
            with self.notes.assuming(passed):
                conditions = self.matched(case.pattern, value, scope)
                with self.notes.assuming(conditions):
                    if case.guard is not None:
                        self.value(case.guard, scope)
                        conditions += self.assumed(case.guard, scope, truth=True)
                    with self.notes.assuming(conditions):
                        ended = self.block(case.body, scope)
            all_ended &= ended
            again = any(one is not None and one in conditions[:1] for one in firsts[i + 1 :])
            if conditions and case.guard is None and not again:
                telling = conditions[0].negated()
                passed = (*passed, telling)
                after = (*after, telling) if ended else after
        catches_all = _is_wildcard(node.cases[-1])
        return all_ended and catches_all, after

    def _first_condition(
        self, case: ast.match_case, value: Value, scope: Scope
    ) -> Condition | None:
        """Return the condition that tells most of when a case matches; nothing is noted."""
        notes, self.notes = self.notes, Notes()
        inner = Scope(dict(scope.names), scope.globals, scope.owner, [])
        try:
            return next(iter(self.matched(case.pattern, value, inner)), None)
        finally:
            self.notes = notes

    def _try(self, node: ast.Try, scope: Scope) -> bool:
        self.guarded += bool(node.handlers)
        ended = self.block(node.body, scope)
        self.guarded -= bool(node.handlers)
        for handler in node.handlers:
            inner = Scope(dict(scope.names), scope.globals, scope.owner, [])
            ended &= self.block(handler.body, inner)
        ended = self.block(node.orelse, scope) or ended
        return self.block(node.finalbody, scope) or ended

    def _augmented(self, node: ast.AugAssign, scope: Scope) -> None:
        value = self.value(node.value, scope)
        self.value(node.target, scope)
        beside = self.value(node.target, scope) if isinstance(node.target, ast.Name) else UNKNOWN
        if not isinstance(beside, (Seq, Many)) and not isinstance(node.op, ast.BitOr):
            self.note_number(value)

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Let the names of a target stand for a value."""
        match target:
            case ast.Name():
                scope.names[target.id] = value
            case ast.Tuple() | ast.List():
                self._unpacked(target.elts, value, scope)
            case ast.Attribute():
                self._set_attribute(self.value(target.value, scope), target.attr, value)
            case ast.Subscript():
                owner = self.value(target, scope)
                if isinstance(owner, Own) and isinstance(value, Sym):
                    self._stored(owner.name, value)

    def _stored(self, attribute: str, value: Sym) -> None:
        kind = self.kinds.get(attribute, ("", ""))[1]
        if kind and not (kind == "int" and is_text(value.path)):
            self.notes.note(value.path, "kind", kind)
        self.notes.note(value.path, "used")

    def _set_attribute(self, owner: Value, name: str, value: Value) -> None:
        if not isinstance(owner, Obj):
            return
        if isinstance(value, Table) and owner.is_machine and value.items:
            self.initial[name] = tuple(value.items)
        if not owner.is_machine or _is_telling(value):
            owner.attributes[name] = value
        elif self.running and owner.is_machine:
            owner.attributes.setdefault(name, Own(name))

    def _unpacked(self, targets: list[ast.expr], value: Value, scope: Scope) -> None:
        star = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
        if isinstance(value, Sym):
            count = len(targets) if star is None else star
            self.note_length(value, count, "len" if star is None else "least")
        for i, target in enumerate(targets):
            if isinstance(target, ast.Starred):
                self.bind(target.value, value.rest(i) if isinstance(value, Sym) else UNKNOWN, scope)
                break
            self.bind(target, _item(value, i), scope)


def _item(value: Value, i: int) -> Value:
    if isinstance(value, Sym):
        return value.item(i)
    if isinstance(value, Seq):
        return value.items[i] if i < len(value.items) else UNKNOWN
    if isinstance(value, Known) and isinstance(value.value, (list, tuple)):
        return Known(value.value[i]) if i < len(value.value) else UNKNOWN
    return value.element if isinstance(value, Many) else UNKNOWN


def _is_telling(value: Value) -> bool:
    """Return whether an attribute of the machine says more than that it is one."""
    if isinstance(value, Known):
        return isinstance(value.value, (type, str, bytes)) or callable(value.value)
    if isinstance(value, Table):
        return any(isinstance(one, Code) for one in value.items.values())
    if isinstance(value, Many):
        return isinstance(value.element, (Sym, Obj))
    return isinstance(value, (Code, Pick))


def _merged(one: Mapping[str, Value], other: Mapping[str, Value]) -> dict[str, Value]:
    names = {**one, **other}
    return {name: either(one.get(name, UNKNOWN), other.get(name, UNKNOWN)) for name in names}


def _is_wildcard(case: ast.match_case) -> bool:
    return (
        case.guard is None
        and isinstance(case.pattern, ast.MatchAs)
        and case.pattern.pattern is None
    )


_SIMPLE = {
    "int": int, "str": str, "bytes": bytes, "float": float, "bool": bool,
    "list[str]": list[str], "list[int]": list[int],
}  # fmt: skip


def _simple(annotation: ast.expr) -> object:
    return _SIMPLE.get(ast.unparse(annotation).strip("'\""))
