"""Have whatever ends this process leave the stacks of its threads.

Wraps functions of the standard library once, before the user's code is imported.
"""

from __future__ import annotations

import faulthandler
import os
import signal
from pathlib import Path
from threading import get_ident

_leave = os._exit


def leave_stacks(path: str) -> None:
    """Have every way to die leave the stacks of all threads in the file at ``path``.

    Fatal signals do it themselves, SIGUSR1 does it on demand. ``os._exit`` and a signal to
    oneself would leave nothing, so the functions for these are wrapped.
    """
    file = Path(path).open("w")  # noqa: SIM115  # open as long as the process lives
    faulthandler.enable(file, all_threads=True)
    faulthandler.register(signal.SIGUSR1, file, all_threads=True)
    owner, kill, kill_thread = os.getpid(), os.kill, signal.pthread_kill

    def noted_exit(status: int) -> None:
        if os.getpid() == owner:
            faulthandler.dump_traceback(file, all_threads=True)
        _leave(status)

    def noted_kill(pid: int, signum: int, /) -> None:
        if pid not in (0, owner, -owner) or not signum or os.getpid() != owner:
            kill(pid, signum)
            return
        faulthandler.dump_traceback(file, all_threads=True)
        if pid == owner:
            # A signal to the process may reach another thread, and this one would go on.
            kill_thread(get_ident(), signum)
        else:
            kill(pid, signum)
        file.seek(0)
        file.truncate()

    def noted_raise(signum: int, /) -> None:
        noted_kill(owner, signum)

    os._exit = noted_exit  # type: ignore[assignment]  # it does not return either
    os.kill = noted_kill
    signal.raise_signal = noted_raise
    # Ctrl-C goes to the parent; here the signal comes from the machine, and ends the process.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
