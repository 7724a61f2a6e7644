"""Put a call before some instructions of a code object, on Python 3.11.

The bytecode of 3.11 does not change any more, and newer versions have events for what this is
needed for. What the function does and the lines it tells of stay as they were.

Source: CPython 3.11, Objects/locations.md and Objects/exception_handling_notes.txt, for the
two tables beside the bytecode.
"""

from __future__ import annotations

import dis
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from types import CodeType
from typing import NamedTuple

_UNIT = 2
"""Bytes of a code unit; jumps and both tables count in units."""
_LONGEST = 8
"""Code units that an entry of the line table covers at most."""
_STACK = 3
"""Entries that the call needs on the stack."""
_CACHE, _EXTENDED, _CALL = (dis.opmap.get(name, -1) for name in ("CACHE", "EXTENDED_ARG", "CALL"))
_PREPARING = {dis.opmap.get("PRECALL", -1), dis.opmap.get("KW_NAMES", -1)}


class Inserted(NamedTuple):
    """Code that calls, and the offset in the code before for each of its code units."""

    code: CodeType
    origins: tuple[int, ...]


class _Step(NamedTuple):
    """One instruction; ``offset`` and ``target`` are those of the code before.

    Attributes:
        calls_for: The instruction that it calls for, if it was put in.
    """

    offset: int
    opcode: int
    arg: int = 0
    caches: int = 0
    target: int = -1
    is_backward: bool = False
    calls_for: int = -1

    def encoded(self, arg: int, *, least: int = 0) -> bytes:
        """Return the bytes with another argument, ``least`` of them in any case."""
        last = bytes((self.opcode, arg & 0xFF)) + bytes(_UNIT * self.caches)
        before = b""
        while arg > 0xFF or len(before) + len(last) < least:
            arg >>= 8
            before = bytes((_EXTENDED, arg & 0xFF)) + before
        return before + last


