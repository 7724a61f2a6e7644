"""Answers of the operating system that a worker replaces for good: process, host, folders.

Only a worker may install them; the process is its own.
"""

from __future__ import annotations

import importlib
import os
import random
import socket
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from smcheck.runtime.reads import note

# Taken now: what they are replaced by asks them.
_getpid, _kill, _uname, _getfqdn = os.getpid, os.kill, os.uname, socket.getfqdn
_listdir, _scandir = os.listdir, os.scandir
_variable: Any = type(os.environ).__getitem__
_CIRCUMSTANCE_OF = {
    "USER": "user", "LOGNAME": "user", "HOME": "home folder", "HOSTNAME": "host name",
    "TZ": "time zone", "LANG": "locale",
}  # fmt: skip


class Answers(Protocol):
    """What is answered now.

    Attributes:
        process_id: Of this process.
        host: Name of the host.
        listing: Seeds the order of names in a folder, 0 for that of the system.
    """

    process_id: int
    host: str
    listing: int


def replace_answers(answers: Answers) -> None:
    """Let everybody in this process be answered so, from now on."""
    first_pid = _getpid()

    def getpid() -> int:
        note("process id")
        # A child that the machine forked has an id of its own.
        return answers.process_id + _getpid() - first_pid

    def kill(pid: int, signal: int, /) -> None:
        _kill(_getpid() if pid == getpid() else pid, signal)

    def gethostname() -> str:
        note("host name")
        return answers.host

    def uname() -> os.uname_result:
        note("host name")
        system, _, *rest = _uname()
        return os.uname_result((system, answers.host, *rest))

    def getfqdn(name: str = "") -> str:
        note("host name")
        return _getfqdn(name) if name.strip() else answers.host

    def listdir(path: Any = None) -> list[Any]:
        return _in_order(_listdir(path), answers.listing)

    def scandir(path: Any = None) -> Any:
        found = _scandir(path)
        return _Scanned(found, answers.listing) if answers.listing else found

    def variable(environ: Any, name: Any) -> Any:
        note(_CIRCUMSTANCE_OF.get(name, "environment"))
        return _variable(environ, name)

    type.__setattr__(type(os.environ), "__getitem__", variable)
    replaced: tuple[tuple[tuple[str, ...], Callable[..., object], str], ...] = (
        (("os", "posix"), getpid, "getpid"),
        (("os", "posix"), kill, "kill"),
        (("os", "posix"), uname, "uname"),
        (("os", "posix"), listdir, "listdir"),
        (("os", "posix"), scandir, "scandir"),
        (("socket", "_socket"), gethostname, "gethostname"),
        (("socket",), getfqdn, "getfqdn"),
        (("platform",), gethostname, "node"),
    )
    for modules, answer, name in replaced:
        for module in modules:
            setattr(importlib.import_module(module), name, answer)


def _in_order(names: list[Any], seed: int) -> list[Any]:
    """Return names in an order that depends on them and on the seed only."""
    if not seed:
        return names
    names = sorted(names)
    # Seeded as it is made: without a seed it draws one, and the machine would be said to.
    draw = random.Random(seed)
    draw.shuffle(names)
    return names


class _Scanned:
    """The entries of a folder in another order, as ``os.scandir`` gives them."""

    def __init__(self, found: Any, seed: int) -> None:
        self._found = found
        with found:
            entries = {entry.name: entry for entry in found}
        self._entries = iter([entries[name] for name in _in_order([*entries], seed)])

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return next(self._entries)

    def __enter__(self) -> _Scanned:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give no more entries."""
        self._entries = iter(())
