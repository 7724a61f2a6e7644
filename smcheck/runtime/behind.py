"""What runs behind a point up to the next one: a static look at a code object.

A step of a task is the instruction at its point and all that follows without a point. Most of
that works on locals alone; some of it, such as a comparison, may read what others change.
"""

from __future__ import annotations

import dis
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import CodeType
from typing import NamedTuple

from smcheck.runtime.paths import CONSTANT, MADE, MAKES, Path, mentions, walk
from smcheck.runtime.visible import Visible, counting_loops
from smcheck.schedulers.access import CHANGES, EXITS, HARMLESS, READS

ENTRY = -1
"""In place of an offset: what runs from the beginning of the code to its first point."""

_LIMIT_TABLES = 10_000
_SURE = Visible("auto")
"""Has learned of no stores, so whatever it gives a point has one in every program."""

_LOCAL = frozenset(
    {
        "BUILD_LIST", "BUILD_SLICE", "BUILD_STRING", "BUILD_TUPLE", "CACHE", "CHECK_EXC_MATCH",
        "COPY", "COPY_FREE_VARS", "DELETE_FAST", "END_FOR", "END_SEND", "GET_YIELD_FROM_ITER",
        "IS_OP", "JUMP_BACKWARD", "JUMP_BACKWARD_NO_INTERRUPT", "JUMP_FORWARD", "KW_NAMES",
        "LIST_APPEND",
        "LIST_TO_TUPLE", "LOAD_ASSERTION_ERROR", "LOAD_ATTR", "LOAD_BUILD_CLASS", "LOAD_CLOSURE",
        "LOAD_COMMON_CONSTANT", "LOAD_CONST", "LOAD_FAST", "LOAD_FAST_AND_CLEAR",
        "LOAD_FAST_BORROW", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "LOAD_FAST_CHECK",
        "LOAD_FAST_LOAD_FAST", "LOAD_GLOBAL", "LOAD_METHOD", "LOAD_SMALL_INT", "LOAD_SUPER_ATTR",
        "MAKE_CELL", "MAKE_FUNCTION", "NOP", "NOT_TAKEN", "POP_EXCEPT", "POP_ITER",
        "POP_JUMP_BACKWARD_IF_NONE", "POP_JUMP_BACKWARD_IF_NOT_NONE", "POP_JUMP_FORWARD_IF_NONE",
        "POP_JUMP_FORWARD_IF_NOT_NONE", "POP_JUMP_IF_NONE", "POP_JUMP_IF_NOT_NONE", "POP_TOP",
        "PRECALL", "PUSH_EXC_INFO", "PUSH_NULL", "RERAISE", "RESUME", "RETURN_CONST",
        "RETURN_GENERATOR", "RETURN_VALUE", "SET_FUNCTION_ATTRIBUTE", "STORE_FAST",
        "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST", "SWAP", "WITH_EXCEPT_START",
    }
)  # fmt: skip
"""Instructions that touch nothing of anybody else, or are seen when they do."""
_LOOKS = {
    **{name: many for name, many in MAKES.items() if name not in _LOCAL},
    "JUMP_IF_FALSE_OR_POP": 1, "JUMP_IF_TRUE_OR_POP": 1,
    **{
        f"POP_JUMP_{way}IF_{truth}": 1
        for way in ("", "FORWARD_", "BACKWARD_") for truth in ("FALSE", "TRUE")
    },
    "FORMAT_SIMPLE": 1, "FORMAT_VALUE": 1,
}  # fmt: skip
"""Instructions that touch nothing but so many values from the top of the stack."""
_TELLS = frozenset({"CHECK_EXC_MATCH", "WITH_EXCEPT_START"})
"""What is looked at behind these is what they made."""
_LEAVES = frozenset({"RERAISE", "RAISE_VARARGS", "RETURN_CONST", "RETURN_VALUE", "YIELD_VALUE"})
_ENDS = _LEAVES - {"YIELD_VALUE"}


class Behind(NamedTuple):
    """What may run before the next point.

    Attributes:
        effect: The worst of it, whatever the values are.
        leaves: It may go on in the caller.
        operands: Values that are only looked at: harmless where nobody can change them.
        entered: What ``with`` enters at the end: a modelled lock has a point of its own there.
    """

    effect: int = HARMLESS
    leaves: bool = False
    operands: frozenset[Path] = frozenset()
    entered: frozenset[Path] = frozenset()


_tables: dict[int, tuple[CodeType, _Code]] = {}


def behind(code: CodeType, offset: int) -> Behind:
    """Return what may run behind an instruction; ``ENTRY`` for the beginning of the code."""
    known = _tables.get(id(code))
    if known is None or known[0] is not code:
        if len(_tables) >= _LIMIT_TABLES:
            _tables.clear()
        known = _tables[id(code)] = (code, _Code(code))
    return known[1].behind(offset)


