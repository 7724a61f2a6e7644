"""What child processes of the command line have in common, however they are watched."""

from __future__ import annotations

import os
import signal
import sysconfig
from pathlib import Path


def environment(own: dict[str, str]) -> dict[str, str]:
    """Return an environment in which a child finds smcheck, installed or not, with ``own`` in it.

    Nobody could answer a debugger there; a replay makes an exception.
    """
    own = {"PYTHONBREAKPOINT": "0", **own}
    root = str(Path(__file__).parents[2])
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        before = os.environ.get("PYTHONPATH")
        own["PYTHONPATH"] = f"{root}{os.pathsep}{before}" if before else root
    return {**os.environ, **own}


def kill_group(group: int) -> None:
    """End every process of a group, as far as there are any."""
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # Everybody has ended already; macOS says it with the second one.
        return
