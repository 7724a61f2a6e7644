"""The canary: a planted bug that every night must find, or the night proves nothing.

To be seen it takes a lookup between two lines of an update, so the whole way is walked: plans,
schedules, checkers, blame.
"""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from smcheck.report.files import write_whole

CLAUSE = "BAT-6"
"""What the built-in bug breaks."""


def put_canary(folder: Path) -> str:
    """Write the machine with the planted bug below ``folder`` and return its target.

    A copy, because code of smcheck itself is never preempted.

    Raises:
        UsageError: The disk or the folder refuses.
    """
    path = _path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    source = resources.files("smcheck.campaign").joinpath("planted.py").read_bytes()
    write_whole(path, source, option="--store")
    return canary_in(folder)


def canary_in(folder: Path) -> str:
    """Return the target of the canary that ``put_canary`` puts below ``folder``."""
    return f"{_path(folder)}:canary"


def _path(folder: Path) -> Path:
    return folder / "canary" / "planted.py"
