"""Find who could make files durable without a stand-in noticing.

A lost write is held against a machine only while every ``fsync`` is seen. Stand-ins are put
where modules keep functions, and wherever the machine does; a library may keep one elsewhere, in
a class or a default argument.
"""

from __future__ import annotations

import gc
import sys
from types import FrameType, ModuleType
from typing import Any

from smcheck.runtime.file_functions import FILE_FUNCTIONS, ORIGINALS
from smcheck.runtime.scan import FOREIGN, Spot
from smcheck.runtime.stand_ins import TABLES
from smcheck.runtime.thawed import thawed

SYNCS = ("fsync", "fdatasync", "sync")


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
    return any(
        not isinstance(holder, FrameType | Spot) and id(holder) not in own and not _is_copy(holder)
        for name in SYNCS
        for holder in gc.get_referrers(ORIGINALS[name])
    )


def _is_copy(holder: Any) -> bool:
    """Whether this is a copy of the whole module, as coverage keeps one for its own use."""
    return type(holder) is dict and holder.get("__name__") in ("os", "posix")


def _is_beside(name: str, module: Any) -> bool:
    return name.partition(".")[0] in FOREIGN and isinstance(module, ModuleType)
