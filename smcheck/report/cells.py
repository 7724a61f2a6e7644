"""Text in columns of a terminal, where some characters take two of them. Pure."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size

from smcheck.report.plain import one_line


def width_of(text: str) -> int:
    """Return how many columns a text takes.

    >>> width_of("ab"), width_of("漢字")
    (2, 4)
    """
    return len(text) if text.isascii() else cell_len(text)


def cut(text: str, width: int) -> str:
    """Return at most so many columns of a text, on one line.

    >>> cut("abcdef", 4), cut("漢字漢字", 4)
    ('abc…', '漢 …')
    """
    text = one_line(text)
    if width_of(text) <= width:
        return text
    return f"{set_cell_size(text, max(width - 1, 0))}…"


def pad(text: str, width: int) -> str:
    """Return a text with spaces behind it up to so many columns."""
    return text + " " * max(0, width - width_of(text))
