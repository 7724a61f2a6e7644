"""Put text on the standard streams, whatever they are: a terminal, a file, a closed pipe.

Knows streams and nothing of what is printed.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from typing import TextIO

from rich.console import Console, RenderableType

WIDTH = 100


def prepare_streams() -> None:
    """Make printing safe: no character that cannot be encoded, no missing descriptor."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # A pipe to the child must not be given one of these numbers.
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def emit(*renderables: RenderableType, edit: Callable[[str], str] | None = None) -> None:
    """Print to standard output; nobody reading any more is no error.

    Args:
        edit: Changes the whole text before it is printed.
    """
    if sys.stdout is not None:
        text = text_of(*renderables, stream=sys.stdout)
        _write(sys.stdout, edit(text) if edit is not None else text)


def emit_lines(lines: Iterable[str]) -> None:
    """Print lines to standard output as they are, whatever their length."""
    if sys.stdout is not None:
        _write(sys.stdout, "".join(f"{line}\n" for line in lines))


def complain(text: str) -> None:
    """Print to standard error as it is."""
    if sys.stderr is not None:
        _write(sys.stderr, text.rstrip("\n") + "\n")


def text_of(*renderables: RenderableType, stream: TextIO | None = None) -> str:
    """Return what ``stream`` would show; plain text without one."""
    is_terminal = stream is not None and stream.isatty()
    console = Console(
        file=io.StringIO(),
        force_terminal=is_terminal,
        color_system=None if os.environ.get("NO_COLOR") else "auto",
        width=min(WIDTH, Console(file=stream).width) if is_terminal else WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable, crop=False)
    # Rich pads lines to the width, which nobody who copies them wants.
    return "".join(line.rstrip() + "\n" for line in captured.get().splitlines())


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _forget(stream)
    except (OSError, ValueError):
        # A full disk behind a redirection, or a closed stream: the report file still counts.
        return


def _forget(stream: TextIO) -> None:
    """Point a stream that nobody reads at nothing, so that closing it fails no more."""
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
    except (OSError, ValueError):
        return
