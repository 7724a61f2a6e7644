"""Write ``docs/contract.md`` from the tables of clauses and examples.

python benchmarks/contract_page.py
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.contract.examples import HELPERS
from smcheck.contract.profiles import Kind

PAGE = Path(__file__).resolve().parents[1] / "docs" / "contract.md"

AREAS = {
    "NEW": "New instances", "THR": "Threads", "UPD": "Updates", "BAT": "Batches",
    "LOG": "The log", "RES": "Results", "SES": "Client sessions", "LKP": "Lookups",
    "PRE": "Preparing an image", "SAV": "Saving an image", "FIL": "Files of an image",
    "REC": "Recovering", "CLO": "Closing", "HSH": "The hash", "DSK": "Machines on disk",
    "PRG": "Progress", "RDC": "Reads beside updates", "CRA": "Exceptions",
}  # fmt: skip
"""Heading by the letters that ids begin with."""

HEAD = """# The contract

<!-- Methods stand one blank line apart, as in the class that they are of. -->
<!-- fmt: off -->

What a replication library expects of a state machine, and what the machine may expect of it: every
clause with the reason for it, what smcheck does about it, and the same few lines of a machine
broken and mended. `smcheck clauses UPD-4` prints one of them. Written by
`python benchmarks/contract_page.py` from the tables that smcheck itself reads; nothing here is
written by hand.

A clause that [no machine can break](#what-no-machine-can-break) is a right of the host or a promise
of it. Its broken example counts on something else.

The examples are of whichever kind shows the matter best. They call some functions that they do not
show:
"""

LAST = """## What no machine can break

These say what the host does. smcheck plays a host that does it, and has nothing to find here; each
is followed by the reason.
"""

UNNAMED = """## What no finding names

A machine can break these, and smcheck puts them to the test; what it finds is told otherwise.
"""


def page() -> str:
    """Return the page as the tables give it now."""
    helpers = "\n".join(f"- `{name}` {text}" for name, text in HELPERS.items())
    contents = "\n".join(
        f"- {AREAS[area]}: {', '.join(link(clause) for clause in clauses)}"
        for area, clauses in areas()
    )
    parts = [HEAD, helpers, "## Contents", contents]
    for area, clauses in areas():
        parts += [f"## {AREAS[area]}", *map(section, clauses)]
    parts += [LAST, excused(is_duty=False), UNNAMED, excused(is_duty=True)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def areas() -> list[tuple[str, list[Clause]]]:
    """Return the clauses by area; LKP-8, last in the tables, is with the other lookups here."""
    places = list(AREAS)
    clauses = sorted(CLAUSES.values(), key=lambda clause: places.index(area_of(clause)))
    return [(area, list(group)) for area, group in groupby(clauses, key=area_of)]


def area_of(clause: Clause) -> str:
    """Return the letters that the id begins with."""
    return clause.id.partition("-")[0]


def section(clause: Clause) -> str:
    """Return all about one clause."""
    kinds = ", ".join(kind.value for kind in Kind if kind in clause.kinds)
    return "\n\n".join(
        (
            f"### {clause.id}",
            f"**{clause.text}** {clause.reason}",
            f"*What smcheck does.* {clause.how}",
            f"*Kinds:* {kinds}. *Severity:* {clause.severity}. *Test:* `test_{clause.family}`.",
            f"Broken:\n\n{fenced(clause.example.broken)}",
            f"Mended:\n\n{fenced(clause.example.mended)}",
        )
    )


def fenced(code: str) -> str:
    """Return code as a block of its own."""
    return f"```python\n{code}\n```"


def excused(*, is_duty: bool) -> str:
    """Return a list of the clauses that no finding names, with the reasons."""
    return "\n".join(
        f"- {link(clause)} {clause.text} *Why:* {clause.excuse}"
        for _, clauses in areas()
        for clause in clauses
        if not clause.is_named and clause.is_duty is is_duty
    )


def link(clause: Clause) -> str:
    """Return a link to the section of a clause."""
    return f"[{clause.id}](#{clause.id.lower()})"


def main() -> None:
    """Write the page anew."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