def insert(code: CodeType, offsets: Iterable[int], call: Callable[[], object]) -> Inserted:
    """Return code that calls ``call`` before each of the instructions at ``offsets``.

    Before a call that is before what prepares it. Nested code objects stay as they are.
    """
    old = list(_steps(code.co_code))
    wanted = dict(_before_preparation(old, frozenset(offsets)))
    calling = _calling(len(code.co_consts))
    steps: list[_Step] = []
    for step in old:
        if step.offset in wanted:
            called = wanted[step.offset]
            steps += [s._replace(offset=step.offset, calls_for=called) for s in calling]
        steps.append(step)
    pieces = _assembled(steps)
    made = code.replace(
        co_code=b"".join(pieces),
        co_consts=(*code.co_consts, call),
        co_stacksize=code.co_stacksize + _STACK,
        co_linetable=_line_table(code, steps, pieces),
        co_exceptiontable=_exception_table(code, _starts(steps, pieces)),
    )
    origins: list[int] = []
    for step, piece in zip(steps, pieces, strict=True):
        at = step.offset if step.calls_for < 0 else step.calls_for
        origins += [at] * (len(piece) // _UNIT)
    return Inserted(made, tuple(origins))


def _steps(raw: bytes) -> Iterator[_Step]:
    at = 0
    while at < len(raw):
        begin, arg = at, raw[at + 1]
        while raw[at] == _EXTENDED:
            at += _UNIT
            arg = arg << 8 | raw[at + 1]
        opcode, at = raw[at], at + _UNIT
        is_backward = "BACKWARD" in dis.opname[opcode]
        target = at + _UNIT * (-arg if is_backward else arg) if opcode in dis.hasjrel else -1
        caches = 0
        while raw[at : at + 1] == bytes((_CACHE,)):
            caches, at = caches + 1, at + _UNIT
        yield _Step(begin, opcode, arg, caches, target, is_backward)


def _before_preparation(steps: list[_Step], offsets: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Yield where to call for each of ``offsets``: what prepares a call may make it already."""
    for at, step in enumerate(steps):
        if step.offset in offsets:
            first = at
            while step.opcode == _CALL and first and steps[first - 1].opcode in _PREPARING:
                first -= 1
            yield steps[first].offset, step.offset


def _calling(constant: int) -> list[_Step]:
    return [
        _Step(0, dis.opmap["PUSH_NULL"]),
        _Step(0, dis.opmap["LOAD_CONST"], constant),
        _Step(0, dis.opmap["PRECALL"], caches=1),
        _Step(0, dis.opmap["CALL"], caches=4),
        _Step(0, dis.opmap["POP_TOP"]),
    ]


def _assembled(steps: list[_Step]) -> list[bytes]:
    """Return the bytes of each instruction: a jump may need more of them, which moves others."""
    pieces = [step.encoded(step.arg) for step in steps]
    while True:
        starts, at, is_settled = _starts(steps, pieces), 0, True
        for number, step in enumerate(steps):
            size = len(pieces[number])
            at += size
            if step.target >= 0:
                distance = abs(starts[step.target] - at) // _UNIT
                pieces[number] = step.encoded(distance, least=size)
                is_settled &= len(pieces[number]) == size
        if is_settled:
            return pieces


def _starts(steps: list[_Step], pieces: list[bytes]) -> dict[int, int]:
    """Return where what was at an offset begins now, by offset; its call belongs to it."""
    starts: dict[int, int] = {}
    at = 0
    for step, piece in zip(steps, pieces, strict=True):
        starts.setdefault(step.offset, at)
        at += len(piece)
    starts[-1] = at
    return starts


def _line_table(code: CodeType, steps: list[_Step], pieces: list[bytes]) -> bytes:
    positions = list(code.co_positions())
    table = bytearray()
    latest = code.co_firstlineno
    units = (
        positions[s.offset // _UNIT] for s, p in zip(steps, pieces, strict=True) for _ in p[::_UNIT]
    )
    for (line, end_line, column, end_column), group in groupby(units):
        left = sum(1 for _ in group)
        while left:
            length = min(left, _LONGEST)
            left -= length
            if line is None:
                table.append(0x80 | 15 << 3 | length - 1)
                continue
            step, latest = line - latest, line
            moved = _varint(abs(step) << 1 | (step < 0))
            if end_line is None or column is None or end_column is None:
                table.append(0x80 | 13 << 3 | length - 1)
                table += moved
            else:
                table.append(0x80 | 14 << 3 | length - 1)
                table += moved + _varint(end_line - line)
                table += _varint(column + 1) + _varint(end_column + 1)
    return bytes(table)


def _varint(value: int) -> bytes:
    """Encode six bits a byte, the lowest first."""
    found = bytearray()
    while value > 0x3F:
        found.append(0x40 | value & 0x3F)
        value >>= 6
    return bytes((*found, value))


def _exception_table(code: CodeType, starts: dict[int, int]) -> bytes:
    offsets = sorted(offset for offset in starts if offset >= 0)

    def start(offset: int) -> int:
        at = bisect_left(offsets, offset)
        return starts[offsets[at] if at < len(offsets) else -1] // _UNIT

    table = bytearray()
    for begin, length, target, depth in _exception_entries(code.co_exceptiontable):
        first, end = start(begin * _UNIT), start((begin + length) * _UNIT)
        for number, value in enumerate((first, end - first, start(target * _UNIT), depth)):
            table += _varint_from_top(value, mark=0x80 if number == 0 else 0)
    return bytes(table)


def _exception_entries(table: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield first unit, length, handler and depth (with its flag) of each entry."""
    values: list[int] = []
    value = 0
    for byte in table:
        value = value << 6 | byte & 0x3F
        if not byte & 0x40:
            values.append(value)
            value = 0
    yield from zip(*[iter(values)] * 4, strict=True)


def _varint_from_top(value: int, *, mark: int) -> bytes:
    """Encode six bits a byte, the highest first."""
    parts = [value & 0x3F]
    while value > 0x3F:
        value >>= 6
        parts.append(0x40 | value & 0x3F)
    parts[-1] |= mark
    return bytes(reversed(parts))
