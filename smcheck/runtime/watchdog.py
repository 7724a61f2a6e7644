"""What can be said and done about a thread that does not come back."""

from __future__ import annotations

import ctypes
import dis
import linecache
import os
import re
import sys
from pathlib import Path
from time import sleep
from types import FrameType

from smcheck.runtime.frames import Frames
from smcheck.runtime.places import location_of
from smcheck.runtime.tasks import Abandon, Task
from smcheck.schedule import START

LIMIT_FRAMES = 12
_DEBUGGERS = frozenset({"pdb", "bdb", "debugpy", "pydevd", "_pydevd_bundle"})
_SMCHECK = str(Path(__file__).parents[1]) + os.sep

SAMPLES, SAMPLE_S = 20, 0.001
"""How often and how far apart a thread is looked at to see whether it moves."""


def describe_blocked(task: Task, frames: Frames, *, timeout_s: float) -> str:
    """Return the text of a halt: the call that blocks, and the stack to it."""
    frame = sys._current_frames().get(task.worker.ident)
    # Alone, a machine has no tasks that a reader could tell apart.
    blocked = (
        "the machine waits for something that smcheck does not control"
        if task.number <= START
        else f"{_who(task)} is blocked in a call that is not modelled"
    )
    return (
        f"no progress for {timeout_s:g} s: {blocked}, or computes without end, at "
        f"{_at(frame, frames)}\n{_stack(frame)}"
    )


def describe_spent(task: Task, frames: Frames, *, limit_points: int) -> str:
    """Return the text of a halt: where the points ran out."""
    frame = sys._current_frames().get(task.worker.ident)
    return (
        f"{limit_points} points were not enough to come to an end: {_who(task)} was last at "
        f"{_at(frame, frames)}"
    )


def is_debugged(task: Task) -> bool:
    """Return whether the thread of ``task`` is in a debugger: then nobody counts seconds."""
    frame = sys._current_frames().get(task.worker.ident)
    while frame is not None:
        if str(frame.f_globals.get("__name__")).partition(".")[0] in _DEBUGGERS:
            return True
        frame = frame.f_back
    return False


def interrupt(task: Task) -> None:
    """Raise ``Abandon`` in the thread of ``task`` if it runs Python code.

    A thread that blocks in C is left alone: it would not notice, and on 3.11 an exception that
    is due makes every traced thread run in a circle.
    """
    if _is_moving(task.worker.ident):
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(task.worker.ident), ctypes.py_object(Abandon)
        )


def _is_moving(ident: int) -> bool:
    seen: set[tuple[int, int]] = set()
    for _ in range(SAMPLES):
        frame = sys._current_frames().get(ident)
        if frame is None:
            return False
        seen.add((id(frame), frame.f_lasti))
        if len(seen) > 1 or _is_at_jump(frame):
            return True
        del frame
        sleep(SAMPLE_S)
    return False


def _is_at_jump(frame: FrameType) -> bool:
    """Return whether a thread stands where loops let others run: it is in no call into C.

    A short loop is seen at this one instruction every time, however fast it goes round.
    """
    name = dis.opname[frame.f_code.co_code[frame.f_lasti]] if frame.f_lasti >= 0 else ""
    return name.startswith(("JUMP_BACKWARD", "RESUME"))


def _who(task: Task) -> str:
    if task.number <= START:
        return "the machine"
    # The interpreter counts the threads of the whole process: the same thread has many names.
    name = re.sub(r"^Thread-\d+", "Thread", task.name)
    return f"task {task.number}" + (f" ({name})" if name else "")


def _at(frame: FrameType | None, frames: Frames) -> str:
    at = location_of(frames.place(frame))
    if at is None:
        return "a place outside of the machine's code"
    source = linecache.getline(at.file, at.line).strip()
    return f"{at.file}:{at.line} in {at.function}" + (f": {source}" if source else "")


def _stack(frame: FrameType | None) -> str:
    """Return the innermost frames, outermost first; those of smcheck say nothing to a user."""
    lines: list[str] = []
    while frame is not None and len(lines) < LIMIT_FRAMES:
        code = frame.f_code
        if not code.co_filename.startswith(_SMCHECK):
            source = linecache.getline(code.co_filename, frame.f_lineno).strip()
            lines.append(f"  {code.co_filename}:{frame.f_lineno} in {code.co_qualname}: {source}")
        frame = frame.f_back
    return "\n".join(reversed(lines))
