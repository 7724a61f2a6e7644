"""What ``open`` gives for a file below the folder: its own objects, on a raw layer that tells.

The raw layer is where buffers have been emptied to: each of its writes is one of the system.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Callable
from typing import Any

from smcheck.runtime.clock import as_builtin
from smcheck.runtime.file_calls import (
    RECORDING,
    Plan,
    Recorder,
    Recording,
    plan_open,
    plan_truncate,
    plan_write,
)

_FLAGS = {
    "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC,
    "x": os.O_WRONLY | os.O_CREAT | os.O_EXCL,
    "a": os.O_WRONLY | os.O_CREAT | os.O_APPEND,
    "r": os.O_RDWR,
}


class _ToldFile(io.FileIO):
    """The raw layer of a file below the folder.

    What it needs is kept in defaults: files are written while the interpreter shuts down, too.
    """

    __slots__ = ()

    def write(
        self, data: Any, /, _now: Recording = RECORDING, _write: Any = io.FileIO.write
    ) -> Any:
        recorder = _now.recorder
        if recorder is None:
            return _write(self, data)
        planned = recorder.plan(plan_write, "write", self.fileno(), data)
        returned = _write(self, data)
        if planned is not None:
            recorder.finish(planned, returned)
        return returned

    def truncate(
        self, size: Any = None, /, _now: Recording = RECORDING, _cut: Any = io.FileIO.truncate
    ) -> Any:
        recorder = _now.recorder
        if recorder is None:
            return _cut(self, size)
        planned = recorder.plan(plan_truncate, "truncate", self.fileno(), size)
        returned = _cut(self, size)
        if planned is not None:
            recorder.finish(planned, returned)
        return returned

    def __repr__(self) -> str:
        if self.closed:
            return "<_io.FileIO [closed]>"
        name = getattr(self, "name", None)
        named = f"fd={self.fileno()}" if name is None else f"name={name!r}"
        return f"<_io.FileIO {named} mode={self.mode!r} closefd={self.closefd}>"


for _attribute in ("__name__", "__qualname__", "__module__", "__doc__"):
    setattr(_ToldFile, _attribute, getattr(io.FileIO, _attribute))


def _opening(original: Callable[..., Any]) -> Callable[..., Any]:
    def open_file(
        file: Any, mode: Any = "r", buffering: Any = -1, encoding: Any = None,
        errors: Any = None, newline: Any = None, closefd: Any = True, opener: Any = None,
    ) -> Any:  # fmt: skip
        recorder = RECORDING.recorder
        if recorder is not None and type(mode) is str and _is_ours(recorder, file, mode):
            raw_mode, is_text = mode.replace("t", "").replace("b", ""), "b" not in mode
            if _fits(is_text, buffering, encoding=encoding, errors=errors, newline=newline):
                raw = _open_raw(recorder, file, raw_mode, closefd=closefd, opener=opener)
                text = (encoding, errors, newline) if is_text else None
                return _wrapped(raw, mode, buffering, text=text)
        return original(file, mode, buffering, encoding, errors, newline, closefd, opener)

    return as_builtin(open_file, original)


def _is_ours(recorder: Recorder, file: Any, mode: str) -> bool:
    """Whether a valid mode asks to write a file below the folder."""
    letters = frozenset(mode)
    if len(letters) != len(mode) or not letters <= frozenset("rwxabt+"):
        return False
    if len(letters & frozenset("rwxa")) != 1 or {"b", "t"} <= letters:
        return False
    if letters <= frozenset("rbt"):
        return False
    try:
        below = recorder.below_fd(file) if isinstance(file, int) else recorder.below(file)
    except Exception:  # noqa: BLE001 - the real function says what is wrong
        return False
    return below is not None


def _fits(is_text: bool, buffering: Any, **text: Any) -> bool:
    """Whether the other arguments go together; the real function says what does not."""
    if type(buffering) is not int or not all(isinstance(v, str | None) for v in text.values()):
        return False
    if is_text:
        return buffering != 0
    return all(value is None for value in text.values())


def _open_raw(recorder: Recorder, file: Any, mode: str, *, closefd: Any, opener: Any) -> _ToldFile:
    file = file if isinstance(file, int) else os.fspath(file)
    planned: Plan | None = None
    if opener is None and not isinstance(file, int):
        planned = recorder.plan(plan_open, "open", file, flags=_FLAGS[mode.strip("+")])
    raw = _ToldFile(file, mode, closefd, opener)
    if planned is not None:
        recorder.finish(planned, raw.fileno())
    return raw


def _wrapped(raw: Any, mode: str, buffering: int, *, text: Any) -> Any:
    """Put on the raw layer what ``io.open`` puts there."""
    opened: Any = raw
    try:
        is_by_line = buffering == 1 or (buffering < 0 and raw.isatty())
        if is_by_line and text is None and buffering == 1:
            warnings.warn(
                "line buffering (buffering=1) isn't supported in binary mode, "
                "the default buffer size will be used",
                RuntimeWarning,
                stacklevel=3,
            )
        if buffering == 0:
            return raw
        size = buffering if buffering > 1 else raw._blksize
        opened = (io.BufferedRandom if "+" in mode else io.BufferedWriter)(raw, size)
        if text is None:
            return opened
        encoding, errors, newline = text
        opened = io.TextIOWrapper(opened, encoding, errors, newline, is_by_line)
        opened.mode = mode
    except BaseException:
        opened.close()
        raise
    return opened


OPEN_FUNCTIONS = {"open": _opening(io.open)}
"""What stands for ``open``, by name."""
