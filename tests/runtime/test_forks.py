"""Forks of a machine are bounded: tried in an interpreter that may be spoiled."""

from __future__ import annotations

import subprocess
import sys

SLEEPERS = """
import os, time
from smcheck.runtime.forks import bound_forks
bound_forks(limit=3)
pids = []
for _ in range(5):
    pid = os.fork()
    if not pid:
        time.sleep(60)
        os._exit(0)
    pids.append(pid)
def is_alive(pid):
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False
print([is_alive(pid) for pid in pids])
for pid in pids[2:]:
    os.kill(pid, 9)
"""

COPIES = """
import os
from smcheck.runtime.forks import bound_forks
bound_forks()
is_copy = os.fork() == 0
os.fork()
os.write(1, b"copy\\n" if is_copy else b"own\\n")
os._exit(0)
"""


def run(source: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, timeout=30, check=True
    )
    return sorted(ran.stdout.splitlines())


def test_only_the_latest_forked_processes_live() -> None:
    assert run(SLEEPERS) == ["[False, False, True, True, True]"]


def test_a_forked_copy_does_not_fork_again() -> None:
    # The first process and its second fork; the first fork ended where it would have forked.
    assert run(COPIES) == ["own", "own"]
