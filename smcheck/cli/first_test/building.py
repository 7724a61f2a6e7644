"""Make one form of the facts that hold together."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from smcheck.cli.first_test.facts import Fact, Path, Place, Step
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

_KINDS = ("uuid", "hex", "char", "int big", "int little", "float", "int", "bool", "bytes", "text")
_NUMBERS = frozenset(
    [
        "count",
        "amount",
        "number",
        "n",
        "num",
        "value",
        "qty",
        "quantity",
        "price",
        "delta",
        "step",
        "by",
        "ttl",
        "time",
        "at",
        "ts",
        "timestamp",
        "size",
        "index",
        "limit",
        "score",
        "points",
        "weight",
        "version",
        "seq",
        "term",
        "balance",
        "cents",
        "sum",
        "total",
    ]
)
_ORDER = ("json", "split", "pairs", "part", "unpack", "text", "slice", "item", "rest", "each")
_EXTRA = 1
_EMPTY: Mapping[str, Form] = {"mapping": Fields({}), "list": Row(())}


@dataclass(slots=True)
class Builder:
    """Know what the machine's attributes are like.

    Attributes:
        initial: Keys that an attribute has from the start.
        kinds: Kinds of the keys and of the values of an attribute.
        numbered: Attributes of which some key is known to be a number.
    """

    initial: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    numbered: Set[str] = frozenset()
    facts: list[Fact] = field(default_factory=list)
    fixed: Mapping[Path, object] = field(default_factory=dict)
    made_up: Set[Path] = frozenset()

    def form(
        self, root: Path, facts: list[Fact], fixed: Mapping[Path, object], made_up: Set[Path]
    ) -> Form:
        """Return the form of what is at ``root``.

        Args:
            facts: Those that hold together.
            fixed: Values that were chosen for parts.
            made_up: Those parts whose value nobody compares with.
        """
        self.facts, self.fixed, self.made_up = facts, fixed, made_up
        return self._at(root)

    def _at(self, path: Path) -> Form:
        steps = self._steps(path)
        is_open = path in self.made_up and (steps or self._is_used(path))
        if path in self.fixed and not is_open:
            return Fixed(self.fixed[path], path in self.made_up)
        for name in _ORDER:
            found = [step for step in steps if step[0] == name]
            if found:
                return self._inner(path, name, found, steps)
        if "len" in {step[0] for step in steps} or self._counts(path):
            return self._leaf_or_row(path)
        return self._leaf(path)

    def _is_used(self, path: Path) -> bool:
        """Return whether something is done with a part where it is none of the known values."""
        return any(
            fact.path == path and fact.what in ("key", "kind")
            and any(c.path == path and not c.holds for c in fact.when)
            for fact in self.facts
        )  # fmt: skip

    def _leaf_or_row(self, path: Path) -> Form:
        is_plain = path[0][0] != "command" or any(s[0] in ("json", "split") for s in path)
        return self._row(path) if is_plain and self._counts(path) else self._leaf(path)

    def _steps(self, path: Path) -> list[Step]:
        longer = [fact.path for fact in self.facts if len(fact.path) > len(path)]
        steps = [one[len(path)] for one in longer if one[: len(path)] == path]
        return list(dict.fromkeys(step for step in steps if step[0] not in ("type",)))

    def _inner(self, path: Path, name: str, found: list[Step], steps: list[Step]) -> Form:
        first = found[0]
        match name:
            case "json":
                return Coded(str(first[1]), self._at((*path, first)))
            case "split":
                return self._row((*path, first), first[1] if first[1] is None else str(first[1]))
            case "pairs":
                return self._fields((*path, first), (str(first[1] or " "), str(first[2] or "=")))
            case "part":
                return self._part((*path, first), str(first[1]))
            case "unpack" if not any(step[0] == "slice" for step in steps):
                return self._packed((*path, first))
            case "text":
                return self._at((*path, first))
            case "item" if any(isinstance(step[1], str) for step in found):
                return self._fields(path, None)
        return self._pieces(path, steps) if self._is_flat(path) else self._row(path)

    def _is_flat(self, path: Path) -> bool:
        """Return whether a part is bytes or text, so that its items are characters."""
        kinds = {step[0] for step in path}
        if path[-1][0] in ("command", "text", "slice", "unpack"):
            return True
        return path[0][0] == "command" and not kinds & {"json"}

    def _fields(self, path: Path, seps: tuple[str, str] | None) -> Form:
        names = [step[1] for step in self._steps(path) if step[0] == "item"]
        names.sort(key=lambda name: (*path, ("item", name)) not in self.fixed)
        return Fields(
            {name: self._at((*path, ("item", name))) for name in names if isinstance(name, str)},
            seps,
        )

    def _part(self, path: Path, sep: str) -> Form:
        """Return what stands before and behind a separator."""
        return Row((self._at((*path, ("item", 0))), self._at((*path, ("item", 2)))), sep)

    def _packed(self, path: Path) -> Form:
        counts = self._counts(path)
        items = [self._at((*path, ("item", i))) for i in range(max(counts, default=1))]
        return Packed(str(path[-1][1]), tuple(items))

    def _counts(self, path: Path, what: str = "len") -> list[int]:
        found = [fact.detail for fact in self.facts if fact.path == path and fact.what == what]
        return [count for count in found if isinstance(count, int)]

    def _row(self, path: Path, sep: str | None = "") -> Form:
        steps = self._steps(path)
        known = [step[1] for step in steps if step[0] == "item"]
        indexes = [i for i in known if isinstance(i, int) and i >= 0]
        rests = [step[1] for step in steps if step[0] == "rest" and isinstance(step[1], int)]
        count = max([i + 1 for i in indexes] + self._counts(path, "least") + rests, default=0)
        count = max(count, sum(1 for i in known if isinstance(i, int) and i < 0))
        chosen = self.fixed.get((*path, ("len",)))
        exact = [chosen] if isinstance(chosen, int) else self._counts(path)
        if exact and max(exact) >= max([i + 1 for i in indexes], default=0):
            count = max(exact)
            items = [self._item(path, i, rests) for i in range(count)]
        else:
            more = rests or any(step[0] == "each" for step in steps) or not count
            items = [self._item(path, i, rests) for i in range(count + bool(more) * _EXTRA)]
        types = {fact.detail for fact in self.facts if fact.path == (*path, ("type",))}
        return Row(tuple(items), sep, "list" in types and "tuple" not in types)

    def _item(self, path: Path, i: int, rests: list[int]) -> Form:
        own = (*path, ("item", i))
        if self._steps(own) or any(fact.path == own for fact in self.facts) or own in self.fixed:
            return self._at(own)
        for start in sorted(rests, reverse=True):
            if i >= start:
                return self._at((*path, ("rest", start), ("each",)))
        return self._at((*path, ("each",)))

    def _pieces(self, path: Path, steps: list[Step]) -> Form:
        spans = sorted(
            {span(step): step for step in reversed(steps) if span(step) is not None}.items(),
            key=lambda pair: _order(pair[0]),
        )  # fmt: skip
        kept: list[tuple[tuple[Place, Place | None], Step]] = []
        for bounds, step in spans:
            if bounds is None or (kept and _overlap(kept[-1][0], bounds)):
                continue
            kept.append((bounds, step))
        if not kept:
            return self._leaf(path)
        return self._laid_out(path, kept)

    def _laid_out(self, path: Path, kept: list[tuple[tuple[Place, Place | None], Step]]) -> Form:
        pieces: list[Form | Length] = []
        lengths = {
            high.lengths[-1]: i
            for i, ((low, high), _) in enumerate(kept)
            if high is not None and len(high.lengths) > len(low.lengths)
        }
        at = Place()
        numbers: dict[int, int] = {}
        for i, ((low, high), step) in enumerate(kept):
            gap = low.constant - at.constant
            if gap > 0 and low.lengths == at.lengths:
                pieces.append(Fixed(bytes(gap)))
            numbers[i] = len(pieces)
            pieces.append(self._piece((*path, step), low, high))
            at = high if high is not None else at
        for length_path, i in lengths.items():
            for j, (_, step) in enumerate(kept):
                own = (*path, step)
                if length_path[: len(own)] == own:
                    form = pieces[numbers[j]]
                    if not isinstance(form, Length):
                        pieces[numbers[j]] = Length(numbers[i], form)
        [first, *rest] = pieces
        if not rest and not isinstance(first, Length):
            return first
        return Pieces(tuple(pieces))

    def _piece(self, path: Path, low: Place, high: Place | None) -> Form:
        form = self._at(path)
        is_sized = high is not None and high.lengths == low.lengths
        size = high.constant - low.constant if high is not None and is_sized else None
        if path[-1][0] == "item":
            return _byte(form)
        if isinstance(form, Leaf):
            return Leaf(form.kind if form.kind != "any" else "bytes", size)
        return form

    def _leaf(self, path: Path) -> Form:
        is_command = path[0][0] == "command"
        own = [fact for fact in self.facts if fact.path == path]
        values = list(dict.fromkeys(fact.detail for fact in own if fact.what == "value"))
        values = [] if path in self.made_up else values
        kinds = [fact.detail for fact in own if fact.what == "kind"]
        if values and len(path) > 1:
            return Choice(tuple(values)) if len(values) > 1 else Fixed(values[0])
        keys = [str(fact.detail) for fact in own if fact.what == "key"]
        for key in keys:
            if self.initial.get(key):
                return Choice(self.initial[key])
        for kind in _KINDS:
            if kind in kinds:
                return Leaf("name" if kind == "text" else kind)
        for key in keys:
            if self.kinds.get(key, ("", ""))[0] == "bytes" and not is_command:
                return Leaf("bytes")
            if key in self.numbered or self.kinds.get(key, ("", ""))[0] == "int":
                return Leaf("int")
        return self._by_default(path, own, bool(keys))

    def _by_default(self, path: Path, own: list[Fact], is_key: bool) -> Form:
        kinds = [str(fact.detail) for fact in own if fact.what == "default"]
        if kinds and kinds[0] in _EMPTY:
            return _EMPTY[kinds[0]]
        if kinds:
            return Leaf("name" if kinds[0] == "text" else kinds[0])
        if is_key:
            return Leaf("name")
        last = path[-1]
        if last[0] == "item" and isinstance(last[1], str):
            words = last[1].lower().split("_")
            return Leaf("int" if _NUMBERS & set(words) else "name")
        if len(path) == 1:
            return Leaf("any") if path[0][0] == "command" or not own else Leaf("name")
        return Leaf("name")


def span(step: Step) -> tuple[Place, Place | None] | None:
    """Return where a piece begins and ends, ``None`` for what is no piece."""
    if step[0] == "item" and isinstance(step[1], int) and step[1] >= 0:
        return Place(step[1]), Place(step[1] + 1)
    if step[0] == "slice" and isinstance(step[1], Place) and step[1].constant >= 0:
        high = step[2]
        if isinstance(high, Place) and high.constant >= 0:
            return step[1], high
        return (step[1], None) if high is None else None
    return None


def _order(bounds: tuple[Place, Place | None] | None) -> tuple[int, int, int]:
    assert bounds is not None
    low, high = bounds
    return len(low.lengths), low.constant, 0 if high is not None else 1


def _overlap(one: tuple[Place, Place | None], other: tuple[Place, Place | None]) -> bool:
    end = one[1]
    if end is None:
        return True
    low = other[0]
    return low.lengths == end.lengths and low.constant < end.constant


def _byte(form: Form) -> Form:
    """Return the form of one byte, which is read as a number or as a character."""
    if isinstance(form, Fixed) and isinstance(form.value, int):
        return Fixed(bytes([form.value % 256]), form.is_made_up)
    if isinstance(form, Choice) and all(isinstance(v, int) for v in form.values):
        return Choice(tuple(bytes([v % 256]) for v in form.values if isinstance(v, int)))
    if isinstance(form, Leaf):
        return Leaf("byte")
    return form
