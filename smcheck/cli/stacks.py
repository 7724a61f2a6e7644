"""Read what faulthandler wrote: the stacks of a process that died or hung.

Pure text work. Which frames are the machine's is told by the roots of its code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from smcheck.finding import Location

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$')
_THREAD = re.compile(r"^(?P<current>Current thread|Thread|Stack) ")
_SMCHECK = str(Path(__file__).parents[1])
_CHILD = str(Path(__file__).with_name("child.py"))


@dataclass(frozen=True, slots=True)
class Stack:
    """One thread, innermost frame first."""

    frames: tuple[Location, ...]
    current: bool = False


def parse(text: str) -> list[Stack]:
    """Return the stacks in ``text``, current threads first."""
    stacks: list[tuple[bool, list[Location]]] = []
    for line in text.splitlines():
        if head := _THREAD.match(line):
            stacks.append((head["current"] == "Current thread", []))
        elif (frame := _FRAME.match(line)) and stacks:
            place = Location(frame["file"], int(frame["line"]), frame["function"])
            # The child's own frames on top are those that wrote the dump.
            if stacks[-1][1] or place.file != _CHILD:
                stacks[-1][1].append(place)
    found = [Stack(tuple(frames), current) for current, frames in stacks if frames]
    return sorted(found, key=lambda stack: not stack.current)


def machine_frames(stacks: Iterable[Stack], roots: Iterable[str]) -> tuple[Location, ...]:
    """Return the machine's frames of the thread that runs it, innermost first.

    A thread whose innermost frame is smcheck's waits for its turn, so it is the last choice.
    """
    roots = tuple(roots)
    waiting: tuple[Location, ...] = ()
    for stack in stacks:
        mine = tuple(frame for frame in stack.frames if _is_below(frame.file, roots))
        if mine and not _is_below(stack.frames[0].file, (_SMCHECK,)):
            return mine
        waiting = waiting or mine
    return waiting


def _is_below(file: str, roots: tuple[str, ...]) -> bool:
    return any(file == root or file.startswith(root.rstrip("/") + "/") for root in roots)
