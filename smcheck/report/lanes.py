"""Draw how a case ran as plain text: a column per task, a marked row where another one got in.

Pure: takes a scenario, returns lines of at most ``WIDTH`` columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from smcheck.report.cells import cut, pad, width_of
from smcheck.scenario import Scenario, Step, Touch, Turn

WIDTH = 96
WHOLE_WIDTH = 240
"""Where everything is shown, few lines are cut."""
_MOST_COLUMNS = 3
_INDENT = " " * 6
_FEW = 4
"""Calls of a single task that are all shown."""
_LEAST = 1
"""Lines of a stretch that are shown at least, where it has them."""
_MOST = 7
"""And at most, unless everything is."""

_BLOCKS = re.compile(r"\bwith \S*(lock|mutex|cond|guard)|\.(acquire|clear|get|join|wait)\(")
_WAKES = re.compile(r"\.(notify|notify_all|put|release|set)\(")
"""Lines by which tasks wait for each other, and wake each other up."""

_OPAQUE = re.compile(r"[A-Z]\w*\(\)")

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one task did without anybody between.

    Attributes:
        turn: The turn before it.
        title: What it is part of, where that has to be said.
        is_aside: It says little, and its lines are only counted.
    """

    turn: Turn | None
    task: int
    steps: tuple[Step, ...]
    title: str = ""
    is_aside: bool = False


def lanes(
    scenario: Scenario, *, blamed: Iterable[Place] = (), limit_rows: int | None = None
) -> list[str]:
    """Return the lines that ran, in their order; empty where nothing is known of them.

    Args:
        scenario: What ran.
        blamed: File and line of what the finding names; these are always shown.
        limit_rows: Leave out what says least until so few rows are left; everything is shown
            without it.
    """
    width = WIDTH if limit_rows is not None else WHOLE_WIDTH
    picture = _Picture(scenario, frozenset(blamed), width)
    if limit_rows is None:
        return picture.rows(len(scenario.steps))
    rows: list[str] = []
    for most in range(_MOST, _LEAST - 1, -1):
        rows = picture.rows(most)
        if len(rows) <= limit_rows:
            return rows
    return _shortened(rows, limit_rows)


def _shortened(rows: list[str], limit: int) -> list[str]:
    """Leave out what is nearer to the beginning: the end shows how it fails."""
    head = limit // 3
    tail = limit - head - 1
    left_out = len(rows) - head - tail
    return [*rows[:head], f"  … {left_out} rows that --verbose shows", *rows[-tail:]]


