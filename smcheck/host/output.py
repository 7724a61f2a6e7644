"""Listen to what a machine prints and logs, without taking it from anybody.

Knows streams and loggers; whose call it was is the listener's to know.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

LIMIT_LINES = 200
"""Lines that are noted of one execution; whoever prints more repeats himself."""
_LIMIT_LINE = 200

Note = Callable[[str], None]


class _Overheard:
    """A stream that hands on what is written to it, and everything else to what it stands for."""

    def __init__(self, stream: TextIO, note: Note) -> None:
        self._stream = stream
        self._note = note

    def write(self, text: str) -> int:
        """Write to the stream, and note the lines."""
        self._note(text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:  # Any: whatever the stream has
        return getattr(self._stream, name)


class _Records(logging.Handler):
    """Note log records as far as loggers let them pass."""

    def __init__(self, note: Note) -> None:
        super().__init__()
        self._note_line = note

    def emit(self, record: logging.LogRecord) -> None:
        """Note one record in a line."""
        try:
            text = f"{record.levelname} {record.name}: {record.getMessage()}"
        except Exception:
            return  # a message that cannot be made is for the machine's own handlers to tell
        self._note_line(text + "\n")


@contextmanager
def overhearing(note: Note) -> Iterator[None]:
    """Hand every line that is printed or logged meanwhile to ``note`` as well.

    Args:
        note: Called with one line, on the thread that wrote it.
    """
    lines = _Lines(note)
    before = sys.stdout, sys.stderr
    records = _Records(lines.take)
    root = logging.getLogger()
    try:
        sys.stdout, sys.stderr = (_overheard(stream, lines.take) for stream in before)
        root.addHandler(records)
        yield
    finally:
        root.removeHandler(records)
        sys.stdout, sys.stderr = before


class _Lines:
    """Put pieces of text together to lines, and stop when there are enough."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self._left = LIMIT_LINES
        self._begun = ""

    def take(self, text: object) -> None:
        """Take a piece of text in; what is no text is the stream's to refuse."""
        if not isinstance(text, str):
            return
        *whole, self._begun = (self._begun + text[: 10 * _LIMIT_LINE]).split("\n")
        for line in whole:
            if self._left > 0 and line.strip():
                self._left -= 1
                self._note(line[:_LIMIT_LINE])


def _overheard(stream: Any, note: Note) -> Any:
    return stream if stream is None else _Overheard(stream, note)
