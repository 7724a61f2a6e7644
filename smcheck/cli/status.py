"""Exit statuses: what each says, which is the worst, and how our own fault is told."""

from __future__ import annotations

import enum
import sys
from collections.abc import Iterable

import smcheck
from smcheck.finding import Verdict


class Exit(enum.IntEnum):
    """What the command answers to the shell."""

    HELD = 0
    VIOLATED = 1
    USAGE = 2
    INTERNAL = 3
    INCONCLUSIVE = 4
    DIFFERENT = 5


_WORST_FIRST = (Exit.VIOLATED, Exit.INTERNAL, Exit.INCONCLUSIVE, Exit.HELD)
_BY_VERDICT = {
    Verdict.HELD: Exit.HELD,
    Verdict.VIOLATED: Exit.VIOLATED,
    Verdict.INCONCLUSIVE: Exit.INCONCLUSIVE,
}


def status_of(verdict: Verdict) -> Exit:
    """Return the exit status of one verdict."""
    return _BY_VERDICT[verdict]


def worst(statuses: Iterable[Exit]) -> Exit:
    """Return the status that stands for several subjects; nothing checked is inconclusive."""
    found = set(statuses)
    return next((one for one in _WORST_FIRST if one in found), Exit.INCONCLUSIVE)


def internal_error(text: str) -> str:
    """Return ``text``, a traceback, said to be smcheck's own fault."""
    return (
        f"{text.rstrip()}\nsmcheck: internal error: this is a fault of smcheck "
        f"{smcheck.__version__} on Python {sys.version.split()[0]}, not of the machine; "
        "please report it with the lines above"
    )
