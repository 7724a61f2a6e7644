"""The command line: a thin parent that never imports the user's code, and its child."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the ``smcheck`` command on ``sys.argv`` and return its exit status."""
    try:
        # Fetched here because the child lives in this package and needs none of it.
        from smcheck.cli.app import run
    except KeyboardInterrupt:
        print("smcheck: interrupted before anything was checked", file=sys.stderr)
        return 4
    return run()