class _Picture:
    """Draws one scenario."""

    def __init__(self, scenario: Scenario, blamed: frozenset[Place], width: int) -> None:
        self._scenario = scenario
        self._width = width
        self._blamed = blamed
        self._shared = shared_names(scenario)
        alone = len({step.task for step in scenario.steps}) == 1
        made = by_calls(scenario, blamed) if alone and width == WIDTH else stretches(scenario)
        self._stretches = list(made)
        self._tasks = sorted({step.task for step in scenario.steps})
        self._is_wide = len(self._tasks) > _MOST_COLUMNS

    def rows(self, most: int) -> list[str]:
        """Draw everything, of each stretch at most so many lines."""
        if not self._tasks:
            return []
        texts = [list(self._texts(stretch, most)) for stretch in self._stretches]
        widths = self._widths(texts)
        rows = [] if self._is_wide or len(self._tasks) == 1 else self._head(widths)
        number = 0
        for stretch, lines in zip(self._stretches, texts, strict=True):
            if stretch.turn is not None:
                number += stretch.turn.deviation
                rows += self._turn(stretch.turn, number)
            rows += [self._cell(text, stretch.task, widths) for text in lines]
        return rows

    def _widths(self, texts: list[list[str]]) -> dict[int, int]:
        """Share the width out: a narrow column leaves what it does not need to the others."""
        wanted = {task: width_of(self._scenario.name_of(task)) for task in self._tasks}
        for stretch, lines in zip(self._stretches, texts, strict=True):
            longest = max(map(width_of, lines), default=0)
            wanted[stretch.task] = max(wanted.get(stretch.task, 0), longest)
        left = self._width - 3 * (len(wanted) - 1)
        widths: dict[int, int] = {}
        for number, task in enumerate(sorted(wanted, key=lambda one: (wanted[one], one))):
            widths[task] = min(wanted[task], left // (len(wanted) - number))
            left -= widths[task]
        return widths

    def _head(self, widths: dict[int, int]) -> list[str]:
        names = [pad(self._scenario.name_of(task), widths[task]) for task in self._tasks]
        lines = ("-" * widths[task] for task in self._tasks)
        return [" | ".join(names).rstrip(), "-+-".join(lines)]

    def _turn(self, turn: Turn, number: int) -> list[str]:
        goes_on = f"{self._scenario.name_of(turn.to)} {'goes on' if turn.task >= 0 else 'begins'}"
        if turn.deviation:
            many = self._scenario.deviations
            which = f" ({number} of {many})" if many > 1 else ""
            return [cut(f"==> {turn.reason}; {goes_on}{which}", self._width)]
        if "waits" not in turn.reason:
            return []
        is_last = turn.at == len(self._scenario.steps)
        return [cut(f"--> {turn.reason}" + ("" if is_last else f"; {goes_on}"), self._width)]

    def _cell(self, text: str, task: int, widths: dict[int, int]) -> str:
        if self._is_wide:
            return cut(f"{pad(self._scenario.name_of(task), 12)}{text}", self._width)
        cells = (
            pad(cut(text, widths[one]) if one == task else "", widths[one]) for one in self._tasks
        )
        return " | ".join(cells).rstrip()

    def _texts(self, stretch: Stretch, most: int) -> Iterator[str]:
        if stretch.title:
            yield f"in {stretch.title}:"
        kept = set() if stretch.is_aside else self._kept(stretch.steps, most)
        leaving = _leaving(stretch.steps)
        left_out = 0
        for number, step in enumerate(stretch.steps):
            if number not in kept:
                left_out += 1
                continue
            if left_out:
                yield f"  … {left_out} line{'' if left_out == 1 else 's'}"
                left_out = 0
            ends = "end of " if number in leaving else ""
            yield f"{step.line}: {ends}{step.source or step.function}"
            yield from self._values(step)
        if left_out:
            yield f"  … {left_out} line{'' if left_out == 1 else 's'}"

    def _values(self, step: Step) -> Iterator[str]:
        """Say what a line read and wrote, in as few rows as hold it."""
        columns = 1 if self._is_wide else len(self._tasks)
        room = (self._width - 3 * (columns - 1)) // columns - len(_INDENT)
        row = ""
        for text in map(touch_text, told(step.touches, shared=self._shared)):
            if row and width_of(row) + width_of(text) + 2 > room:
                yield from _broken(row, room)
                row = ""
            row += f"{', ' if row else ''}{text}"
        if row:
            yield from _broken(row, room)

    def _kept(self, steps: tuple[Step, ...], most: int) -> set[int]:
        """Choose the lines of a stretch that say most."""
        if len(steps) <= most + 1:
            return set(range(len(steps)))
        order = sorted(range(len(steps)), key=lambda n: (-self._weight(steps, n), n))
        return set(order[:most])

    def _weight(self, steps: tuple[Step, ...], number: int) -> int:
        step = steps[number]
        names = [(_last_name(touch.name), touch.written is not None) for touch in step.touches]
        is_shared = any(name in self._shared for name, _ in names)
        writes = any(written for name, written in names)
        return (
            6 * bool(_BLOCKS.search(step.source))
            + 20 * bool(_WAKES.search(step.source))
            + 16 * (step.interrupted or number == len(steps) - 1)
            + 12 * ((step.file, step.line) in self._blamed)
            + 5 * any((s.file, s.line) in self._blamed for s in steps[max(0, number - 4) : number])
            + 8 * (is_shared and writes)
            + 4 * is_shared
            + 2 * writes
            + (number == 0)
        )


def _broken(text: str, room: int) -> Iterator[str]:
    """Break one value that is too long behind its name."""
    name, mark, value = text.partition(": " if " -> " in text else " = ")
    if width_of(text) <= room or width_of(name) + 1 > room:
        yield _INDENT + text
    else:
        yield f"{_INDENT}{name}{mark.rstrip()}"
        before, arrow, after = value.partition(" -> ")
        rows = [value] if width_of(value) + 2 <= room or not arrow else [before, f"-> {after}"]
        yield from (f"{_INDENT}  {row}" for row in rows)


def stretches(scenario: Scenario) -> Iterator[Stretch]:
    """Yield the stretches in their order; a turn behind the last step has an empty one."""
    turns = {turn.at: turn for turn in scenario.turns}  # of several at a moment the last
    begun: list[Step] = []
    turn: Turn | None = None
    for number, step in enumerate(scenario.steps):
        if begun and (number in turns or begun[-1].task != step.task):
            yield Stretch(turn, begun[0].task, tuple(begun))
            begun, turn = [], None
        turn = turns.get(number, turn)
        begun.append(step)
    if begun:
        yield Stretch(turn, begun[0].task, tuple(begun))
    last = turns.get(len(scenario.steps))
    if last is not None:
        yield Stretch(last, last.to, ())


def by_calls(scenario: Scenario, blamed: frozenset[Place]) -> Iterator[Stretch]:
    """Yield the lines of a single task call by call; those of calls that say little aside.

    Shown are the call that is wrong, the one before it, and the last one with a line to blame.
    """
    acts = [act for act in scenario.acts if (act.ended or 0) > act.began]
    if len(acts) < 2:
        yield from stretches(scenario)
        return
    lines = [scenario.steps[act.began : act.ended] for act in acts]
    with_blamed = [
        n for n, steps in enumerate(lines) if any((s.file, s.line) in blamed for s in steps)
    ]
    wrong = next((n for n, act in enumerate(acts) if act.is_wrong), len(acts) - 1)
    shown = {wrong, wrong - 1, *with_blamed[-1:]}
    if len(acts) <= _FEW:
        shown = set(range(len(acts)))
    aside: list[Step] = []
    for number, (act, steps) in enumerate(zip(acts, lines, strict=True)):
        if number not in shown:
            aside += steps
            continue
        if aside:
            yield Stretch(None, act.task, tuple(aside), "earlier calls", is_aside=True)
            aside = []
        yield Stretch(None, act.task, steps, act.text)


def _leaving(steps: Sequence[Step]) -> set[int]:
    """Return which steps leave a ``with`` that they entered before: its line runs again then."""
    found: set[int] = set()
    entered: set[tuple[str, int]] = set()
    for number, step in enumerate(steps):
        if not step.source.startswith("with "):
            continue
        before = steps[number - 1] if number else None
        is_back = before is not None and (
            before.function != step.function or before.line > step.line
        )
        if (step.file, step.line) in entered and is_back:
            found.add(number)
        entered.add((step.file, step.line))
    return found


def shared_names(scenario: Scenario) -> frozenset[str]:
    """Return the attributes that one task writes and another one touches, by their last name."""
    users: dict[str, set[int]] = {}
    written: set[str] = set()
    for step in scenario.steps:
        for touch in step.touches:
            name = _last_name(touch.name)
            users.setdefault(name, set()).add(step.task)
            if touch.written is not None:
                written.add(name)
    return frozenset(name for name in written if len(users[name]) > 1)


def told(touches: tuple[Touch, ...], *, shared: frozenset[str] = frozenset()) -> Iterator[Touch]:
    """Yield what is worth saying of what a line touched.

    No read of what the same line writes or looks into, and of the function's own variables
    containers only; no object that shows nothing of itself.
    """
    for number, touch in enumerate(touches):
        is_variable = "." not in touch.name and "[" not in touch.name
        is_container = touch.written is None and touch.value[:1] in ("{", "[")
        if is_variable and not is_container and touch.name not in shared:
            continue
        if touch.written is None and _OPAQUE.fullmatch(touch.value):
            continue
        later = touches[number + 1 :]
        if touch.written is not None or not any(_covers(other, touch) for other in later):
            yield touch


def _covers(other: Touch, touch: Touch) -> bool:
    deeper = other.name.startswith((f"{touch.name}.", f"{touch.name}["))
    return deeper or (other.name == touch.name and other.written is not None)


def touch_text(touch: Touch) -> str:
    """Return what was read or written in a few words.

    >>> touch_text(Touch("self.count", "0", "1")), touch_text(Touch("self.count", "1"))
    ('self.count: 0 -> 1', 'self.count = 1')
    """
    if touch.written is None:
        return f"{touch.name} = {touch.value}"
    return f"{touch.name}: {touch.value} -> {touch.written}"


def _last_name(name: str) -> str:
    return name.partition("[")[0].rpartition(".")[2]
