"""Pieces that every text of a report is made of: sentences, places, columns as they are.

Lines of source are read to be shown; nothing else is touched.
"""

from __future__ import annotations

import io
import linecache
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.text import Text

from smcheck.finding import Location
from smcheck.report.plain import one_line, shown_path, visible

INDENT = 3


def plain_text(*renderables: RenderableType) -> str:
    """Return what a file 100 columns wide would show of ``renderables``."""
    console = Console(file=io.StringIO(), width=100, color_system=None, highlight=False)
    with console.capture() as captured:
        for renderable in renderables:
            console.print(renderable, crop=False)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())


def place(where: Location, root: Path, *, has_source: bool = True) -> Iterator[RenderableType]:
    """Yield a place and its line of source.

    Args:
        root: Folder that the path is shown relative to.
        has_source: The file still is what ran.
    """
    role = f"{one_line(where.role)}: " if where.role else ""
    head = Text(f"{role}{shown_path(where.file, root)}:{where.line}", style="bold")
    head.append(f" in {where.function}" if where.function else "", style="not bold")
    yield _unwrapped(head)
    source = _source(where) if has_source else ""
    if source:
        yield _unwrapped(Text(f"    {where.line} | {visible(source)[:88]}", style="cyan"))


def _source(where: Location) -> str:
    try:
        return linecache.getline(where.file, where.line).strip()
    except ValueError:  # a name that no file can have
        return ""


def said(text: str, style: str = "") -> RenderableType:
    """Return a sentence, wrapped at the width."""
    return Padding(Text(visible(text), style=style), (0, 0, 0, INDENT))


def verbatim(text: str) -> Text:
    """Return lines as they are."""
    lines = (f"{'':{INDENT}}{line}".rstrip() for line in visible(text).splitlines())
    return _as_is(Text("\n".join(lines)))


def _unwrapped(text: Text) -> RenderableType:
    return _as_is(Text.assemble(" " * INDENT, text))


def _as_is(text: Text) -> Text:
    """Keep what a person copies or reads in columns from being broken by the width."""
    text.no_wrap, text.overflow = True, "ignore"
    return text
