"""Read calls: of the user's own functions, which are read in turn, and of classes."""

from __future__ import annotations

import ast
import enum
import functools
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smcheck.cli.first_test.annotations import annotate, fields_of, hints_of, required_fields
from smcheck.cli.first_test.base import LIMIT_DEPTH, Base, Scope
from smcheck.cli.first_test.conditions import WithConditions
from smcheck.cli.first_test.facts import Condition, Sym
from smcheck.cli.first_test.methods import WithMethods
from smcheck.cli.first_test.sources import code_of, method_of
from smcheck.cli.first_test.values import (
    UNKNOWN,
    Code,
    Joined,
    Known,
    Method,
    Obj,
    Own,
    Pick,
    Seq,
    Super,
    Table,
    Value,
    either,
)

HOST = frozenset(
    [
        "open",
        "update",
        "lookup",
        "sync",
        "prepare_snapshot",
        "save_snapshot",
        "recover_from_snapshot",
        "close",
        "get_hash",
        "apply",
        "apply_batch",
        "snapshot",
        "restore",
        "persist",
        "release",
        "finalize_block",
        "commit",
        "query",
        "info",
        "check_tx",
        "init_chain",
    ]
)
"""Methods that the host calls; no command names them."""


@dataclass(frozen=True, slots=True)
class Spread:
    """An argument with a star before it."""

    value: Value


