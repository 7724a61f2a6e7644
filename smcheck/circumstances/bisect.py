"""Find which single circumstance is enough to make two lives of one script differ.

Lives in one process are cheap and new processes are not, so what can vary from life to life is
tried in a process that runs already, and processes are started only for what only a process can
have. Nobody decides here which clause that breaks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from smcheck.circumstances.compare import parting
from smcheck.circumstances.data import (
    CIRCUMSTANCES,
    IDS,
    PROCESS,
    Circumstance,
    Setting,
    differing,
    taking,
)
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.circumstances.wire import Trace
from smcheck.host.life import Life, Script

_MORE_IDS, _MOVES = 3, 6

T = TypeVar("T")
Differ = Callable[[Life, Life], bool]


def lives_differ(one: Life, other: Life) -> bool:
    """Return whether two lives of one script showed different things."""
    return parting(one, other) is not None


class TwinLost(Exception):
    """A worker gave no life."""

    def __init__(self, lost: WorkerLost) -> None:
        super().__init__(lost.reason)
        self.lost = lost


@dataclass(frozen=True, slots=True)
class Twin:
    """A worker and the setting that it takes on for a life."""

    pool: Pool
    number: int
    setting: Setting

    def live(self, script: Script, *, apart: bool = False) -> Life:
        """Live through ``script``.

        Args:
            apart: In a process in which no machine has lived, where the system has forks.

        Raises:
            TwinLost: There was no life.
        """
        return _kept(self.pool.live_one(self.number, script, self.setting, apart=apart))

    def trace(self, script: Script, *, first: int, last: int) -> tuple[Life, Trace]:
        """Do the same and return the lines of some steps too.

        Raises:
            TwinLost: There was no life.
        """
        return _kept(self.pool.trace_one(self.number, script, self.setting, first=first, last=last))


@dataclass(frozen=True, slots=True)
class Bisection:
    """What a difference needs.

    Attributes:
        names: The circumstances each of which is enough alone, or with what is a part of it;
            ``("process",)`` when two processes of one setting differ; empty when only several
            together are enough, or when the difference did not come again.
        settings: Two settings that differ in no more than the first name says, or the two
            that were given.
        lives: What was lived under them; ``None`` if they did not differ.
        lost: Why it could not be found out, if a worker was lost on the way.
        twins: Who lived these lives, as long as they run.
    """

    names: tuple[str, ...]
    settings: tuple[Setting, Setting]
    lives: tuple[Life, Life] | None = None
    lost: WorkerLost | None = None
    twins: tuple[Twin, Twin] | None = None


def bisect(
    target: str,
    script: Script,
    settings: tuple[Setting, Setting],
    *,
    pool: Pool | None = None,
    folder: Path | None = None,
    timeout_s: float = 10.0,
    differ: Differ = lives_differ,
) -> Bisection:
    """Return which single circumstance is enough for ``script`` to differ.

    Args:
        target: What ``smcheck.target.resolve`` takes.
        settings: Two settings under which the script did differ.
        pool: Workers that run already; saves new ones where two are processes of such settings.
        folder: Where a relative target starts.
        timeout_s: Longest wait for one life.
        differ: What counts as a difference.
    """
    with bisecting(
        target, script, settings, pool=pool, folder=folder, timeout_s=timeout_s, differ=differ
    ) as found:
        return replace(found, twins=None)


@contextmanager
def bisecting(
    target: str,
    script: Script,
    settings: tuple[Setting, Setting],
    *,
    pool: Pool | None = None,
    folder: Path | None = None,
    timeout_s: float = 10.0,
    differ: Differ = lives_differ,
) -> Iterator[Bisection]:
    """Do what ``bisect`` does and keep the twins running inside the block."""
    with ExitStack() as running:
        scratch = running.enter_context(tempfile.TemporaryDirectory(prefix="smcheck-bisect-"))
        start = partial(
            Pool, target, timeout_s=timeout_s, folder=folder, scratch=Path(scratch)
        )  # fmt: skip

        def twins(*wanted: Setting, same_addresses: bool = True) -> list[Twin]:
            fresh = running.enter_context(start(wanted, same_addresses=same_addresses))
            fresh.start()
            return [Twin(fresh, number, setting) for number, setting in enumerate(wanted)]

        try:
            found = _Search(script, settings, twins, differ).bisect(pool)
        except TwinLost as error:
            found = Bisection((), settings, lost=error.lost)
        yield found


class _Search:
    """One bisection: the setting that stays, and the one whose circumstances are tried."""

    def __init__(
        self,
        script: Script,
        settings: tuple[Setting, Setting],
        twins: Callable[..., list[Twin]],
        differ: Differ,
    ) -> None:
        self._script = script
        self._base, self._other = settings
        self._twins = twins
        self._differ = differ
        self._candidates = differing(self._base, self._other)
        self._life: Life | None = None

    def bisect(self, pool: Pool | None) -> Bisection:
        """Try what costs nothing first, in the workers of ``pool``; then new processes."""
        workers = None if pool is None else _workers(pool, self._base, self._other)
        if pool is not None and workers is not None:
            found = self._in_running_workers(pool, *workers)
            if found is not None:
                return found
        return self._in_new_processes()

    def _in_running_workers(self, pool: Pool, first: int, second: int) -> Bisection | None:
        one, other = Twin(pool, first, self._base), Twin(pool, second, self._base)
        life = one.live(self._script)
        if self._differ(life, one.live(self._script)):
            return None
        self._life = life
        # Equal in all but the process: then the process is not what it needs.
        if self._differ(life, other.live(self._script)):
            return None
        return self._in_one_process(one, life)

    def _in_new_processes(self) -> Bisection:
        seeds = [c for c in self._candidates if c.place == "process"]
        changed = [self._taking(c) for c in seeds]
        one, *others = self._twins(self._base, *changed)
        life = one.live(self._script)
        if self._life is None or self._differ(life, self._life):
            [same] = self._twins(self._base)
            if self._differ(life, second := same.live(self._script)):
                return self._found([(PROCESS, same, second)], one, life)
        found = self._each(seeds, others, life)
        if found:
            return self._found(found, one, life)
        found_here = self._in_one_process(one, life)
        if found_here is not None:
            return found_here
        together = self._together(one, life)
        if together.lives is None:
            return self._at_other_addresses() or together
        return self._while_importing(one, life) or together

    def _in_one_process(self, twin: Twin, life: Life) -> Bisection | None:
        """Vary from life to life; what the process remembers of earlier lives must not show."""
        found: list[tuple[str, Twin, Life]] = []
        of_lives = [c for c in self._candidates if c.place == "life"]
        for circumstance in of_lives:
            varied = replace(twin, setting=self._taking(circumstance))
            found += self._each([circumstance], [varied], life)
        for whole, setting in () if found else self._with_parts(of_lives):
            found += self._each([whole], [replace(twin, setting=setting)], life)
        # As often as something was varied: what lies elsewhere each time must not look like it.
        if any(self._differ(life, twin.live(self._script)) for _ in self._candidates):
            return None
        return self._found(found, twin, life) if found else None

    def _with_parts(
        self, candidates: Sequence[Circumstance]
    ) -> Iterator[tuple[Circumstance, Setting]]:
        """Yield the circumstances that have parts, with the setting that takes those too."""
        for whole in candidates:
            parts = [c for c in candidates if c.part_of == whole.name]
            setting = self._taking(whole)
            for part in parts:
                setting = taking(setting, part, self._other)
            if parts:
                yield whole, setting

    def _while_importing(self, one: Twin, life: Life) -> Bisection | None:
        """Vary two at a time in processes of their own, until one is enough."""
        rest = [c for c in self._candidates if c.place == "life"]
        for start in range(0, len(rest), 2):
            pair = rest[start : start + 2]
            found = self._each(pair, self._twins(*map(self._taking, pair)), life)
            if found:
                # Processes take a while to start: time alone must not look like what is varied.
                [same] = self._twins(self._base)
                if self._differ(life, second := same.live(self._script)):
                    found = [(PROCESS, same, second)]
                return self._found(found, one, life)
        return None

    def _together(self, one: Twin, life: Life) -> Bisection:
        [other] = self._twins(self._other)
        second = other.live(self._script)
        settings = (self._base, self._other)
        if not self._differ(life, second):
            return Bisection((), settings)
        return Bisection((), settings, (life, second), twins=(one, other))

    def _at_other_addresses(self) -> Bisection | None:
        """Compare processes that differ only in what the system gives them, or in more ids."""
        moved = [replace(self._base, ids=self._base.ids + n) for n in range(1, _MORE_IDS + 1)]
        one, same, *others = self._twins(self._base, self._base, *moved, same_addresses=False)
        life, second = one.live(self._script), same.live(self._script)
        if self._differ(life, second):
            return self._found([(PROCESS, same, second)], one, life)
        ids = [circumstance for circumstance in self._candidates if "ids" in circumstance.fields]
        found = self._each(ids * len(others), others, life) if ids else []
        return self._found(found[:1], one, life) if found else None

    def _each(
        self, circumstances: Sequence[Circumstance], twins: Sequence[Twin], life: Life
    ) -> list[tuple[str, Twin, Life]]:
        """Return the circumstances under which the script differs from ``life``."""
        lived = [
            (c.name, t, t.live(self._script)) for c, t in zip(circumstances, twins, strict=True)
        ]
        return [one for one in lived if self._differ(one[2], life)]

    def _found(self, found: Sequence[tuple[str, Twin, Life]], one: Twin, life: Life) -> Bisection:
        found = self._by_addresses(one, life) or found
        [(_, twin, second), *_] = found
        names = [name for name, _, _ in found]
        parts = {c.name for c in CIRCUMSTANCES if c.part_of in names}
        return Bisection(
            tuple(name for name in names if name not in parts),
            (one.setting, twin.setting),
            (life, second),
            twins=(one, twin),
        )

    def _by_addresses(self, one: Twin, life: Life) -> list[tuple[str, Twin, Life]]:
        """Return a life that differs only in where objects lie, if there is one.

        Whatever is varied moves objects too, so addresses are ruled out first.
        """
        if not any(c.name == IDS for c in self._candidates):
            return []
        # Each is the first life of its process: what an earlier one left must not look like it.
        first = one.live(self._script, apart=True)
        if self._differ(one.live(self._script, apart=True), first):
            return []
        moved = (replace(self._base, ids=self._base.ids + n) for n in range(1, _MOVES + 1))
        for setting in moved:
            twin = replace(one, setting=setting)
            if self._differ(twin.live(self._script, apart=True), first):
                return [(IDS, twin, twin.live(self._script))]
        return []

    def _taking(self, circumstance: Circumstance) -> Setting:
        return taking(self._base, circumstance, self._other)


def _workers(pool: Pool, one: Setting, other: Setting) -> tuple[int, int] | None:
    """Return two workers that are processes of these settings; the lives may have any others."""
    numbers = range(len(pool.settings))
    first = next((n for n in numbers if _is_process_of(pool.settings[n], one)), None)
    if first is None:
        return None
    # Where both settings are of one process, any other tells whether the process matters.
    wanted = pool.settings if _is_process_of(one, other) else (other,)
    rest = (n for n in numbers if n != first)
    second = next((n for n in rest if any(_is_process_of(pool.settings[n], w) for w in wanted)), -1)
    return None if second < 0 else (first, second)


def _is_process_of(setting: Setting, wanted: Setting) -> bool:
    return all(circumstance.place != "process" for circumstance in differing(setting, wanted))


def _kept(answer: T | WorkerLost) -> T:
    if isinstance(answer, WorkerLost):
        raise TwinLost(answer)
    return answer
