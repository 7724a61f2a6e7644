"""Tell of the lines of the machine as they run on one thread, beside whoever traces already.

A coverage tool goes on counting the machine's lines. Knows nothing of why one wants to know.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from smcheck.runtime.traced import Traced

Told = Callable[[FrameType, str], None]
"""Called with a frame of the machine and ``"line"``, ``"return"`` or ``"exception"``."""

_may_rest: set[Callable[..., Any]] = set()


@contextmanager
def line_events(traced: Traced, told: Told) -> Iterator[None]:
    """Call ``told`` before each line of the machine inside the block, and as it returns.

    For the calling thread, and for what is called inside the block: frames that stand already
    stay as they are.
    """
    before: Callable[..., Any] | None = sys.gettrace()
    is_over = False

    def local(frame: FrameType, event: str, arg: Any) -> Any:
        # A generator of the machine may outlive the block.
        if is_over:
            return None
        told(frame, event)
        return local

    def tracer(frame: FrameType, event: str, arg: Any) -> Any:
        return local if traced.is_machine(frame.f_code) else None

    def chained(frame: FrameType, event: str, arg: Any) -> Any:
        theirs = before(frame, event, arg) if before is not None else None
        # Coverage's tracer puts itself in our place when it is called.
        sys.settrace(chained)
        if not traced.is_machine(frame.f_code):
            return theirs
        frame.f_trace_lines = True
        return _both(local, theirs) if theirs is not None else local

    # A tracer that is chained must see each return of a call that it saw.
    _may_rest.add(tracer)
    sys.settrace(tracer if before is None else chained)
    try:
        yield
    finally:
        sys.settrace(before)
        _may_rest.discard(tracer)
        is_over = True


@contextmanager
def unheard() -> Iterator[None]:
    """Spare the calls inside the block, which are none of the machine's, from being looked at.

    Newer interpreters would have to change all code for that, and back: there it does nothing.
    """
    tracer: Any = sys.gettrace()
    if sys.version_info >= (3, 12) or tracer not in _may_rest:
        yield
        return
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def _both(ours: Callable[..., Any], theirs: Any) -> Callable[..., Any]:
    def local(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal theirs
        if theirs is not None:
            theirs = theirs(frame, event, arg)
        ours(frame, event, arg)
        return local

    return local