class WithCalls(WithConditions, WithMethods, Base):
    """Follow calls into the user's code."""

    def called(self, node: ast.Call, scope: Scope) -> Value:
        """Return what a call gives."""
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            me = scope.names.get("self", UNKNOWN)
            return Super(me, scope.owner) if scope.owner is not None else UNKNOWN
        function = self.value(node.func, scope)
        args, spread = self._arguments(node, scope)
        named: dict[str, Value] = {}
        for keyword in node.keywords:
            named[keyword.arg or "**"] = self.value(keyword.value, scope)
        if isinstance(function, Known) and function.value is getattr and len(args) >= 2:
            return self._got(args)
        return self.apply(function, args, named, spread)

    def _arguments(self, node: ast.Call, scope: Scope) -> tuple[list[Value], Value | None]:
        args: list[Value] = []
        spread: Value | None = None
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                value = self.value(arg.value, scope)
                if isinstance(value, Seq):
                    args.extend(value.items)
                else:
                    spread = value
            else:
                args.append(self.value(arg, scope))
        return args, spread

    def apply(
        self, function: Value, args: list[Value], named: Mapping[str, Value],
        spread: Value | None = None,
    ) -> Value:  # fmt: skip
        """Return what a value gives when it is called."""
        if isinstance(function, Code):
            return self.run(function, [*args, *self._spread(function, len(args), spread)], named)
        if isinstance(function, Pick):
            return self._each_choice(function, args, named, spread)
        if isinstance(function, Method):
            return self._method(function, args, named)
        if isinstance(function, Known):
            if isinstance(function.value, type) and not _is_builtin(function.value):
                return self._made(function.value, args, named, spread)
            return self._known(function.value, args, named)
        self.use([*args, *named.values()])
        return UNKNOWN

    def _spread(self, code: Code, given: int, spread: Value | None) -> Sequence[Value]:
        """Return the arguments that a starred part stands for."""
        if not isinstance(spread, Sym):
            return ()
        wanted = len(code.node.args.args) - given - (code.bound is not None)
        needed = wanted - len(code.node.args.defaults)
        if code.node.args.vararg is None:
            self.note_length(spread, max(needed, 0))
        return [spread.item(i) for i in range(max(wanted, 0))]

    def note_length(self, part: Sym, count: int, what: str = "len") -> None:
        """Note how many items a list, or what is left of one, has."""
        path = part.path
        if path[-1][0] == "rest":
            start = path[-1][1]
            assert isinstance(start, int)
            path, count = path[:-1], count + start
        self.notes.note(path, what, count)

    def _each_choice(
        self, pick: Pick, args: list[Value], named: Mapping[str, Value], spread: Value | None
    ) -> Value:
        found: Value = UNKNOWN
        functions = {
            key: value for key, value in pick.choices.items()
            if isinstance(value, (Code, Known, Method))
        }  # fmt: skip
        self.note_values(pick.part, functions)
        for key, value in functions.items():
            with self.notes.assuming((Condition(pick.part.path, frozenset({key})),)):
                found = either(found, self.apply(value, args, named, spread))
        return found

    def note_data(self, pick: Pick) -> None:
        """Note that what a part chooses is no function."""
        data = [key for key, value in pick.choices.items() if not isinstance(value, Code)]
        self.note_values(pick.part, data)
        if data:
            self.notes.note(pick.part.path, "closed")

    def _got(self, args: list[Value]) -> Value:
        """Return what ``getattr`` finds: a method that the command names, or an attribute."""
        target, name = args[0], args[1]
        if isinstance(name, Known) and isinstance(name.value, str):
            return self.attribute(target, name.value)
        if not isinstance(name, (Sym, Joined)) or not isinstance(target, Obj):
            return UNKNOWN
        before, part, after = (
            ("", name, "") if isinstance(name, Sym) else (name.before, name.part, name.after)
        )
        choices: dict[str, Value] = {}
        for attribute in {**_names_of(target.cls), **target.attributes}:
            inner = attribute.removeprefix(before).removesuffix(after)
            if len(inner) + len(before) + len(after) != len(attribute) or not inner:
                continue
            if attribute.startswith("__") or (not before and attribute.startswith("_")):
                continue
            if attribute not in HOST:
                choices[inner] = self.attribute(target, attribute)
        if len(args) == 2:
            self.notes.note(part.path, "closed")
        return Pick(part, choices)

    def attribute(self, target: Value, name: str) -> Value:
        """Return an attribute of a value."""
        raise NotImplementedError

    def _method(self, method: Method, args: list[Value], named: Mapping[str, Value]) -> Value:
        of = method.of
        if isinstance(of, Sym):
            return self.call_method(of, method.name, [*args, *named.values()])
        if isinstance(of, Known) and isinstance(of.value, dict) and method.name == "get":
            of = Table({key: Known(value) for key, value in of.value.items()})
        if isinstance(of, (Table, Pick)) and method.name == "get" and args:
            return self.picked(of, args[0], closed=False)
        unpacks = method.name in ("unpack", "unpack_from") and args
        if isinstance(of, Known) and isinstance(of.value, struct.Struct) and unpacks:
            return self.unpacked(Known(of.value.format), args[0], args[1:])
        if isinstance(of, Own) and args:
            for arg in args[:1]:
                self.note_key(arg, of.name)
        return self._opaque(args, named)

    def picked(self, table: Value, key: Value, *, closed: bool) -> Value:
        """Return the value of a table that a part chooses."""
        if not isinstance(table, Table) or not isinstance(key, Sym):
            return UNKNOWN
        choices = {getattr(k, "value", k): value for k, value in table.items.items()}
        self.note_values(key, choices)
        if closed:
            self.notes.note(key.path, "closed")
        return Pick(key, choices)

    def _known(self, function: object, args: list[Value], named: Mapping[str, Value]) -> Value:
        if isinstance(function, functools.partial):
            fixed = [Known(arg) for arg in function.args]
            return self._known(function.func, [*fixed, *args], named)
        wanted = named.get("type")
        found = self.call_library(dotted(function), args, named)
        if found is not None:
            if isinstance(wanted, Known) and isinstance(found, Sym):
                return self._typed(found, wanted.value)
            return found
        code = code_of(function)
        if code is not None and not _is_library(code):
            return self.run(code, args, named)
        self.use([*args, *named.values()])
        return UNKNOWN

    def _typed(self, part: Sym, cls: object) -> Value:
        annotate(self.notes, part, cls)
        names = fields_of(cls) if isinstance(cls, type) else ()
        if isinstance(cls, type) and names:
            return Obj(cls, {name: part.item(name) for name in names})
        return part

    def _made(
        self, cls: type, args: list[Value], named: Mapping[str, Value], spread: Value | None
    ) -> Value:
        """Return an instance of a class of the user's."""
        if issubclass(cls, enum.Enum):
            return self._member(cls, args)
        if cls.__module__.partition(".")[0] in sys.stdlib_module_names:
            return self._opaque(args, named)
        made = Obj(cls)
        names = fields_of(cls)
        init = None if names else method_of(cls, "__init__", made)
        if init is not None:
            self.run(init, [*args, *self._spread(init, len(args), spread)], named)
            return made
        if isinstance(spread, Sym):
            needed = required_fields(cls)[len(args) :]
            self.note_length(spread, len(needed))
            args = [*args, *(spread.item(i) for i in range(len(needed)))]
        given = dict(zip(names, args, strict=False)) | {
            k: v for k, v in named.items() if k in names
        }
        rest = named.get("**")
        if isinstance(rest, Sym):
            given |= {name: rest.item(name) for name in names if name not in given}
        self._fill(made, given)
        return made

    def _opaque(self, args: list[Value], named: Mapping[str, Value]) -> Value:
        """Follow a function that is handed over with its arguments, as to a thread or a pool."""
        target, given = named.get("target"), named.get("args")
        if isinstance(target, Code) and isinstance(given, Seq):
            self.apply(target, list(given.items), {})
        for i, arg in enumerate(args):
            if isinstance(arg, Code) and isinstance(arg.node, (ast.FunctionDef, ast.Lambda)):
                self.apply(arg, args[i + 1 :], {})
        self.use([*args, *named.values()])
        return UNKNOWN

    def _fill(self, made: Obj, given: Mapping[str, Value]) -> None:
        known = hints_of(made.cls)
        for name, value in given.items():
            made.attributes[name] = value
            if isinstance(value, Sym):
                self.notes.note(value.path, "used")
                annotate(self.notes, value, known.get(name))
        after = method_of(made.cls, "__post_init__", made)
        if after is not None:
            self.run(after, [], {})

    def _member(self, cls: type[enum.Enum], args: list[Value], by: str = "value") -> Value:
        if not args or not isinstance(args[0], Sym):
            return UNKNOWN
        self.note_values(args[0], [member.value for member in cls])
        self.notes.note(args[0].path, "closed")
        return Sym(args[0].path, (cls, by))

    def is_too_deep(self, code: Code) -> bool:
        """Return whether a function is being read already, or calls go too deep."""
        return self.depth >= LIMIT_DEPTH or self.running.count(id(code.node)) > 1


def dotted(function: object) -> str:
    """Return the name of a function of a library, with its module unless that is built in."""
    module = getattr(function, "__module__", None) or ""
    name = getattr(function, "__qualname__", "") or type(function).__name__
    return name if module in ("", "builtins") else f"{module}.{name}"


def _is_builtin(cls: type) -> bool:
    return cls.__module__ in (
        "builtins",
        "collections",
        "io",
        "_io",
        "decimal",
        "uuid",
        "fractions",
    )


def _is_library(code: Code) -> bool:
    """Return whether a function is one of smcheck's, which takes nothing of a command apart."""
    return str(code.globals.get("__name__", "")).partition(".")[0] in (
        "smcheck",
        "json",
        "threading",
    )


def _names_of(cls: type) -> dict[str, object]:
    return {
        name: value for owner in reversed(cls.__mro__[:-1]) for name, value in vars(owner).items()
    }
