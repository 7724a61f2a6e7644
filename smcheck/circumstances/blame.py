"""Follow a difference between two traces back to the line that made it: pure, no process.

Both traces are walked side by side. A value that differs for the first time comes from the line
that ran just before, unless that line read something that differed already: then it comes from
where that came from. So a clock that is only measured with, or a loop over a set whose order
never shows, is not blamed for what a later line did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from smcheck.circumstances.lines import RETURNED, UNREADABLE
from smcheck.circumstances.wire import Event, Trace

NEXT_LINE = "next line"
"""Name of what differs where two lives went on at different lines."""

NAMES = re.compile(r"self\.\w+|\b[A-Za-z_]\w*")
_COLLECTOR = frozenset({"get_count", "get_objects", "get_stats"})
Code = tuple[str, str]
Pair = tuple[str, str]
Source = Callable[[str, int], str]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a difference began.

    Attributes:
        file: Absolute path.
        name: What differed after the line: a local, ``self.name``, ``return value``, ...
        values: What it was in the one and in the other trace.
        age: Counts the origins of one walk.
    """

    file: str
    line: int
    function: str
    step: int
    name: str
    values: Pair
    age: int = 0


@dataclass(slots=True)
class Frame:
    """A running function: the line it is at, and what differs in it.

    Attributes:
        gave: Origins of what its callees gave back to the line it is at.
        came: Origins of what they set.
        born: How many origins there were when it was called.
        matched: Names in the ``match`` that it is in, which every ``case`` reads.
        returns_at: Line of the ``return`` that ran, 0 before; what runs after it cleans up.
    """

    code: Code
    line: int
    differing: dict[str, tuple[Pair, Origin]] = field(default_factory=dict)
    gave: list[Origin] = field(default_factory=list)
    came: list[Origin] = field(default_factory=list)
    matched: frozenset[str] = frozenset()
    returns_at: int = 0
    born: int = 0


@dataclass(slots=True)
class Moment:
    """An event with everything it showed, and not only what changed."""

    event: Event
    code: Code
    shown: dict[str, str]

    @property
    def place(self) -> tuple[str, Code, int]:
        return self.event.kind, self.code, self.event.line


@dataclass(frozen=True, slots=True)
class Part:
    """An attribute of the machine that is another one in the two lives, and what it is in each."""

    name: str
    values: Pair


def blame(
    one: Trace,
    other: Trace,
    *,
    step: int,
    source: Source,
    given: frozenset[Pair] = frozenset(),
    by_themselves: bool = False,
) -> tuple[Origin | None, Part | None]:
    """Return where the difference began that showed in ``step``, and which attribute has it.

    Either is ``None`` if nothing tells. The attribute is a hint: it need not be what shows.

    Args:
        step: Position of the first step of the script that showed another thing.
        source: Gives a line of a file.
        given: What the two lives were given, such as their ids: no difference by itself.
        by_themselves: Attributes may change while any line runs, as the collector makes them.
            Then it is not the line that made the difference, but the one that reads it.
    """
    walk = Walk(source, given, by_themselves=by_themselves)
    walk.follow(list(moments_of(one, step)), list(moments_of(other, step)))
    found = walk.answers.get(step) or walk.branches.get(step) or walk.left_over()
    # What an earlier call answered may have been kept outside of the machine's own code.
    found = found or next(iter(walk.answers.values()), None)
    return found, walk.part()


def moments_of(trace: Trace, upto: int) -> Iterator[Moment]:
    shown: dict[str, str] = {}
    for event in trace.events:
        if event.step > upto:
            return
        shown = {**shown, **dict(event.changed)}
        shown = {name: text for name, text in shown.items() if text}
        yield Moment(event, trace.codes[event.code], shown)


