"""At which instructions the scheduler may switch: a static table per code object.

Knows bytecode and nothing of threads. Offsets differ between Python versions, so a schedule is
exact on the version that made it.
"""

from __future__ import annotations

import dis
import sys
from collections.abc import Iterable, Iterator
from itertools import pairwise
from types import CodeType
from typing import NamedTuple

from smcheck.errors import UsageError

GRANULARITIES = ("auto", "line", "call", "opcode", "none")
EACH_ACCESS = ("auto", "opcode")
"""Those at which every access in code has a point."""

MUTED_NAMES = frozenset({"<module>", "__repr__", "__del__"})
"""Functions without points: imports, debugging output and finalisers happen at odd moments."""

ALWAYS = frozenset(
    {
        "BINARY_SLICE", "BINARY_SUBSCR", "CALL", "CALL_FUNCTION_EX", "CALL_KW", "CONTAINS_OP",
        "DELETE_ATTR", "DELETE_DEREF", "DELETE_GLOBAL", "DELETE_SUBSCR", "DICT_MERGE",
        "DICT_UPDATE", "GET_ANEXT", "GET_YIELD_FROM_ITER", "LOAD_CLASSDEREF", "LOAD_DEREF",
        "LOAD_FROM_DICT_OR_DEREF", "MATCH_CLASS", "MATCH_KEYS", "SET_UPDATE",
        "STORE_ATTR", "STORE_DEREF", "STORE_GLOBAL", "STORE_SLICE", "STORE_SUBSCR",
    }
)  # fmt: skip
CALLS = frozenset({"CALL", "CALL_KW", "CALL_FUNCTION_EX"})
SILENT = frozenset(
    {
        "CACHE", "COPY_FREE_VARS", "END_FOR", "KW_NAMES", "MAKE_CELL", "NOP", "NOT_TAKEN",
        "PRECALL", "PUSH_NULL", "RESUME", "RETURN_GENERATOR",
    }
)  # fmt: skip
FIRST_IN_PLACE = 13
"""Arguments of BINARY_OP from here on are the in-place operators."""

SUBSCRIPT = "[]"
"""How BINARY_OP shows a subscript, from 3.14 on."""


class Step(NamedTuple):
    """One instruction; ``offset`` is that of its first ``EXTENDED_ARG``, where events come."""

    name: str
    arg: int
    value: object
    text: str
    offset: int
    target: int
    opcode: int
    has_arg: bool


class Visible:
    """Tables of the offsets with a point, made on demand.

    Globals count where a function of the same file stores them: other globals are functions,
    classes and modules, and what a container in one holds is seen by its operators. A method that
    is looked up to be called counts where some function stores an attribute of that name.
    """

    def __init__(self, granularity: str) -> None:
        if granularity not in GRANULARITIES:
            raise UsageError(
                f"granularity: expected one of {', '.join(GRANULARITIES)}, got {granularity!r}"
            )
        self.granularity = granularity
        self._stored: dict[str, set[str]] = {}
        self._attributes = frozenset[str]()

    def learn(self, codes: Iterable[CodeType]) -> None:
        """Note which globals and which attributes the machine's functions store."""
        attributes = set(self._attributes)
        for code in codes:
            stores = _stores_of(code)
            self._stored.setdefault(code.co_filename, set()).update(stores.globals)
            attributes.update(stores.attributes)
        self._attributes = frozenset(attributes)

    def how(self, code: CodeType) -> tuple[str, frozenset[str], frozenset[str]]:
        """Return all that the offsets depend on, beside the code itself."""
        stored = self._stored.get(code.co_filename, ())
        methods = self._attributes.intersection(code.co_names)
        return self.granularity, frozenset(stored), methods

    def offsets(self, code: CodeType) -> frozenset[int]:
        """Return the offsets in ``code`` that get a point before they run."""
        how = self.how(code)
        known = _tables.get(id(code))
        if known is not None and known.code is code and known.how == how:
            return known.offsets
        if len(_tables) >= _LIMIT_TABLES:
            _tables.clear()
        offsets = self._offsets(code)
        _tables[id(code)] = _Table(code, how, offsets)
        return offsets

    def _offsets(self, code: CodeType) -> frozenset[int]:
        if self.granularity == "none" or code.co_name in MUTED_NAMES:
            return frozenset()
        if self.granularity == "line":
            return frozenset(_line_starts(code))
        steps = [s for s in steps_of(code) if s.name not in SILENT]
        if self.granularity == "opcode":
            return frozenset(s.offset for s in steps)
        if self.granularity == "call":
            # Loops too: one that waits for another task without a call must be left in turn.
            return frozenset(s.offset for s in steps if s.name in CALLS or "BACKWARD" in s.name)
        return frozenset(self._seen(code, steps))

    def _seen(self, code: CodeType, steps: list[Step]) -> Iterator[int]:
        stored = self._stored.get(code.co_filename, set())
        loops = {s.offset for s in steps if s.name == "FOR_ITER"} - set(counting_loops(steps))
        for at, step in enumerate(steps):
            before = steps[max(0, at - 3) : at]
            if step.name in ALWAYS:
                if not _is_exit_of_with(step, before):
                    yield step.offset
            elif step.name == "LOAD_GLOBAL":
                if step.value in stored or step.value in self._attributes:
                    yield step.offset
            elif step.name in ("LOAD_ATTR", "LOAD_SUPER_ATTR"):
                if not _is_method(step) or step.value in self._attributes:
                    yield step.offset
            elif step.name == "LOAD_METHOD":
                if step.value in self._attributes:
                    yield step.offset
            elif step.target in loops:
                # The next element is taken here: the FOR_ITER itself may begin a line, and
                # events at the beginning of a line get lost beside a line tracer.
                if "BACKWARD" in step.name:
                    yield step.offset
            elif _reads_container(step, before[-1] if before else None):
                yield step.offset


