"""End what a killed campaign leaves: a small process that waits for the supervisor's end.

Workers end with their supervisor by themselves. What a machine has forked out of their reach
does not, and nobody would be there to end it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from smcheck.cli.children import environment, kill_marked

MARK = "SMCHECK_CAMPAIGN"
"""Variable in the environment of every process of a campaign, with the run's id."""


@contextmanager
def warden(run_id: str) -> Iterator[None]:
    """Have somebody end every process of the run as soon as this one is no more."""
    command = [sys.executable, "-P", "-m", "smcheck.campaign.warden", run_id]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, env=environment({}),
    )  # fmt: skip
    try:
        yield
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def main() -> None:
    """Wait until whoever holds the other end of standard input is no more, then clear up."""
    while os.read(0, 1 << 10):
        pass
    kill_marked(MARK, sys.argv[1])


if __name__ == "__main__":
    main()
