"""Read calls of methods of a part, and of functions of the standard library on one."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

from smcheck.cli.first_test.base import Base, element_of, elements
from smcheck.cli.first_test.facts import COMMAND, Place, Sym
from smcheck.cli.first_test.values import UNKNOWN, Known, Many, Seq, Table, Value

_SAME = frozenset(
    [
        "strip",
        "rstrip",
        "lstrip",
        "lower",
        "upper",
        "casefold",
        "title",
        "tobytes",
        "copy",
        "encode",
        "hex",
        "read",
        "read_bytes",
    ]
)
_ALIKE = frozenset(
    [
        "bytes",
        "bytearray",
        "memoryview",
        "list",
        "tuple",
        "sorted",
        "set",
        "frozenset",
        "iter",
        "reversed",
        "dict",
        "StringIO",
        "BytesIO",
        "deque",
        "loads_text",
    ]
)
_CODECS = {
    "json.loads": "json", "json.load": "json", "orjson.loads": "json", "ujson.loads": "json",
    "msgspec.json.decode": "json", "msgspec._core.json_decode": "json", "yaml.safe_load": "json",
    "pickle.loads": "pickle", "msgspec._core.msgpack_decode": "msgspec",
    "_pickle.loads": "pickle", "ast.literal_eval": "literal", "msgpack.unpackb": "msgpack",
    "msgpack._cmsgpack.unpackb": "msgpack", "msgspec.msgpack.decode": "msgspec",
}  # fmt: skip
_CONVERSIONS = {
    "int": "int", "float": "float", "bool": "bool", "ord": "char", "Decimal": "int",
    "Fraction": "int", "bytes.fromhex": "hex", "UUID": "uuid",
}  # fmt: skip


class WithMethods(Base):
    """Know what methods and library functions make of a part."""

    def call_method(self, part: Sym, name: str, args: list[Value]) -> Value:
        """Return what ``part.name(*args)`` gives."""
        first = args[0] if args else UNKNOWN
        known = first.value if isinstance(first, Known) else None
        if name == "decode":
            return part.step("text")
        if name in _SAME:
            return part
        if name in ("split", "rsplit"):
            most = args[1].value if len(args) > 1 and isinstance(args[1], Known) else -1
            return part.step("split", text_of(known), most)
        if name == "splitlines":
            return part.step("split", "\n", -1)
        if name in ("partition", "rpartition"):
            return part.step("part", text_of(known))
        if name in ("isdecimal", "isdigit", "isnumeric"):
            self.notes.note(part.path, "kind", "int")
        if name in ("startswith", "removeprefix") and isinstance(known, (str, bytes)):
            begin = part.step("slice", Place(), Place(len(known)))
            self.notes.note(begin.path, "value", known)
            return part.step("slice", Place(len(known)), None) if name[0] == "r" else UNKNOWN
        return self._container_method(part, name, args)

    def _container_method(self, part: Sym, name: str, args: list[Value]) -> Value:
        if name in ("get", "pop") and args and isinstance(args[0], Known):
            item = part.item(args[0].value)
            self.notes.note(item.path, "used")
            for default in args[1:]:
                self._like_default(item, default)
            return item
        if name in ("items", "values", "keys"):
            return Many(UNKNOWN)
        self.use(args)
        return UNKNOWN

    def _like_default(self, part: Sym, default: Value) -> None:
        if isinstance(default, Known):
            kinds = {int: "int", str: "text", float: "float", bool: "bool", bytes: "bytes"}
            kind = kinds.get(type(default.value))
            if kind:
                self.notes.note(part.path, "default", kind)
        elif isinstance(default, (Table, Seq)):
            kind = "mapping" if isinstance(default, Table) else "list"
            self.notes.note(part.path, "default", kind)

    def use(self, args: list[Value]) -> None:
        """Note that parts are handed to something that is not looked into."""
        for arg in args:
            if isinstance(arg, Sym):
                self.notes.note(arg.path, "used")
            elif isinstance(arg, Seq):
                self.use(list(arg.items))

    def call_library(
        self, name: str, args: list[Value], named: Mapping[str, Value]
    ) -> Value | None:
        """Return what a function that is known by its dotted name gives, ``None`` for others."""
        first = args[0] if args else UNKNOWN
        short = name.rpartition(".")[2]
        if short in ("unpack", "unpack_from") and name.startswith(("_struct.", "struct.")):
            return self.unpacked(first, args[1] if len(args) > 1 else UNKNOWN, args[2:])
        if short == "fromkeys" and args:
            return Table(dict.fromkeys(elements(first) or (), UNKNOWN))
        if short == "dict" and isinstance(first, (Known, Table)):
            return Table(dict.fromkeys(elements(first) or (), UNKNOWN))
        if short == "calcsize" and isinstance(first, Known) and is_format(first.value):
            return Known(struct.calcsize(first.value))
        if short == "reader" and "csv" in name and isinstance(first, (Seq, Many)):
            line = element_of(first)
            return Many(line.step("split", ",", -1)) if isinstance(line, Sym) else None
        if short in ("zip", "enumerate", "map", "filter", "next"):
            return self._looped(short, args)
        if not isinstance(first, Sym):
            return self._pairs(first) if short == "dict" else None
        return self._converted(name, short, first, args, named)

    def _converted(
        self, name: str, short: str, part: Sym, args: list[Value], named: Mapping[str, Value]
    ) -> Value | None:
        if name in _CODECS:
            return self._decoded(part.step("json", _CODECS[name]))
        if short == "from_bytes":
            order = args[1] if len(args) > 1 else named.get("byteorder", Known("big"))
            self.notes.note(part.path, "kind", f"int {getattr(order, 'value', 'big')}")
            return part
        if name == "int" and len(args) > 1 and isinstance(args[1], Known) and args[1].value == 16:
            self.notes.note(part.path, "kind", "hex")
            return part
        kind = _CONVERSIONS.get(name, _CONVERSIONS.get(short, ""))
        if kind:
            self.notes.note(part.path, "kind", kind)
            return part
        if name == "str":
            return self._as_text(part, args)
        if name == "len":
            return part.step("len")
        if short == "split" and "shlex" in name:
            return part.step("split", None, -1)
        if short in ("max", "min", "abs", "sum", "round", "divmod", "range"):
            for arg in args:
                self.note_number(arg)
        return part if short in _ALIKE else None

    def _as_text(self, part: Sym, args: list[Value]) -> Sym:
        if len(args) > 1:
            return part.step("text")
        self.notes.note(part.path, "default", "text")
        return part

    def _decoded(self, part: Sym) -> Value:
        self.notes.note(part.path, "used")
        return part

    def unpacked(self, given: Value, part: Value, offset: list[Value]) -> Value:
        """Return the items that ``struct.unpack`` gives."""
        fmt: Any = given.value if isinstance(given, Known) else None
        if not is_format(fmt):
            return UNKNOWN
        count = len(struct.unpack(fmt, bytes(struct.calcsize(fmt))))
        if not isinstance(part, Sym):
            return Seq((UNKNOWN,) * count)
        start = offset[0].value if offset and isinstance(offset[0], Known) else 0
        if offset or part.path != COMMAND:
            end = start + struct.calcsize(fmt)
            part = part.step("slice", Place(start), Place(end)) if offset else part
        part = part.step("unpack", text_of(fmt))
        self.notes.note(part.path, "len", count)
        return Seq(tuple(part.item(i) for i in range(count)))

    def _looped(self, name: str, args: list[Value]) -> Value | None:
        if name == "zip":
            return Many(Seq(tuple(element_of(arg) for arg in args)))
        if name == "enumerate" and args:
            return Many(Seq((UNKNOWN, element_of(args[0]))))
        if name == "next" and args:
            return element_of(args[0])
        if name == "map" and len(args) == 2 and isinstance(args[1], Sym):
            kind = args[0].value if isinstance(args[0], Known) else None
            if kind in (int, str, float, bytes):
                self.call_library(kind.__name__, [args[1].step("each")], {})
                return args[1]
        return None

    def _pairs(self, value: Value) -> Value | None:
        """Return the fields of ``a=1,b=2``, which was split twice and made a dictionary."""
        element = element_of(value)
        if not isinstance(element, Sym) or len(element.path) < 4:
            return None
        *base, outer, each, inner = element.path
        if outer[0] == "split" and each == ("each",) and inner[0] in ("split", "part"):
            return Sym((*base, ("pairs", outer[1], inner[1])))
        return None

    def note_key(self, part: Value, attribute: str) -> None:
        """Note that a part is a key, or an element, of an attribute of the machine."""
        if isinstance(part, Sym):
            self.notes.note(part.path, "key", attribute)
        elif isinstance(part, Seq):
            for item in part.items:
                if isinstance(item, Sym):
                    self.notes.note(item.path, "used")


def text_of(value: object) -> str | None:
    """Return a separator or format as text."""
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value if isinstance(value, str) else None


def is_format(value: object) -> bool:
    """Return whether a value is a format of ``struct``."""
    try:
        struct.calcsize(value)  # type: ignore[arg-type]  # what else it is, is refused
    except (struct.error, TypeError, UnicodeError):
        return False
    return True
