"""Put a setting into force in this process: only a worker may call this, never the parent.

What is replaced here is replaced for good and for every thread; that is why the process is the
worker's own. Clocks and random sources are not here: the runtime gives them to each session.
"""

from __future__ import annotations

import decimal
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smcheck.circumstances.data import Setting
from smcheck.circumstances.replaced import replace_answers

_SMALLEST, _LARGEST, _STRIDE = 16, 512, 16  # the size classes of the small object allocator
_BYTES_HEAD = 33
_NAMES = "_name_sequence"


class Surroundings:
    """Everything a life can read of its process.

    Attributes:
        process_id, host, listing: What the setting in force says.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._junk: list[object] = []
        self._others: list[_Other] = []
        self.process_id, self.host, self.listing = os.getpid(), "", 0
        # The hash seed is a circumstance, its variable is not: nobody sets it in a deployment.
        for name in _VARIABLES:
            os.environ.pop(name, None)
        self._environ = dict(os.environ)
        replace_answers(self)

    def enter(self, setting: Setting) -> None:
        """Put ``setting`` into force; what an earlier life changed is put back."""
        self.process_id, self.host = setting.process_id, setting.host
        self.listing = setting.listing
        os.umask(0o022)
        self._enter_environ(setting)
        os.chdir(self._folder("work", setting.folder))
        os.umask(setting.umask)
        # For the import only: what a life draws comes from the session.
        random.seed(setting.random_seed)
        setattr(tempfile, _NAMES, None)  # names of temporary files begin anew too
        self._junk = junk(setting.ids)

    def has_threads(self, setting: Setting) -> bool:
        """Return whether just the other threads of ``setting`` run."""
        return len(self._others) == setting.threads

    def start_threads(self, setting: Setting) -> None:
        """Let other threads run; those that start later have other identities."""
        while self._others:
            self._others.pop().end()
        self._others += [_Other(number) for number in range(setting.threads)]

    def _folder(self, *parts: str) -> Path:
        folder = self._scratch.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _enter_environ(self, setting: Setting) -> None:
        wanted = {
            **self._environ,
            "HOME": str(self._folder("home", setting.home)),
            "HOSTNAME": setting.host,
            "USER": setting.user,
            "LOGNAME": setting.user,
            "TZ": setting.zone,
            "LANG": setting.language,
            **dict(setting.env),
        }
        for name in [name for name in os.environ if name not in wanted]:
            del os.environ[name]
        os.environ.update(wanted)
        time.tzset()


_VARIABLES = ("PYTHONHASHSEED", "PYTHONUTF8", "PYTHONCOERCECLOCALE", "LC_CTYPE", "PYTHONIOENCODING")
"""What a worker is started with and nobody sets in a deployment."""


class _Other:
    """A thread that waits until it is not wanted any more."""

    def __init__(self, number: int) -> None:
        self._over = threading.Event()
        name = f"other-{number}"
        self._thread = threading.Thread(target=self._over.wait, name=name, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._over.set()
        self._thread.join()


@contextmanager
def of_the_thread(setting: Setting) -> Iterator[None]:
    """Put into force what belongs to the calling thread: its name, context and recursion limit."""
    before = sys.getrecursionlimit()
    threading.current_thread().name = f"apply-{setting.threads}"
    if setting.precision != decimal.DefaultContext.prec:
        decimal.setcontext(decimal.Context(prec=setting.precision))
    if setting.recursion:
        sys.setrecursionlimit(setting.recursion)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def junk(seed: int) -> list[object]:
    """Return objects of every small size, in numbers that depend on ``seed``.

    As long as they are kept, the objects that a machine makes next lie elsewhere, in the low
    bits of their addresses too: those order a small set.
    """
    draw = random.Random()
    draw.seed(seed)
    kept: list[object] = []
    for size in range(_SMALLEST, _LARGEST + 1, _STRIDE):
        number = draw.randrange(8, 64)
        if size > _BYTES_HEAD:
            made: list[object] = [bytes(size - _BYTES_HEAD) for _ in range(number)]
        else:
            made = [object() for _ in range(number)]
        # Holes are filled last in, first out: which ones there are decides what comes where.
        kept += [one for one in made if draw.random() < 0.7]
    return kept
