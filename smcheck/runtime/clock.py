"""The virtual clock of a session, and the functions that read it on the thread of a task.

A read moves it by a microsecond; otherwise it stands until nothing can run, or until the host
sets it or lets the time between two of its calls pass. On any other thread the functions give
the real time.
"""

from __future__ import annotations

import datetime
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from itertools import cycle
from types import FunctionType
from typing import Any, TypeVar, cast

from smcheck.runtime.reads import note
from smcheck.runtime.tasks import current_task

TICK_NS = 1_000
SECOND_NS = 1_000_000_000
_CPU_STARTS_NS = 999_999_999_989
_CPU_TICKS_NS = range(701, 1_301)
_CPU_SHARE = 8
"""Processor time that passes between two calls of the host, as one part in so many."""

F = TypeVar("F", bound=Callable[..., Any])


class Clock:
    """Wall, monotonic and processor time of one session.

    Start and speed of processor time follow from the other starts and the rate: clocks that
    differ in those differ in it too, down to its last digits.

    Args:
        wall_s: What ``time.time`` gives at first, in seconds since the epoch.
        rate: Seconds of wall time for each second of monotonic time.
        monotonic_s: What ``time.monotonic`` gives at first.
        pauses_s: Monotonic time that passes between the calls of the host, over and over;
            none unless given.
        jumps_s: By how much wall time is put back between the calls, over and over.
    """

    __slots__ = (
        "_cpu_ns", "_cpu_tick_ns", "_jumps_s", "_monotonic_ns", "_pauses_s", "_rate", "_wall_ns",
        "_wall_tick_ns",
    )  # fmt: skip

    def __init__(
        self,
        wall_s: float = 1_700_000_000.0,
        rate: float = 1.0,
        monotonic_s: float = 1_000.0,
        *,
        pauses_s: Sequence[float] = (),
        jumps_s: Sequence[float] = (),
    ) -> None:
        self._pauses_s = cycle(pauses_s)
        self._jumps_s = cycle(jumps_s)
        self._wall_ns = round(wall_s * SECOND_NS)
        self._monotonic_ns = round(monotonic_s * SECOND_NS)
        self._cpu_ns, self._cpu_tick_ns = _cpu(self._wall_ns, self._monotonic_ns, rate)
        self._rate = rate
        self._wall_tick_ns = max(1, round(TICK_NS * rate))

    @property
    def now_s(self) -> float:
        """Monotonic time, without making it pass."""
        return self._monotonic_ns / SECOND_NS

    def advance_to(self, now_s: float) -> None:
        """Move monotonic time forward to ``now_s``, and wall time with it; never back."""
        passed_ns = -int(-now_s * SECOND_NS // 1) - self._monotonic_ns
        if passed_ns > 0:
            self._monotonic_ns += passed_ns
            self._wall_ns += round(passed_ns * self._rate)

    def set(self, *, wall_s: float | None = None, monotonic_s: float | None = None) -> None:
        """Set the time between operations; monotonic time does not go back."""
        if wall_s is not None:
            self._wall_ns = round(wall_s * SECOND_NS)
        if monotonic_s is not None:
            self._monotonic_ns = max(self._monotonic_ns, round(monotonic_s * SECOND_NS))

    def pause(self) -> None:
        """Let the time between two calls of the host pass."""
        passes_s = next(self._pauses_s, 0.0)
        self.advance_to(self.now_s + passes_s)
        # Other threads of the process, and the host on this one, work meanwhile.
        self._cpu_ns += round(passes_s * SECOND_NS) // _CPU_SHARE
        self._wall_ns -= round(next(self._jumps_s, 0.0) * SECOND_NS)

    def wall_ns(self) -> int:
        """Read wall time."""
        self._tick()
        return self._wall_ns

    def monotonic_ns(self) -> int:
        """Read monotonic time."""
        self._tick()
        return self._monotonic_ns

    def cpu_ns(self) -> int:
        """Read processor time: waiting costs none."""
        self._tick()
        return self._cpu_ns

    def _tick(self) -> None:
        note("clock")
        self._monotonic_ns += TICK_NS
        self._wall_ns += self._wall_tick_ns
        self._cpu_ns += self._cpu_tick_ns


def _cpu(wall_ns: int, monotonic_ns: int, rate: float) -> tuple[int, int]:
    """Return the start of processor time and what a read takes of it, in nanoseconds."""
    mixed = (wall_ns * 0x9E3779B1 ^ monotonic_ns * 0x85EBCA77 ^ round(rate * 4_096)) * 0xC2B2AE3D
    return mixed % _CPU_STARTS_NS, _CPU_TICKS_NS[(mixed >> 20) % len(_CPU_TICKS_NS)]


def _clock() -> Clock | None:
    task = current_task()
    return None if task is None else task.session.clock


def now_s() -> float:
    """Return monotonic time on the clock of the calling task, without making it pass."""
    clock = _clock()
    return 0.0 if clock is None else clock.now_s


def pause() -> None:
    """Let the time between two calls of the host pass on the clock of the calling task."""
    clock = _clock()
    if clock is not None:
        clock.pause()


def _reader(original: Callable[[], Any], read: Callable[[Clock], int], *, is_ns: bool) -> Any:
    def whole() -> int:
        clock = _clock()
        return original() if clock is None else read(clock)

    def seconds() -> float:
        clock = _clock()
        return original() if clock is None else read(clock) / SECOND_NS

    return as_builtin(whole if is_ns else seconds, original)


def as_builtin(function: F, original: Callable[..., Any]) -> F:
    """Return ``function`` with the name and text of what it stands for.

    What stands for a function written in C binds to no instance, as that one does not: a class
    may hold it as an attribute and call it as ``self.now()``.
    """
    made: Any = function if type(original) is FunctionType else _Unbound(function)
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        setattr(made, name, getattr(original, name, None))
    return cast(F, made)


class _Unbound(partial[Any]):
    """A callable that is no method of any class, pickled by its name."""

    __name__: str
    __qualname__: str

    def __get__(self, instance: object, owner: type | None = None) -> _Unbound:
        return self

    def __reduce__(self) -> Any:
        return self.__qualname__

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"


def _ids(*names: str) -> set[int]:
    return {getattr(time, name) for name in names if hasattr(time, name)}


def _clock_gettime(original: Callable[[int], Any], *, is_ns: bool) -> Any:
    wall = _ids("CLOCK_REALTIME", "CLOCK_TAI")
    cpu = _ids("CLOCK_PROCESS_CPUTIME_ID", "CLOCK_THREAD_CPUTIME_ID")

    def gettime(clk_id: int, /) -> Any:
        clock = _clock()
        if clock is None:
            return original(clk_id)
        if clk_id in wall:
            now_ns = clock.wall_ns()
        else:
            now_ns = clock.cpu_ns() if clk_id in cpu else clock.monotonic_ns()
        return now_ns if is_ns else now_ns / SECOND_NS

    return as_builtin(gettime, original)


def _by_default(original: Callable[..., Any]) -> Any:
    """``localtime`` and its like: the present unless a time is given."""

    def convert(secs: float | None = None, /) -> Any:
        clock = _clock() if secs is None else None
        return original(secs) if clock is None else original(clock.wall_ns() / SECOND_NS)

    return as_builtin(convert, original)


def _of_struct(original: Callable[..., Any]) -> Any:
    """``strftime`` and ``asctime``: the present unless a struct is given last."""
    arguments = 1 if original is time.strftime else 0
    localtime = time.localtime

    def convert(*given: Any) -> Any:
        clock = _clock() if len(given) == arguments else None
        if clock is None:
            return original(*given)
        return original(*given, localtime(clock.wall_ns() / SECOND_NS))

    return as_builtin(convert, original)


def _time_functions() -> dict[str, Any]:
    readers = {
        "time": Clock.wall_ns,
        "monotonic": Clock.monotonic_ns,
        "perf_counter": Clock.monotonic_ns,
        "process_time": Clock.cpu_ns,
        "thread_time": Clock.cpu_ns,
    }
    made: dict[str, Any] = {}
    for name, read in readers.items():
        made[name] = _reader(getattr(time, name), read, is_ns=False)
        made[f"{name}_ns"] = _reader(getattr(time, f"{name}_ns"), read, is_ns=True)
    for name in ("clock_gettime", "clock_gettime_ns"):
        if hasattr(time, name):
            made[name] = _clock_gettime(getattr(time, name), is_ns=name.endswith("_ns"))
    for name in ("localtime", "gmtime", "ctime"):
        made[name] = _by_default(getattr(time, name))
    for name in ("strftime", "asctime"):
        made[name] = _of_struct(getattr(time, name))
    return made


TIME_FUNCTIONS = _time_functions()
"""What stands for each function of ``time`` that reads a clock, by name."""

_DEPRECATED = (
    "datetime.datetime.utcnow() is deprecated and scheduled for removal in a future version. "
    "Use timezone-aware objects to represent datetimes in UTC: "
    "datetime.datetime.now(datetime.UTC)."
)
_real_now: Any = vars(datetime.datetime)["now"]
_real_utcnow: Any = vars(datetime.datetime)["utcnow"]


def _at(clock: Clock, cls: Any, tz: datetime.tzinfo | None) -> Any:
    second, ns = divmod(clock.wall_ns(), SECOND_NS)
    return cls.fromtimestamp(second, tz).replace(microsecond=ns // 1_000)


def now(cls: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
    """Return the present; in place of ``datetime.now``."""
    clock = _clock()
    if clock is None:
        return _real_now.__get__(None, cls)(tz)  # type: ignore[no-any-return]  # a descriptor
    return _at(clock, cls, tz)  # type: ignore[no-any-return]  # made by a subclass


def utcnow(cls: type[datetime.datetime]) -> datetime.datetime:
    """Return the present in UTC, without a zone; in place of ``datetime.utcnow``."""
    clock = _clock()
    if clock is None:
        return _real_utcnow.__get__(None, cls)()  # type: ignore[no-any-return]  # a descriptor
    if sys.version_info >= (3, 12):
        warnings.warn(_DEPRECATED, DeprecationWarning, stacklevel=2)
    return _at(clock, cls, datetime.UTC).replace(tzinfo=None)  # type: ignore[no-any-return]  # too


DATETIME_METHODS = {"now": now, "utcnow": utcnow}
"""What stands for the class methods of ``datetime`` that read the clock themselves.

``date.today`` and ``datetime.today`` call ``time.time``.
"""
