"""Write forms as Hypothesis strategies: code that a person reads and edits."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.cli.first_test.forms import (
    Choice,
    Coded,
    Fields,
    Fixed,
    Form,
    Leaf,
    Length,
    Packed,
    Pieces,
    Row,
)
from smcheck.cli.first_test.layout import Expression, behind, call, flat, quoted, table

NAMES, NUMBERS = "names", "numbers"
POOLS = {
    NAMES: 'st.sampled_from(["a", "b", "c"])',
    NUMBERS: "st.integers(1, 5)",
}
"""Strategies that forms share, so that commands and queries meet."""

_WRITERS = {
    "json": "lambda command: json.dumps(command).encode()",
    "pickle": "pickle.dumps",
    "msgpack": "msgpack.packb",
    "msgspec": "msgspec.msgpack.encode",
    "literal": "lambda command: repr(command).encode()",
}
_SIZES = {"B": 1, "H": 2, "I": 4, "L": 4, "Q": 8}


def commands_code(forms: Sequence[Form]) -> Expression:
    """Return a strategy of bytes."""
    texts = [template(form) for form in forms]
    if all(texts):
        return _encoded([one for one in texts if one is not None])
    codecs = {form.codec for form in forms if isinstance(form, Coded)}
    if len(codecs) == 1 and all(isinstance(form, Coded) for form in forms):
        inner = [data_code(form.inner) for form in forms if isinstance(form, Coded)]
        return behind(one_of(inner), f".map({_WRITERS[codecs.pop()]})")
    return one_of([bytes_code(form) for form in forms])


def queries_code(forms: Sequence[Form]) -> Expression:
    """Return a strategy of plain data."""
    if all(isinstance(form, Fixed) for form in forms) and len(forms) > 1:
        values = [form.value for form in forms if isinstance(form, Fixed)]
        return call("st.sampled_from", _listed(values))
    return one_of([data_code(form) for form in forms])


def one_of(strategies: Sequence[Expression]) -> Expression:
    """Return the union of strategies."""
    distinct = list({flat(one): one for one in strategies}.values())
    return distinct[0] if len(distinct) == 1 else call("st.one_of", *distinct)


def _encoded(texts: list[tuple[str, list[Expression]]]) -> Expression:
    """Return a strategy of texts as bytes."""
    fixed = [plain(text) for text, draws in texts if not draws]
    if len(fixed) == len(texts):
        values = [word.encode() for word in dict.fromkeys(fixed)]
        if len(values) == 1:
            return call("st.just", quoted(values[0]))
        return call("st.sampled_from", _listed(values))
    return behind(one_of([_text(text, draws) for text, draws in texts]), ".map(str.encode)")


def _text(text: str, draws: list[Expression]) -> Expression:
    if not draws:
        return call("st.just", quoted(plain(text)))
    if text == "{}" and flat(draws[0]) != NUMBERS:
        return draws[0]
    if text == "{}":
        return behind(draws[0], ".map(str)")
    return call("st.builds", f"{quoted(text)}.format", *draws)


def plain(text: str) -> str:
    """Return a template without fields as the text that it stands for."""
    return text.format()


def template(form: Form) -> tuple[str, list[Expression]] | None:
    """Return a text with fields, and what is drawn for each; ``None`` for what is no text."""
    match form:
        case Fixed(value) if not isinstance(value, bytes):
            return _escaped(str(value)), []
        case Fixed(bytes(value)) if value.isascii() and value.decode().isprintable():
            return _escaped(value.decode()), []
        case Choice(values) if not any(isinstance(value, bytes) for value in values):
            return "{}", [call("st.sampled_from", _listed(values))]
        case Leaf(kind, None) if kind in ("name", "text", "int", "float", "bool", "hex", "uuid",
                                          "char", "any", "bytes"):  # fmt: skip
            return _field(kind)
        case Row(items, sep) if sep != "":
            return _joined(items, " " if sep is None else sep)
        case Fields(items, (outer, inner)):
            return _joined(
                tuple(Row((Fixed(name), item), inner) for name, item in items.items()), outer
            )
        case Pieces(items) if not any(isinstance(item, Length) for item in items):
            return _joined([item for item in items if not isinstance(item, Length)], "")
    return None


def _field(kind: str) -> tuple[str, list[Expression]]:
    match kind:
        case "int" | "float":
            return "{}", [NUMBERS]
        case "hex":
            return "{:08x}", [NUMBERS]
        case "uuid":
            return "{:032x}", [NUMBERS]
        case "bool":
            return "{}", ['st.sampled_from(["0", "1"])']
    return "{}", [NAMES]


def _joined(items: Sequence[Form], sep: str) -> tuple[str, list[Expression]] | None:
    parts, draws = [], []
    for item in items:
        found = template(item)
        if found is None:
            return None
        parts.append(found[0])
        draws += found[1]
    return _escaped(sep).join(parts), draws


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _listed(values: Sequence[object]) -> Expression:
    return f"[{', '.join(map(quoted, values))}]"


def data_code(form: Form) -> Expression:
    """Return a strategy of plain data."""
    match form:
        case Fixed(value):
            return call("st.just", quoted(value))
        case Choice(values):
            return call("st.sampled_from", _listed(values))
        case Row(items, "", True):
            return behind(data_code(Row(items)), ".map(list)")
        case Row(items, ""):
            if all(isinstance(item, Fixed) for item in items):
                row = tuple(item.value for item in items if isinstance(item, Fixed))
                return call("st.just", quoted(row))
            return call("st.tuples", *map(data_code, items))
        case Fields(items, None):
            if all(isinstance(item, Fixed) for item in items.values()):
                known = {name: one.value for name, one in items.items() if isinstance(one, Fixed)}
                return call("st.just", quoted(known))
            return call(
                "st.fixed_dictionaries",
                table([(name, data_code(item)) for name, item in items.items()]),
            )
        case Leaf(kind):
            return _leaf_data(kind)
    found = template(form)
    return _text(*found) if found is not None else bytes_code(form)


def _leaf_data(kind: str) -> Expression:
    match kind:
        case "int" | "int big" | "int little" | "byte":
            return NUMBERS
        case "float":
            return behind(NUMBERS, ".map(float)")
        case "bool":
            return "st.booleans()"
        case "any":
            return "st.none()"
        case "bytes":
            return behind(NAMES, ".map(str.encode)")
        case "hex":
            return call("st.builds", '"{:08x}".format', NUMBERS)
        case "uuid":
            return call("st.builds", '"{:032x}".format', NUMBERS)
    return NAMES


def bytes_code(form: Form) -> Expression:
    """Return a strategy of bytes for one form."""
    found = template(form)
    if found is not None:
        return _encoded([found])
    match form:
        case Coded(codec, inner):
            return behind(data_code(inner), f".map({_WRITERS[codec]})")
        case Packed(fmt, items):
            return _packed(fmt, items)
        case Fixed(value):
            return call("st.just", quoted(value))
        case Choice(values):
            return call("st.sampled_from", _listed(values))
        case Leaf(kind, size):
            return _sized(kind, size)
        case Pieces(items):
            return _pieces(items)
    return call("st.just", 'b""')


def _packed(fmt: str, items: Sequence[Form]) -> Expression:
    codes = struct_codes(fmt)
    drawn = [_packable(item, codes[i] if i < len(codes) else "I") for i, item in enumerate(items)]
    return call("st.builds", "struct.pack", call("st.just", quoted(fmt)), *drawn)


def struct_codes(fmt: str) -> list[str]:
    """Return the letter of each value that a format packs, with the length of a text before it.

    >>> struct_codes(">BH4s2I")
    ['B', 'H', '4s', 'I', 'I']
    """
    codes: list[str] = []
    count = ""
    for letter in fmt.lstrip("@=<>!"):
        if letter.isdigit():
            count += letter
            continue
        if letter in "sp":
            codes.append(f"{count or 1}{letter}")
        elif letter not in "x ":
            codes += [letter] * int(count or 1)
        count = ""
    return codes


def _packable(form: Form, code: str) -> Expression:
    if code[-1] in "sp" or code == "c":
        size = int(code[:-1] or 1)
        if isinstance(form, Leaf):
            return _sized("bytes", size if code == "c" else None)
        return bytes_code(form)
    if code in "fd":
        return behind(NUMBERS, ".map(float)") if isinstance(form, Leaf) else data_code(form)
    if code == "?":
        return "st.booleans()" if isinstance(form, Leaf) else data_code(form)
    return NUMBERS if isinstance(form, Leaf) else data_code(form)


def _sized(kind: str, size: int | None) -> Expression:
    if kind.startswith("int "):
        order = kind.removeprefix("int ")
        return behind(NUMBERS, f'.map(lambda n: n.to_bytes({size or 4}, "{order}"))')
    if kind == "byte":
        return call("st.sampled_from", _listed([b"\x01", b"\x02", b"\x03"]))
    if size is None or size == 1:
        return (
            behind(NUMBERS, '.map(b"%d".__mod__)')
            if kind == "int"
            else (behind(NAMES, ".map(str.encode)"))
        )
    if kind == "int":
        return behind(NUMBERS, f'.map(b"%0{size}d".__mod__)')
    letters = [letter * size for letter in (b"a", b"b", b"c")]
    return call("st.sampled_from", _listed(letters))


def _pieces(items: Sequence[Form | Length]) -> Expression:
    if not any(isinstance(item, Length) for item in items):
        whole = [item for item in items if not isinstance(item, Length)]
        return call("st.tuples", *map(bytes_code, whole), then='.map(b"".join)')
    names: dict[int, str] = {}
    terms: list[str] = []
    draws: list[Expression] = []
    for i, item in enumerate(items):
        if not isinstance(item, (Length, Fixed)):
            names[i] = "abcdefghijklmnop"[len(names) % 16]
            draws.append(bytes_code(item))
    for i, item in enumerate(items):
        if isinstance(item, Length):
            terms.append(_length(names.get(item.of, 'b""'), item.form))
        else:
            terms.append(names[i] if i in names else _bytes_literal(item))
    made = f"lambda {', '.join(names.values())}: {' + '.join(terms)}"
    return call("st.builds", made, *draws)


def _bytes_literal(form: Form) -> str:
    value = form.value if isinstance(form, Fixed) else b""
    return quoted(value if isinstance(value, bytes) else str(value).encode())


def _length(name: str, form: Form) -> str:
    if isinstance(form, Packed):
        return f"struct.pack({quoted(form.format)}, len({name}))"
    if isinstance(form, Leaf) and form.kind.startswith("int "):
        order = form.kind.removeprefix("int ")
        return f'len({name}).to_bytes({form.size or 1}, "{order}")'
    return f"bytes([len({name})])"
