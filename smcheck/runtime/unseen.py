"""Find who could make files durable without a stand-in noticing.

A lost write is held against a machine only while every ``fsync`` is seen. Stand-ins are put
where modules keep functions, and wherever the machine does; a library may keep one elsewhere, in
a class or a default argument, call C by way of ctypes, or leave it to another process.
"""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, ModuleType
from typing import Any

from smcheck.runtime.entering import FOREIGN
from smcheck.runtime.file_functions import FILE_FUNCTIONS, ORIGINALS
from smcheck.runtime.scan import Spot
from smcheck.runtime.stand_ins import TABLES
from smcheck.runtime.standard import Replaced
from smcheck.runtime.thawed import thawed

SYNCS = ("fsync", "fdatasync", "sync")
_OF_C = frozenset({*SYNCS, "msync", "syncfs", "sync_file_range", "fcntl", "syscall"})
_STARTS = frozenset(
    {"subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork", "os.forkpty"}
)
_is_hooked = False
_told: Callable[[str], None] | None = None


@contextmanager
def unseen_calls(told: Callable[[str], None]) -> Iterator[None]:
    """Tell of what could make files durable out of sight inside the block, in a few words.

    ``told`` is called on the thread that does it, before it is done; one block at a time.
    """
    global _is_hooked, _told
    if not _is_hooked:
        # For good: nothing takes a hook away. Outside of such a block it does nothing.
        sys.addaudithook(_hear)
        _is_hooked = True
    _told, outer = told, _told
    try:
        yield
    finally:
        _told = outer


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if _told is None:
        return
    if event in _STARTS:
        _told("another process is started, which may fsync")
    elif event == "ctypes.dlsym" and args[1] in _OF_C:
        _told(f"{args[1]} is called by way of ctypes")


def unseen_syncs() -> bool:
    """Return whether somebody beside smcheck holds a real function that makes files durable.

    Looks at every object that the collector knows, so it is asked once in a while. What nobody
    can reach any more is collected before it counts.
    """
    with thawed():
        if not _is_held():
            return False
        gc.collect()
        return _is_held()


def _is_held() -> bool:
    own = {id(holder) for holder in (ORIGINALS, *TABLES)}
    own.update(id(vars(m)) for name, m in tuple(sys.modules.items()) if _is_beside(name, m))
    for name in SYNCS:
        own.update(id(cell) for cell in FILE_FUNCTIONS[name].func.__closure__)
    return _has_c_function() or any(
        not isinstance(holder, FrameType | Spot | Replaced)
        and id(holder) not in own
        and not _is_copy(holder)
        for name in SYNCS
        for holder in gc.get_referrers(ORIGINALS[name])
    )


def _has_c_function() -> bool:
    kind: Any = ctypes._CFuncPtr  # type: ignore[attr-defined]
    functions = (o for o in gc.get_objects() if issubclass(type(o), kind))
    return any(getattr(function, "__name__", None) in _OF_C for function in functions)


def _is_copy(holder: Any) -> bool:
    """Whether this is a copy of the whole module, as coverage keeps one for its own use."""
    return type(holder) is dict and holder.get("__name__") in ("os", "posix")


def _is_beside(name: str, module: Any) -> bool:
    return name.partition(".")[0] in FOREIGN and isinstance(module, ModuleType)
