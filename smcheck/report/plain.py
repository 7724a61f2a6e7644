"""Plain text that is safe to print, and counts in words. Pure, and light enough for everybody."""

from __future__ import annotations

import os
from pathlib import Path


def counted(count: int, noun: str) -> str:
    """Return how many there are of something.

    >>> counted(1, "plan"), counted(2000, "switch")
    ('1 plan', '2,000 switches')
    """
    ending = "" if count == 1 else "es" if noun.endswith("h") else "s"
    return f"{count:,} {noun}{ending}"


def shown_path(path: str, root: Path) -> str:
    """Return a path relative to ``root`` if it lies there."""
    if not os.path.isabs(path):
        return visible(path)
    shown = os.path.relpath(path, root)
    return visible(path if shown.startswith("..") else shown)


def visible(text: str) -> str:
    r"""Spell out control characters, so that a machine's text cannot command the terminal.

    >>> visible("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    if text.isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() else _spelled(c) for c in text)


def one_line(text: str) -> str:
    r"""Spell out line breaks as well: a name must not begin a line of its own.

    >>> one_line("a\n::error::b")
    'a\\n::error::b'
    """
    return visible(text).replace("\n", "\\n").replace("\t", " ")


def _spelled(char: str) -> str:
    return char.encode("unicode_escape").decode()
