"""Read what faulthandler wrote: the stacks of a process that died or hung.

Text work only. Which frames are the machine's is told by the roots of its code.
"""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from smcheck.finding import Location

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$')
_THREAD = re.compile(r"^(?P<current>Current thread|Thread|Stack) ")
_SMCHECK = str(Path(__file__).parents[1])
_PASSED_THROUGH = tuple(
    f"{_SMCHECK}/{name}.py"
    for name in ("cli/guards", "runtime/file_functions", "runtime/file_objects")
)


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
            # The guards' frames on top are those that wrote the dump; those of stand-ins
            # for file functions are in the system's call, as the machine would be.
            if stacks[-1][1] or place.file not in _PASSED_THROUGH:
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


def qualified(place: Location) -> str:
    """Return the qualified name of the function at ``place``, which a dump does not have."""
    try:
        tree: ast.AST = ast.parse("".join(linecache.getlines(place.file)))
    except (SyntaxError, ValueError):
        return place.function
    name = _name_at(tree, place.line)
    return name if name.rpartition(".")[2] == place.function else place.function


def _name_at(tree: ast.AST, line: int, before: str = "") -> str:
    """Return the name of the innermost function that holds ``line``, empty for none."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, ast.stmt) or not node.lineno <= line <= (node.end_lineno or 0):
            continue
        if isinstance(node, ast.ClassDef):
            return _name_at(node, line, f"{before}{node.name}.")
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            own = f"{before}{node.name}"
            return _name_at(node, line, f"{own}.<locals>.") or own
        return _name_at(node, line, before)
    return ""


def _is_below(file: str, roots: tuple[str, ...]) -> bool:
    return any(file == root or file.startswith(root.rstrip("/") + "/") for root in roots)
