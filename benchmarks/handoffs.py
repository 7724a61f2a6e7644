"""What a point and a handoff cost, beside bare threads that hand a lock to each other."""

from __future__ import annotations

import _thread
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from statistics import median

from models import Steps
from smcheck.runtime.affinity import Standing, stand, standing, together
from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced
from smcheck.schedulers.protocol import FOREVER, Choice

TURNS = 10_000
ROUNDS = 15


class Alternating:
    """Hand over at every point."""

    def begin(self, tasks: int) -> None: ...

    def end(self, points: Sequence[int]) -> None: ...

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        task = runnable[-1] if runnable[0] == current else runnable[0]
        return (task, 1)


class RunningOn:
    """Ask at every point, and go on."""

    def begin(self, tasks: int) -> None: ...

    def end(self, points: Sequence[int]) -> None: ...

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        return (current if current in runnable else runnable[0], 1)


class Unasked(RunningOn):
    """Ask never again."""

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        return (current if current in runnable else runnable[0], FOREVER)


def bare(turns: int, place: Standing | None) -> float:
    """Return the seconds of one handoff between two threads with a lock each.

    Args:
        place: Where both run; wherever the system puts them without one.
    """
    mine, theirs, done = (_thread.allocate_lock() for _ in range(3))
    for lock in (mine, theirs, done):
        lock.acquire()

    def other() -> None:
        stand(place)
        for _ in range(turns):
            theirs.acquire()
            mine.release()
        done.release()

    before = standing()
    stand(place)
    _thread.start_new_thread(other, ())
    started = time.perf_counter()
    for _ in range(turns):
        theirs.release()
        mine.acquire()
    seconds = time.perf_counter() - started
    done.acquire()
    stand(before)
    return seconds / turns / 2


def controlled(granularity: str, make: Callable[[], RunningOn | Alternating]) -> float:
    """Return the seconds of one point under a scheduler, all included."""
    traced = Traced.of(["models"])
    with closing(Executor(traced, granularity=granularity, limit_points=10**7)) as executor:
        with executor.session() as session:
            steps = Steps(TURNS // 10)
            session.run([steps.work, steps.work], make())
        with executor.session() as session:
            steps = Steps(TURNS)
            started = time.perf_counter()
            made = session.run([steps.work, steps.work], make())
            return (time.perf_counter() - started) / sum(made.points)


def places() -> dict[str, Standing | None]:
    """Return where bare threads run: as they are, on one CPU, and there as smcheck's do."""
    here = standing()
    ours = together(here)
    pinned = None if here is None or ours is None else Standing(ours.cpus, here.policy)
    return {
        "bare handoff, anywhere": None,
        "bare handoff, one CPU": pinned,
        "bare handoff, one CPU, batch policy": ours,
    }


def measure() -> dict[str, list[float]]:
    """Measure all of them, turn by turn; seconds of each round."""
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, place in places().items():
            found.setdefault(name, []).append(bare(TURNS, place))
        for granularity in ("line", "auto", "opcode"):
            for what, make in (
                ("handoff", Alternating), ("decision", RunningOn), ("point", Unasked)
            ):  # fmt: skip
                found.setdefault(f"{what}, {granularity}", []).append(controlled(granularity, make))
    return found


def rows(found: dict[str, list[float]]) -> list[list[str]]:
    """Return a row for each: microseconds, and each floor in parts of it, medians of rounds."""
    floors = [found[name] for name in places()]
    return [
        [
            name,
            f"{median(seconds) * 1e6:.2f}",
            *(
                f"{median(bare / one for bare, one in zip(floor, seconds, strict=True)):.2f}"
                for floor in floors
            ),
        ]
        for name, seconds in found.items()
    ]
