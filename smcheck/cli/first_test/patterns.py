"""Read the patterns of ``match``: which part must be what, and which names stand for which."""

from __future__ import annotations

import ast

from smcheck.cli.first_test.annotations import KINDS, annotate, fields_of, hints_of, tagged
from smcheck.cli.first_test.base import Scope, literal
from smcheck.cli.first_test.conditions import Conditions
from smcheck.cli.first_test.expressions import WithExpressions
from smcheck.cli.first_test.facts import Condition, Sym
from smcheck.cli.first_test.values import UNKNOWN, Known, Obj, Seq, Value, constant


class WithPatterns(WithExpressions):
    """Bind the names of a pattern and return what must hold for it to match."""

    def matched(self, pattern: ast.pattern, value: Value, scope: Scope) -> Conditions:
        """Return the conditions under which a value matches, the telling ones first."""
        match pattern:
            case ast.MatchValue() | ast.MatchSingleton():
                return self._same(pattern, value, scope)
            case ast.MatchAs():
                found = self.matched(pattern.pattern, value, scope) if pattern.pattern else ()
                if pattern.name:
                    scope.names[pattern.name] = value
                return found
            case ast.MatchOr():
                return self._one_of(pattern, value, scope)
            case ast.MatchSequence():
                return self._sequence(pattern, value, scope)
            case ast.MatchMapping() if isinstance(value, Sym):
                return self._mapping(pattern, value, scope)
            case ast.MatchClass():
                return self._class(pattern, value, scope)
        return ()

    def _same(
        self, pattern: ast.MatchValue | ast.MatchSingleton, value: Value, scope: Scope
    ) -> Conditions:
        wanted: Value = (
            self.value(pattern.value, scope)
            if isinstance(pattern, ast.MatchValue)
            else Known(pattern.value)
        )
        if not isinstance(value, Sym) or not isinstance(wanted, Known):
            return ()
        meant = literal(value, wanted.value)
        if not constant(meant) or meant is None:
            return ()
        self.note_values(value, [meant])
        return (Condition(value.path, frozenset({meant})),)

    def _one_of(self, pattern: ast.MatchOr, value: Value, scope: Scope) -> Conditions:
        each = [self.matched(one, value, scope) for one in pattern.patterns]
        firsts = [found[0] for found in each if found]
        if len(firsts) != len(each) or len({(one.path, one.holds) for one in firsts}) != 1:
            return ()
        return (Condition(firsts[0].path, frozenset().union(*(one.values for one in firsts))),)

    def _sequence(self, pattern: ast.MatchSequence, value: Value, scope: Scope) -> Conditions:
        if isinstance(value, Seq):
            pairs = zip(pattern.patterns, value.items, strict=False)
            found = [self.matched(one, item, scope) for one, item in pairs]
            return tuple(condition for each in found for condition in each)
        if not isinstance(value, Sym):
            return ()
        conditions: Conditions = ()
        count, star = 0, False
        for i, one in enumerate(pattern.patterns):
            if isinstance(one, ast.MatchStar):
                star = True
                if one.name:
                    scope.names[one.name] = value.rest(i)
                break
            with self.notes.assuming(conditions):
                conditions += self.matched(one, value.item(i), scope)
            count += 1
        with self.notes.assuming(conditions):
            self.note_length(value, count, "least" if star else "len")
            if not star:
                self.notes.note(value.step("len").path, "value", count)
        if not star:
            length = Condition(value.step("len").path, frozenset({count}))
            conditions = (*conditions, length)
        return conditions

    def _mapping(self, pattern: ast.MatchMapping, value: Sym, scope: Scope) -> Conditions:
        conditions: Conditions = ()
        for key, one in zip(pattern.keys, pattern.patterns, strict=True):
            name = self.value(key, scope)
            if isinstance(name, Known) and isinstance(name.value, str):
                item = value.item(name.value)
                with self.notes.assuming(conditions):
                    self.notes.note(item.path, "used")
                    conditions += self.matched(one, item, scope)
        return conditions

    def _class(self, pattern: ast.MatchClass, value: Value, scope: Scope) -> Conditions:
        cls = self.value(pattern.cls, scope)
        kind = cls.value if isinstance(cls, Known) else None
        if not isinstance(kind, type):
            return ()
        if kind in (*KINDS, list, tuple, dict) and isinstance(value, Sym):
            self._note_type(value, kind)
            found: Conditions = ()
            for one in pattern.patterns:
                found += self.matched(one, value, scope)
            return found
        names = [*fields_of(kind)[: len(pattern.patterns)], *pattern.kwd_attrs]
        found = tagged(value, kind) if isinstance(value, Sym) else ()
        for condition in found:
            self.note_values(Sym(condition.path), condition.values)
        for name, one in zip(names, [*pattern.patterns, *pattern.kwd_patterns], strict=False):
            with self.notes.assuming(found):
                found += self.matched(one, self._field(value, kind, name), scope)
        return found

    def _note_type(self, part: Sym, kind: type) -> None:
        if len(part.path) > 1:
            annotate(self.notes, part, kind)
        else:
            self.notes.note(part.step("type").path, "value", kind.__name__)

    def _field(self, value: Value, cls: type, name: str) -> Value:
        if isinstance(value, Obj):
            return value.attributes.get(name, UNKNOWN)
        if isinstance(value, Sym):
            annotate(self.notes, value.item(name), hints_of(cls).get(name))
            return value.item(name)
        return UNKNOWN