class Walk:
    """Two traces side by side.

    Attributes:
        answers: Origin of the first differing answer or exception of the machine, by step.
        branches: Origin of the first different way, by step.
    """

    def __init__(
        self, source: Source, given: frozenset[Pair], *, by_themselves: bool = False
    ) -> None:
        self._source = source
        self._given = given
        self._by_themselves = by_themselves
        self._spontaneous: set[str] = set()
        self._stack: list[Frame] = []
        self._attributes: dict[str, tuple[Pair, Origin]] = {}
        self._known: dict[Pair, Origin] = {}
        self._last = Frame(("", ""), 0)
        self._born = 0
        self.answers: dict[int, Origin] = {}
        self.branches: dict[int, Origin] = {}

    def part(self) -> Part | None:
        """Return the attribute of the machine that has differed for longest."""
        return next((Part(name, pair) for name, (pair, _) in self._attributes.items()), None)

    def left_over(self) -> Origin | None:
        """Return the oldest origin of what still differs in the machine."""
        return next((origin for _, origin in self._attributes.values()), None)

    def begin(self, frame: Frame) -> None:
        """Begin inside a running function, with what differs in it already."""
        self._stack, self._last = [frame], frame
        self._born = max((o.age for _, o in frame.differing.values()), default=0)
        own = {n: known for n, known in frame.differing.items() if n.startswith("self.")}
        self._attributes = own

    def follow(self, mine: list[Moment], yours: list[Moment]) -> None:
        """Walk to the end of the shorter trace, over stretches that went different ways."""
        i = j = 0
        way: Origin | None = None
        while i < len(mine) and j < len(yours):
            a, b = mine[i], yours[j]
            left = way is not None and a.event.kind == b.event.kind == "return"
            if a.place != b.place and not (left and a.code == b.code):
                if self._by_themselves and (met := _past_calls(mine, yours, i, j)):
                    i, j = met
                    continue
                if way is None:
                    way = self._went(a, b)
                    i, j = _end_of_function(mine, i), _end_of_function(yours, j)
                    continue
                return
            self._at(a, b, way)
            way = None
            i, j = i + 1, j + 1

    def _went(self, a: Moment, b: Moment) -> Origin:
        """Note that the lives go on at different lines."""
        places = (_place_text(a), _place_text(b))
        origin = self._skipped(a, b, places) or self._origin(a.event.step, NEXT_LINE, places)
        self.branches.setdefault(a.event.step, origin)
        return origin

    def _skipped(self, a: Moment, b: Moment, places: Pair) -> Origin | None:
        """Return a line that one life does not have, as an ``assert`` under ``-O``."""
        frame = self._last
        if not a.code == b.code == frame.code or not a.event.kind == b.event.kind == "line":
            return None
        skipped, following = sorted((a.event.line, b.event.line))
        if not frame.line < skipped < following or not self._is_assert(frame.code[0], skipped):
            return None
        self._born += 1
        return Origin(
            frame.code[0], skipped, frame.code[1], a.event.step, NEXT_LINE, places, self._born
        )

    def _is_assert(self, file: str, line: int) -> bool:
        return self._source(file, line).startswith("assert")

    def _at(self, a: Moment, b: Moment, way: Origin | None) -> None:
        kind, step = a.event.kind, a.event.step
        if kind == "call":
            frame = Frame(a.code, a.event.line, born=self._born)
            frame.differing = self._compare(a, b, way)
            self._stack.append(frame)
            self._last = frame
            return
        if not self._stack:
            return
        frame = self._stack[-1]
        frame.differing = self._compare(a, b, way)
        if kind == "line":
            self._ran(frame, a.event.line)
            return
        given = frame.differing.pop(RETURNED, None) or frame.differing.pop("exception", None)
        if given is not None and len(self._stack) == 1:
            self.answers.setdefault(step, given[1])
        if kind == "return":
            self._stack.pop()
            if self._stack:
                self._last = self._stack[-1]
                self._last.gave += [given[1]] if given else []
                # A method may have changed its own object, which is a local of the caller.
                made = [origin for _, origin in self._attributes.values()]
                self._last.came += [origin for origin in made if origin.age > frame.born]

    def _ran(self, frame: Frame, line: int) -> None:
        if not frame.returns_at:
            frame.line, frame.gave, frame.came = line, [], []
            text = self._source(frame.code[0], line)
            if text.startswith("return"):
                frame.returns_at = line
            elif text.startswith("match "):
                frame.matched = frozenset(NAMES.findall(text))
        self._last = frame

    def _compare(self, a: Moment, b: Moment, way: Origin | None) -> dict[str, tuple[Pair, Origin]]:
        """Return what differs now, each with its origin."""
        before = self._stack[-1].differing if self._stack and a.event.kind != "call" else {}
        differing: dict[str, tuple[Pair, Origin]] = {}
        names = dict.fromkeys((*a.shown, *b.shown))
        differ = {name for name in names if a.shown.get(name) != b.shown.get(name)}
        for name in names:
            pair = (a.shown.get(name, ""), b.shown.get(name, ""))
            known = self._attributes.get(name) if name.startswith("self.") else before.get(name)
            if pair[0] == pair[1] or pair in self._given:
                self._attributes.pop(name, None)
                self._spontaneous.discard(name)
                continue
            if known is None or known[0] != pair:
                if self._is_spontaneous(name, differ):
                    continue
                origin = way or self._known.get(pair) or self._origin(a.event.step, name, pair)
                known = (pair, origin)
            if "" not in pair and UNREADABLE not in pair:
                self._known[pair] = known[1]
            differing[name] = known
        self._attributes |= {n: k for n, k in differing.items() if n.startswith("self.")}
        return differing

    def _origin(self, step: int, name: str, pair: Pair) -> Origin:
        """Return where the line that ran last got a difference from, or that line."""
        frame = self._last
        read = self._read_by(frame)
        found = [o for n, (_, o) in frame.differing.items() if n in read]
        found += [o for n, (_, o) in self._attributes.items() if n in read]
        # What a callee gave back was followed through it; what it was passed need not matter.
        found = frame.gave or found + frame.came
        if found:
            return min(found, key=lambda origin: origin.age)
        self._born += 1
        return Origin(frame.code[0], frame.line, frame.code[1], step, name, pair, self._born)

    def _is_spontaneous(self, name: str, others: set[str]) -> bool:
        """Return whether an attribute came to differ and no line made it so.

        A line does that reads another attribute that differs, or asks the collector.
        """
        if not self._by_themselves or not name.startswith("self."):
            return False
        read = self._read_by(self._last)
        if name not in self._spontaneous and (others | _COLLECTOR) & (read - {name}):
            return False
        self._spontaneous.add(name)
        return True

    def _read_by(self, frame: Frame) -> set[str]:
        text = self._source(frame.code[0], frame.line)
        return {*NAMES.findall(text), *(frame.matched if text.startswith("case ") else ())}


def _end_of_function(moments: list[Moment], start: int) -> int:
    """Return the position of the event at which the running function returns."""
    depth = 0
    for position in range(start, len(moments)):
        kind = moments[position].event.kind
        depth += (kind == "call") - (kind == "return")
        if depth < 0:
            return position
    return len(moments)


def _past_calls(mine: list[Moment], yours: list[Moment], i: int, j: int) -> tuple[int, int] | None:
    """Return where both go on alike once calls that only one of them made are passed over."""
    past = _past_call(yours, j, mine[i])
    if past is not None:
        return i, past
    past = _past_call(mine, i, yours[j])
    return None if past is None else (past, j)


def _past_call(moments: list[Moment], start: int, wanted: Moment) -> int | None:
    position = start
    while position < len(moments) and moments[position].event.kind == "call":
        position = _end_of_function(moments, position + 1) + 1
        if position < len(moments) and moments[position].place == wanted.place:
            return position
    return None


def _place_text(moment: Moment) -> str:
    what = "" if moment.event.kind == "line" else f"{moment.event.kind} at "
    return f"{what}line {moment.event.line} of {moment.code[1]}"
