"""See what the collector was told to leave alone: the command line freezes what it imported."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def thawed() -> Iterator[None]:
    """Let ``gc.get_objects`` and ``gc.get_referrers`` know frozen objects inside the block.

    Afterwards all that is alive is frozen, if anything was; otherwise nothing is changed.
    """
    was_frozen = gc.get_freeze_count() > 0
    gc.unfreeze()
    try:
        yield
    finally:
        if was_frozen:
            gc.freeze()