class _Code:
    """The instructions of a code object and where each leads."""

    def __init__(self, code: CodeType) -> None:
        walked = [(step, [*stack]) for step, stack in walk(code)]
        self._steps = [step for step, _ in walked]
        self._stacks = [stack for _, stack in walked]
        self._offsets = [step.offset for step in self._steps]
        self._at = {step.offset: number for number, step in enumerate(self._steps)}
        self._points = frozenset(_SURE.offsets(code))
        self._counting = frozenset(counting_loops(self._steps))
        self._handlers = [
            (entry.start, entry.end, entry.target)
            for entry in getattr(dis.Bytecode(code), "exception_entries", ())
        ]
        self._known: dict[int, Behind] = {}

    def behind(self, offset: int) -> Behind:
        known = self._known.get(offset)
        if known is None:
            known = self._known[offset] = self._look(offset)
        return known

    def _look(self, offset: int) -> Behind:
        # While it calls, 3.12 says of a frame that it is in the cache behind the call.
        number = bisect_right(self._offsets, offset) - 1
        begin = [0] if offset == ENTRY else [*self._following(number)]
        numbers = self._stretch(begin)
        raising = [number] if offset != ENTRY else []
        handling = self._stretch([*self._handlers_of([*raising, *numbers])])
        effect = max((self._effect(number) for number in numbers), default=HARMLESS)
        if any(self._effect(number) in (READS, CHANGES) for number in handling):
            effect = max(effect, READS)  # what a lock does that is left so is told of
        both = dict.fromkeys((*numbers, *handling))
        stored = self._stored([*both])
        operands = [path for number in both for path in self._looked_at(number)]
        entered = [self._top(number, 1) for number in both if self._enters(number)]
        looked_at = [path and _before(path, stored) for path in operands]
        gates = [path and _before(path, stored) for path in entered]
        if None in gates:
            effect = CHANGES
        elif effect == HARMLESS and None in looked_at:
            effect = READS
        leaves = any(self._steps[number].name in _LEAVES for number in both)
        return Behind(effect, leaves, _known(looked_at), _known(gates))

    def _stretch(self, todo: list[int]) -> list[int]:
        """Return the positions of what may run from some instructions on, up to points."""
        seen: dict[int, None] = {}
        while todo:
            number = todo.pop()
            if number in seen or number >= len(self._steps):
                continue
            if self._steps[number].offset not in self._points:
                seen[number] = None
                todo += [] if self._enters(number) else self._following(number)
        return [*seen]

    def _following(self, number: int) -> Iterator[int]:
        step = self._steps[number]
        jumps = "JUMP" in step.name and "_IF_" not in step.name
        if step.name not in _ENDS and not jumps:
            yield number + 1
        if step.target in self._at:
            yield self._at[step.target]

    def _handlers_of(self, numbers: Iterable[int]) -> Iterator[int]:
        """Yield where it goes on if one of some instructions raises."""
        for number in numbers:
            offset = self._steps[number].offset
            for start, end, target in self._handlers:
                if start <= offset < end and target in self._at:
                    yield self._at[target]

    def _enters(self, number: int) -> bool:
        return self._steps[number].name == "BEFORE_WITH"

    def _effect(self, number: int) -> int:
        step = self._steps[number]
        if step.name in _LOCAL or step.name in _LOOKS or self._enters(number):
            return HARMLESS
        if step.name == "FOR_ITER":
            return HARMLESS if step.offset in self._counting else CHANGES
        return EXITS if step.name.startswith(("CALL", "IMPORT")) else READS

    def _looked_at(self, number: int) -> list[Path | None]:
        """Return the operands of an instruction that looks at nothing else."""
        if number and self._steps[number - 1].name in _TELLS:
            return []
        many = _LOOKS.get(self._steps[number].name, 0)
        return [self._top(number, depth) for depth in range(1, many + 1)]

    def _top(self, number: int, depth: int) -> Path | None:
        stack = self._stacks[number]
        return stack[-depth] if depth <= len(stack) else None

    def _stored(self, numbers: Sequence[int]) -> dict[str, Path | None]:
        """Return what local names are given on the way; ``None`` for what is not known."""
        found: dict[str, Path | None] = {}
        for number in numbers:
            step, stack = self._steps[number], self._stacks[number]
            if "STORE_FAST" not in step.name and step.name != "DELETE_FAST":
                continue
            names = step.value if isinstance(step.value, tuple) else (step.value,)
            path = stack[-1] if stack and step.name == "STORE_FAST" else None
            for name in map(str, names):
                found[name] = None if name in found else path
        return found


def _known(paths: Iterable[Path | None]) -> frozenset[Path]:
    return frozenset(path for path in paths if path)


def _before(path: Path, stored: Mapping[str, Path | None]) -> Path | None:
    """Return where a value is before names are given others on the way to it."""
    if path[0] == CONSTANT or not mentions(path, stored):
        return path
    if path[0] == MADE:
        parts = [_before(part, stored) for part in path[1:]]
        return None if None in parts else (MADE, *parts)
    given = stored.get(path[0]) if len(path) == 1 else None
    return None if given is None or mentions(given, stored) else given
