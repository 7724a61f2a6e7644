"""Small machines that operators are tried on, and what came of it."""

from __future__ import annotations

from textwrap import dedent, indent

from tests.mutants.generate import OPERATORS, mutants
from tests.mutants.source import Source

FRAME = """from __future__ import annotations

import json


class Model:
    def update(self, entries):
        return sorted(dict(entries))


class Machine:
{methods}

subject = Subject(machine=Machine, model=Model)
"""

LOCK = "lock: RLock = field(default_factory=RLock)\n"


def machine(methods: str) -> str:
    """Return the file of a machine with these methods."""
    return FRAME.format(methods=indent(dedent(methods).strip("\n") + "\n", "    "))


def changed_lines(operator: str, methods: str) -> list[str]:
    """Return what each mutant changes: lines that go, lines that come."""
    found = [m for m in mutants("small", machine(methods)) if m.operator == operator]
    return [mutant.name.split(": ", 2)[2] for mutant in found]


def changed_files(operator: str, methods: str) -> list[str]:
    """Return the whole file of each mutant."""
    source = Source(machine(methods))
    return [source.edited(edits) for edits in OPERATORS[operator](source)]
