"""Let somebody hear of each read of what differs between replicas: clocks, random sources, names.

Stand-ins tell; nothing is told while nobody listens.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

Hear = Callable[[str, FrameType], None]
_hear: Hear | None = None


def note(circumstance: str) -> None:
    """Tell that the calling thread reads something; called by what stands for it."""
    if _hear is not None:
        _hear(circumstance, sys._getframe(1))


@contextmanager
def heard(hear: Hear) -> Iterator[None]:
    """Call ``hear`` with the name of the circumstance and the innermost frame, inside the block."""
    global _hear
    _hear, before = hear, _hear
    try:
        yield
    finally:
        _hear = before
