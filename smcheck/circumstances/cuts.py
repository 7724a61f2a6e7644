"""Follow one entry through two lives in which it came in other batches: pure, no process.

The calls of such lives cannot be laid side by side; what was done with one entry can. It is found
by the local that held the entry while its result was set. What differs there already, such as a
price that hangs on the size of the batch, comes from the line that set it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smcheck.circumstances.blame import NAMES, Frame, Moment, Origin, Pair, Source, Walk, moments_of
from smcheck.circumstances.wire import Trace

_ENTRY = re.compile(r"Entry\(cmd=.*, index=(\d+), result=", re.DOTALL)


@dataclass(slots=True)
class _Stretch:
    """Moments of a life in which a local held one entry.

    Attributes:
        name: The local.
        depth: How many functions of the machine were running.
        start: Position of the first moment.
        stop: Position after the last one.
        sets: Whether the entry was another one at the end: it had got its result.
    """

    name: str
    depth: int
    start: int
    stop: int
    sets: bool = False


def blame_cuts(one: Trace, other: Trace, *, index: int, source: Source) -> Origin | None:
    """Return where the difference began that an entry shows, ``None`` if nothing tells.

    Args:
        index: That of the entry.
        source: Gives a line of a file.
    """
    mine, yours = _moments(one), _moments(other)
    own, theirs = _handling(mine, index), _handling(yours, index)
    if own is None or theirs is None or mine[own.start].code != yours[theirs.start].code:
        return None
    turned = _turned(yours, theirs)
    if turned is not None:
        return turned
    differing = _through_loops(_differing(mine, yours, own, theirs), source)
    frame = Frame(mine[own.start].code, mine[own.start].event.line)
    # What an earlier entry left is as given to this one: asked for is the line that reads it.
    step = mine[own.start].event.step
    left = {n: k for n, k in differing.items() if n.startswith("self.") and k[1].step < step}
    frame.differing = {name: known for name, known in differing.items() if name not in left}
    walk = Walk(source, frozenset(pair for pair, _ in left.values()))
    walk.begin(frame)
    walk.follow(mine[own.start : own.stop], yours[theirs.start : theirs.stop])
    entry = frame.differing.get(own.name)
    branch = next(iter(walk.branches.values()), None)
    found = entry[1] if entry else branch or walk.left_over()
    return found or next((origin for _, origin in left.values()), None)


def _turned(moments: Sequence[Moment], own: _Stretch) -> Origin | None:
    """Return the line that takes an entry before an earlier one of its batch, if one does."""
    step = moments[own.start].event.step
    starts: dict[int, int] = {}
    for other in _indexes(moments, step):
        stretch = _handling(moments, other)
        if stretch is not None and moments[stretch.start].event.step == step:
            starts[other] = stretch.start
    taken = sorted(starts, key=starts.__getitem__)
    if taken == sorted(taken):
        return None
    line = _Setters(moments).of(own.name, own.start)
    values = (", ".join(map(str, sorted(taken))), ", ".join(map(str, taken)))
    return None if line is None else _origin_at(moments[line], "order of indexes", values, 1)


def _indexes(moments: Sequence[Moment], step: int) -> set[int]:
    """Return the indexes of the entries that locals hold in one step."""
    texts = (text for m in moments if m.event.step == step for text in m.shown.values())
    return {index for text in texts if (index := _index_in(text)) is not None}


def _through_loops(
    differing: dict[str, tuple[Pair, Origin]], source: Source
) -> dict[str, tuple[Pair, Origin]]:
    """Follow what a loop binds to what it goes over: that was made before."""
    found = dict(differing)
    for name, (pair, origin) in differing.items():
        text = source(origin.file, origin.line)
        if not text.startswith("for "):
            continue
        over = NAMES.findall(text.partition(" in ")[2])
        made = [differing[other][1] for other in over if other in differing and other != name]
        if made:
            found[name] = (pair, max(made, key=lambda one: one.age))
    return found


def _moments(trace: Trace) -> list[Moment]:
    return list(moments_of(trace, max((event.step for event in trace.events), default=0)))


def _handling(moments: Sequence[Moment], index: int) -> _Stretch | None:
    """Return where an entry was handled: where its result was set, in the outermost function."""
    found = _stretches(moments, index)
    setting = [stretch for stretch in found if stretch.sets]
    return min(setting or found[-1:], key=lambda stretch: stretch.depth, default=None)


def _stretches(moments: Sequence[Moment], index: int) -> list[_Stretch]:
    """Return every stretch in which a local of one function held an entry, in order of ends."""
    ended: list[_Stretch] = []
    open_: list[_Stretch | None] = []
    for position, moment in enumerate(moments):
        kind = moment.event.kind
        if kind == "call":
            open_.append(None)
        if not open_:
            continue
        held = open_[-1]
        if held is not None:
            if _index_in(moment.shown.get(held.name, "")) == index:
                held.stop = position + 1
                held.sets |= moment.shown[held.name] != moments[held.start].shown[held.name]
            else:
                ended.append(held)
                open_[-1] = held = None
        if held is None and kind != "return":
            name = next((n for n, text in moment.shown.items() if _index_in(text) == index), None)
            if name is not None:
                open_[-1] = _Stretch(name, len(open_), position, position + 1)
        if kind == "return":
            left = open_.pop()
            ended += [left] if left is not None else []
    return ended


def _index_in(text: str) -> int | None:
    found = _ENTRY.match(text)
    return int(found[1]) if found else None


def _differing(
    mine: Sequence[Moment], yours: Sequence[Moment], own: _Stretch, theirs: _Stretch
) -> dict[str, tuple[Pair, Origin]]:
    """Return what differs before an entry is handled, each with the line that set it.

    What nobody set was given, such as the batch itself.
    """
    a, b = mine[own.start].shown, yours[theirs.start].shown
    sides = (mine, own.start, _Setters(mine)), (yours, theirs.start, _Setters(yours))
    found: list[tuple[int, Moment, str, Pair]] = []
    for name in dict.fromkeys((*a, *b)):
        pair = (a.get(name, ""), b.get(name, ""))
        if pair[0] == pair[1]:
            continue
        for moments, start, setters in sides:
            line = setters.of(name, start)
            if line is not None:
                found.append((line, moments[line], name, pair))
                break
    found.sort(key=lambda one: one[0])
    return {
        name: (pair, _origin_at(line, name, pair, age))
        for age, (_, line, name, pair) in enumerate(found, 1)
    }


def _origin_at(line: Moment, name: str, pair: Pair, age: int) -> Origin:
    (file, function), event = line.code, line.event
    return Origin(file, event.line, function, event.step, name, pair, age)


class _Setters:
    """Look for the lines that set what is shown in a life."""

    def __init__(self, moments: Sequence[Moment]) -> None:
        self._moments = moments
        self._depths: list[int] = []
        depth = 0
        for moment in moments:
            depth += moment.event.kind == "call"
            self._depths.append(depth)
            depth -= moment.event.kind == "return"

    def of(self, name: str, position: int) -> int | None:
        """Return the position of the line that gave a name its value, ``None`` if it was given."""
        first = self._since(name, position)
        moment, depth = self._moments[first], self._depths[first]
        if moment.event.kind != "call":
            return next((p for p in range(first - 1, -1, -1) if self._is_line(p, depth)), None)
        if depth == 1:
            return None
        text, caller = moment.shown[name], first - 1
        outer = next((n for n, t in self._moments[caller].shown.items() if t == text), None)
        return caller if outer is None else self.of(outer, caller)

    def _since(self, name: str, position: int) -> int:
        """Return since when a name has had its value; a local is no older than its function."""
        is_local, depth = not name.startswith("self."), self._depths[position]
        text, first = self._moments[position].shown.get(name), position
        for earlier in range(position, -1, -1):
            moment = self._moments[earlier]
            if self._depths[earlier] != depth if is_local else name not in moment.shown:
                continue
            if moment.shown.get(name) != text:
                break
            first = earlier
            if is_local and moment.event.kind == "call":
                break
        return first

    def _is_line(self, position: int, depth: int) -> bool:
        return self._depths[position] == depth and self._moments[position].event.kind == "line"
