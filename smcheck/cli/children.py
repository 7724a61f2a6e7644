"""What child processes of the command line have in common, however they are watched."""

from __future__ import annotations

import os
import signal
import sysconfig
from contextlib import suppress
from pathlib import Path

from smcheck.circumstances.plugins import without_plugins


def environment(own: dict[str, str]) -> dict[str, str]:
    """Return an environment in which a child finds smcheck, installed or not, with ``own`` in it.

    Nobody could answer a debugger there; a replay makes an exception.
    """
    own = {"PYTHONBREAKPOINT": "0", **without_plugins(), **own}
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


def kill_marked(name: str, value: str) -> None:
    """End every process that was started with variable ``name`` set to ``value``.

    Whoever forked and left its group is found by the environment that it inherited. Systems
    without ``/proc`` do not tell.
    """
    mark = f"{name}={value}".encode()
    for _ in range(_SWEEPS):
        found = [pid for pid in _processes() if mark in _environment_of(pid)]
        if not found:
            return
        for pid in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)


_SWEEPS = 20
"""Whoever forks while the others are ended is ended in the next sweep."""


def _processes() -> list[int]:
    """Return the processes that can still run, except this one."""
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    return [int(name) for name in names if name.isdigit() and int(name) != os.getpid()]


def _environment_of(pid: int) -> list[bytes]:
    """Return the variables that a process was started with; none of one that has ended."""
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return []
