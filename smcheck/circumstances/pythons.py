"""Another interpreter in which workers can live: smcheck and what it needs are installed there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from smcheck.circumstances.data import ANOTHER_PYTHON
from smcheck.errors import UsageError

_MINORS = range(11, 20)
_HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
_MARK = "smcheck asks a Python"
_TRIES = (
    f"import sys; print({_MARK!r}, '%d.%d' % sys.version_info[:2], flush=True); "
    "sys.path.append({root!r}); import smcheck.circumstances.worker"
)
_LONGEST_S = 60.0


def with_python(vary: dict[str, str]) -> dict[str, str]:
    """Return what is varied, with the path of another interpreter where one is wanted.

    Raises:
        UsageError: There is none that has smcheck installed.
    """
    if ANOTHER_PYTHON not in vary:
        return vary
    given = vary[ANOTHER_PYTHON]
    if given:
        if why := _why_not(given):
            raise UsageError(
                f"--vary: expected an interpreter of another version that has smcheck installed, "
                f"got {given!r}, {why}"
            )
        return {**vary, ANOTHER_PYTHON: given}
    for path in _candidates():
        if not _why_not(path):
            return {**vary, ANOTHER_PYTHON: path}
    raise UsageError(
        "--vary: expected somewhere an interpreter of another version that has smcheck installed, "
        f"found none: name one, such as --vary '{ANOTHER_PYTHON}=/path/to/venv/bin/python'"
    )


def _candidates() -> Iterator[str]:
    for minor in _MINORS:
        path = shutil.which(f"python3.{minor}")
        if path is not None and minor != sys.version_info[1]:
            yield path


def _why_not(path: str) -> str:
    """Return why no worker of another version can run there, empty if one can."""
    if shutil.which(path) is None:
        kind = "cannot be run" if Path(path).exists() else "is not there"
        return f"which {kind}: check the path"
    try:
        done = _ask(path)
    except subprocess.TimeoutExpired:
        return f"which did not answer within {_LONGEST_S:.0f} s: try it by hand"
    except (OSError, ValueError) as error:
        return f"which cannot be run ({error}): check the path"
    mark, _, version = done.stdout.strip().rpartition(" ")
    if mark != _MARK:
        return "which is no Python 3.11 or later: name an interpreter"
    if done.returncode:
        last = done.stderr.strip().rpartition("\n")[2]
        return f"where smcheck cannot be imported ({last:.100}): install smcheck there"
    same = f"which is Python {version} like this one: name another version"
    return same if version == _HERE else ""


def _ask(path: str) -> subprocess.CompletedProcess[str]:
    """Have an interpreter tell its version and import what a worker needs."""
    boot = _TRIES.format(root=str(Path(__file__).parents[2]))
    return subprocess.run(
        [path, "-P", "-c", boot], capture_output=True, text=True, errors="replace", check=False,
        stdin=subprocess.DEVNULL, timeout=_LONGEST_S,
    )  # fmt: skip