def _line_starts(code: CodeType) -> Iterator[int]:
    """Yield where lines begin, behind what no event comes for."""
    steps = list(steps_of(code))
    for start, _ in dis.findlinestarts(code):
        yield next((s.offset for s in steps if s.offset >= start and s.name not in SILENT), start)


class _Table(NamedTuple):
    """The offsets of one code object, kept alive: its id is its name."""

    code: CodeType
    how: tuple[str, frozenset[str], frozenset[str]]
    offsets: frozenset[int]


_LIMIT_TABLES = 20_000
_tables: dict[int, _Table] = {}
"""Of all checks in this process: a machine in a large package would pay for it in each."""


class _Stores(NamedTuple):
    """The names that one code object stores; it is kept alive: its id is its name."""

    code: CodeType
    globals: frozenset[str]
    attributes: frozenset[str]


_stores: dict[int, _Stores] = {}


def _stores_of(code: CodeType) -> _Stores:
    known = _stores.get(id(code))
    if known is not None:
        return known
    if len(_stores) >= _LIMIT_TABLES:
        _stores.clear()
    made = _Stores(
        code,
        _names_after(code, _STORES_GLOBAL, _GLOBAL_OPCODES),
        _names_after(code, _STORES_ATTRIBUTE, _ATTRIBUTE_OPCODES),
    )
    return _stores.setdefault(id(code), made)


def _names_after(code: CodeType, names: tuple[str, ...], opcodes: frozenset[int]) -> frozenset[str]:
    if opcodes.isdisjoint(code.co_code[::2]):
        return frozenset()
    return frozenset(str(step.value) for step in steps_of(code) if step.name in names)


_STORES_GLOBAL = ("STORE_GLOBAL", "DELETE_GLOBAL")
_GLOBAL_OPCODES = frozenset(dis.opmap[name] for name in _STORES_GLOBAL)
_STORES_ATTRIBUTE = ("STORE_ATTR", "DELETE_ATTR")
_ATTRIBUTE_OPCODES = frozenset(dis.opmap[name] for name in _STORES_ATTRIBUTE)
_HAS_METHOD_BIT = sys.version_info >= (3, 12)
_NUMBERS = (int, float, complex, bytes, type(None))


def counting_loops(steps: list[Step]) -> Iterator[int]:
    """Yield where the next number of a ``range`` is taken, which nobody else holds."""
    for at, (step, following) in enumerate(pairwise(steps)):
        if step.name != "GET_ITER" or following.name != "FOR_ITER" or not at:
            continue
        call = steps[at - 1]
        callee = steps[at - 2 - call.arg] if at >= 2 + call.arg else call
        arguments = steps[at - 1 - call.arg : at - 1]
        simple = all(s.name in _SIMPLE for s in arguments)
        if call.name == "CALL" and simple and callee[:3:2] == ("LOAD_GLOBAL", "range"):
            yield following.offset


_SIMPLE = frozenset({"LOAD_CONST", "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_SMALL_INT"})


def _is_method(step: Step) -> bool:
    """A method found to be called: the call gets the point."""
    return _HAS_METHOD_BIT and bool(step.arg & 1)


def _is_exit_of_with(step: Step, before: list[Step]) -> bool:
    """``with`` calls the exit with three constants: a modelled lock has a point of its own."""
    return (
        step.name == "CALL"
        and step.arg == 2
        and len(before) == 3
        and all(s.name == "LOAD_CONST" and s.value is None for s in before)
    )


def _reads_container(step: Step, before: Step | None) -> bool:
    """Operators that look into a container which somebody else may hold too."""
    made_here = before is not None and before.name == "LOAD_CONST"
    if step.name == "BINARY_OP":
        number = made_here and before is not None and isinstance(before.value, _NUMBERS)
        return step.text == SUBSCRIPT or (step.arg >= FIRST_IN_PLACE and not number)
    if step.name == "LIST_EXTEND":
        return not made_here
    if step.name == "GET_ITER":
        return before is not None and before.name not in CALLS and not made_here
    if step.name in ("UNPACK_SEQUENCE", "UNPACK_EX"):
        return before is not None and before.name.startswith("LOAD_") and not made_here
    return False


def steps_of(code: CodeType) -> Iterator[Step]:
    first: int | None = None
    begins: dict[int, int] = {}
    found: list[tuple[dis.Instruction, int]] = []
    for i in dis.get_instructions(code):
        begin = i.offset if first is None else first
        if i.opname == "EXTENDED_ARG":
            first = begin
            continue
        first = None
        begins[i.offset] = begin
        found.append((i, begin))
    for i, begin in found:
        is_jump = i.opcode in dis.hasjrel or i.opcode in dis.hasjabs
        target = begins.get(i.argval, i.argval) if is_jump and isinstance(i.argval, int) else -1
        yield Step(
            i.opname, i.arg or 0, i.argval, i.argrepr, begin, target, i.opcode, i.arg is not None
        )  # fmt: skip
