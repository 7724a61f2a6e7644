"""Put a setting into force in this process: only a worker may call this, never the parent.

What is replaced here is replaced for good and for every thread; that is why the process is the
worker's own. Clocks and random sources are not here: the runtime gives them to each session.
"""

from __future__ import annotations

import importlib
import os
import random
import socket
import time
from collections.abc import Callable
from pathlib import Path

from smcheck.circumstances.data import Setting

_SMALLEST, _LARGEST, _STRIDE = 16, 512, 16  # the size classes of the small object allocator
_BYTES_HEAD = 33


class Surroundings:
    """Everything a life can read of its process."""

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._junk: list[object] = []
        self._process_id = 0
        self._first_pid = os.getpid()
        # The hash seed is a circumstance, its variable is not: nobody sets it in a deployment.
        os.environ.pop("PYTHONHASHSEED", None)
        self._environ = dict(os.environ)
        self._host = ""
        self._replace_process_id()
        self._replace_host()

    def enter(self, setting: Setting) -> None:
        """Put ``setting`` into force; what an earlier life changed is put back."""
        self._process_id, self._host = setting.process_id, setting.host
        self._enter_environ(setting)
        os.chdir(self._folder("work", setting.folder))
        # For the import only: what a life draws comes from the session.
        random.seed(setting.random_seed)
        self._junk = junk(setting.ids)

    def _folder(self, *parts: str) -> Path:
        folder = self._scratch.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _enter_environ(self, setting: Setting) -> None:
        wanted = {
            **self._environ,
            "HOME": str(self._folder("home", setting.user)),
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

    def _replace_host(self) -> None:
        """Let every way to ask for the name of the host answer the setting's."""
        real_uname = os.uname

        def gethostname() -> str:
            return self._host

        def uname() -> os.uname_result:
            system, _, *rest = real_uname()
            return os.uname_result((system, self._host, *rest))

        def getfqdn(name: str = "") -> str:
            return real_getfqdn(name) if name.strip() else self._host

        real_getfqdn = socket.getfqdn
        places: dict[str, tuple[str, ...]] = {
            "uname": ("os", "posix"), "gethostname": ("socket", "_socket"),
            "getfqdn": ("socket",), "node": ("platform",),
        }  # fmt: skip
        answers: dict[str, Callable[..., object]] = {
            "uname": uname, "gethostname": gethostname, "getfqdn": getfqdn, "node": gethostname
        }  # fmt: skip
        for name, modules in places.items():
            for module in modules:
                setattr(importlib.import_module(module), name, answers[name])

    def _replace_process_id(self) -> None:
        """Let ``os.getpid`` answer the setting's, and ``os.kill`` understand it."""
        real_pid, real_kill = os.getpid, os.kill

        def getpid() -> int:
            # A child that the machine forked has an id of its own.
            return self._process_id + real_pid() - self._first_pid

        def kill(pid: int, signal: int, /) -> None:
            real_kill(real_pid() if pid == getpid() else pid, signal)

        replaced: dict[str, Callable[..., object]] = {"getpid": getpid, "kill": kill}
        for module in (os, importlib.import_module("posix")):
            for name, function in replaced.items():
                setattr(module, name, function)


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
