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
    place = folder / "canary"
    place.mkdir(parents=True, exist_ok=True)
    source = resources.files("smcheck.campaign").joinpath("planted.py").read_bytes()
    path = place / "planted.py"
    write_whole(path, source, option="--store")
    return f"{path}:canary"
