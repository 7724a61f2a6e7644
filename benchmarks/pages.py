"""Put measured tables and their raw rows into docs."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path

import smcheck

DOCS = Path(__file__).parent.parent / "docs"
PAGE, ROWS = DOCS / "performance.md", DOCS / "performance.json"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table whose first column is text and the others are numbers."""
    cells = [list(heads), ["---", *["--:"] * (len(heads) - 1)], *map(list, rows)]
    return ["| " + " | ".join(row) + " |" for row in cells]


def circumstances() -> str:
    """Return what the figures of a run depend on, in a sentence."""
    load = f"load average {os.getloadavg()[0]:.1f} when it began"
    return (
        f"CPython {platform.python_version()}, {os.cpu_count()} CPUs, {load}, "
        f"smcheck {smcheck.__version__}."
    )


def put(page: Path, mark: str, lines: Iterable[str]) -> None:
    """Put lines between the markers of a page.

    Raises:
        SystemExit: The page has no such markers.
    """
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    before, found, rest = page.read_text("utf-8").partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise SystemExit(f"expected {begin} and {end} in {page}, they are not there: add them")
    page.write_text("\n".join([before + begin, *lines, end]) + after, "utf-8")


def write(mark: str, lines: Iterable[str], raw: object) -> None:
    """Put lines into the page of performance, and the raw rows beside it under that name."""
    put(PAGE, mark, lines)
    rows = json.loads(ROWS.read_text("utf-8")) if ROWS.exists() else {}
    rows[mark] = raw
    ROWS.write_text(json.dumps(rows, indent=1, sort_keys=True) + "\n", "utf-8")
