"""Keep a machine that forks from filling the computer with processes.

Wraps ``os.fork`` once, in a process that runs machines and before the user's code is imported.
"""

from __future__ import annotations

import os
import signal

LIMIT_FORKED = 32
"""How many processes that the machine forked may run at once."""

# Taken now: what the machine finds under these names may be a stand-in.
_leave, _kill, _getpid = os._exit, os.kill, os.getpid


def bound_forks(*, limit: int = LIMIT_FORKED) -> None:
    """Have a machine that forks in each call not fill the computer with processes.

    Every life of a machine forks anew, and what a life before it left serves nobody: the oldest
    is ended. A copy of this process that comes out of a call would go on with the search, and
    fork again; it ends there.
    """
    fork, owner = os.fork, _getpid()
    forked: list[int] = []

    def bounded_fork() -> int:
        if _getpid() != owner:
            _leave(0)
        pid = fork()
        if pid:
            forked.append(pid)
            if len(forked) > limit:
                _end(forked.pop(0))
        return pid

    os.fork = bounded_fork


def _end(pid: int) -> None:
    """End a child process, unless the machine has seen its end already."""
    try:
        if os.waitpid(pid, os.WNOHANG) == (0, 0):
            _kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    except ChildProcessError:
        return
