"""Judge what came out of a call that was given a stream: whose error it is, what was asked for.

Pure: looks at exceptions and at what they refer to, and calls nothing of a machine.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from smcheck.finding import Breach, Location

CHECK = "streams"


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and all that it was raised from, while handling, or that it groups."""
    seen: set[int] = set()
    left: list[BaseException | None] = [error]
    while left:
        one = left.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [one.__context__, one.__cause__]
        if isinstance(one, BaseExceptionGroup):
            left += one.exceptions


def refused(error: BaseException, stream: object) -> str:
    """Return what the machine asked ``stream`` for in vain, if that is what came out; or ``""``."""
    for one in chain(error):
        if isinstance(one, AttributeError) and one.obj is stream:
            return one.name or ""
    return ""


def check_writer_use(error: BaseException, writer: object) -> Breach | None:
    """Return SAV-11 where save failed because it asked the writer for more than ``write``."""
    name = refused(error, writer)
    if not name:
        return None
    return Breach(
        "SAV-11", CHECK, f"save needs {name} of the writer, which has nothing but write",
        f"expected save to use writer.write alone, it asked for writer.{name}: images go through "
        "sockets and compressors; collect the bytes first, or count what was written",
        method="save_snapshot", error=type(error).__name__, locations=_lines(error),
    )  # fmt: skip


_POSITION = ("seek", "tell")


def check_reader_use(error: BaseException, reader: object) -> Breach | None:
    """Return SES-4 where recover failed because it wanted to know or to set the position."""
    name = refused(error, reader)
    if name not in _POSITION:
        return None
    return Breach(
        "SES-4", CHECK, f"recover needs {name} of the reader, whose image may begin anywhere",
        f"expected recover to use reader.read alone, it asked for reader.{name}: other bytes stand "
        "before the image in the same stream; read on from where the reader is",
        method="recover_from_snapshot", error=type(error).__name__, locations=_lines(error),
    )  # fmt: skip


def _lines(error: BaseException) -> tuple[Location, ...]:
    """Return where the exception came from, innermost frame first."""
    frames = traceback.walk_tb(error.__traceback__)
    return tuple(
        Location(frame.f_code.co_filename, line, frame.f_code.co_qualname)
        for frame, line in reversed(list(frames))
    )
