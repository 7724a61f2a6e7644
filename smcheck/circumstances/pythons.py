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
_TRIES = "import smcheck.circumstances.worker, sys; print(*sys.version_info[:2])"
_LONGEST_S = 60.0


def with_python(vary: dict[str, str]) -> dict[str, str]:
    """Return what is varied, with the path of another interpreter where one is wanted.

    Raises:
        UsageError: There is none that has smcheck installed.
    """
    if ANOTHER_PYTHON not in vary:
        return vary
    given = vary[ANOTHER_PYTHON]
    for path in [given] if given else _candidates():
        if _version_of(path) not in ("", f"{sys.version_info[0]} {sys.version_info[1]}"):
            return {**vary, ANOTHER_PYTHON: path}
    raise UsageError(
        f"--vary: expected {'at ' + given if given else 'somewhere'} an interpreter of another "
        "version that has smcheck installed, found none: name one, such as "
        f"--vary '{ANOTHER_PYTHON}=/path/to/venv/bin/python'"
    )


def _candidates() -> Iterator[str]:
    for minor in _MINORS:
        path = shutil.which(f"python3.{minor}")
        if path is not None and minor != sys.version_info[1]:
            yield path


def _version_of(path: str) -> str:
    """Return the version of an interpreter that can run a worker, empty if it cannot."""
    root = str(Path(__file__).parents[2])
    boot = f"import sys; sys.path.append({root!r}); {_TRIES}"
    try:
        done = subprocess.run(
            [path, "-P", "-c", boot], capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=_LONGEST_S,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
