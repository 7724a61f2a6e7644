"""Find which single circumstance is enough to make two lives of one script differ.

Lives in one process are cheap and new processes are not, so what can vary from life to life is
tried in a process that runs already, and a process is started only for what only a process can
have. Nobody decides here which clause that breaks.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from smcheck.circumstances.compare import parting
from smcheck.circumstances.data import PROCESS, Circumstance, Setting, differing, taking
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.host.life import Life, Script

Differ = Callable[[Life, Life], bool]


def lives_differ(one: Life, other: Life) -> bool:
    """Return whether two lives of one script showed different things."""
    return parting(one, other) is not None


@dataclass(frozen=True, slots=True)
class Bisection:
    """What a difference needs.

    Attributes:
        names: The circumstances each of which is enough alone; ``("process",)`` when two
            processes of one setting differ; empty when only several together are enough, or
            when the difference did not come again.
        settings: Two settings that differ in no more than the first name says, or the two
            that were given.
        lives: What was lived under them; ``None`` if it did not come again.
        lost: Why it could not be found out, if a worker was lost on the way.
    """

    names: tuple[str, ...]
    settings: tuple[Setting, Setting]
    lives: tuple[Life, Life] | None = None
    lost: WorkerLost | None = None


class _Lost(Exception):
    """A worker gave no life."""

    def __init__(self, lost: WorkerLost) -> None:
        super().__init__(lost.reason)
        self.lost = lost


def bisect(
    target: str,
    script: Script,
    settings: tuple[Setting, Setting],
    *,
    folder: Path | None = None,
    timeout_s: float = 10.0,
    differ: Differ = lives_differ,
) -> Bisection:
    """Return which single circumstance is enough for ``script`` to differ.

    Args:
        target: What ``smcheck.target.resolve`` takes.
        settings: Two settings under which the script did differ.
        folder: Where a relative target starts.
        timeout_s: Longest wait for one life.
        differ: What counts as a difference.
    """
    with tempfile.TemporaryDirectory(prefix="smcheck-bisect-") as scratch:

        def pool(*wanted: Setting) -> Pool:
            return Pool(
                target, wanted, timeout_s=timeout_s, folder=folder,
                scratch=Path(scratch), same_addresses=True,
            )  # fmt: skip

        try:
            return _bisect(pool, script, settings, differ)
        except _Lost as error:
            return Bisection((), settings, lost=error.lost)


def _bisect(
    pool: Callable[..., Pool], script: Script, settings: tuple[Setting, Setting], differ: Differ
) -> Bisection:
    base, other = settings
    candidates = differing(base, other)
    with pool(base, base) as alike:
        one, same = _live(alike, script)
        if differ(one, same):
            return Bisection((PROCESS,), (base, base), (one, same))
        found = _in_one_process(alike, script, settings, candidates, differ)
    found = found or _in_new_processes(pool, script, base, one, candidates, other, differ)
    if found:
        [first, *_] = found
        return Bisection(
            tuple(c.name for c, _ in found), (base, taking(base, first[0], other)), (one, first[1])
        )
    with pool(base, other) as apart:
        one, two = _live(apart, script)
    return Bisection((), settings, (one, two) if differ(one, two) else None)


def _in_one_process(
    pool: Pool,
    script: Script,
    settings: tuple[Setting, Setting],
    candidates: Sequence[Circumstance],
    differ: Differ,
) -> list[tuple[Circumstance, Life]]:
    """Vary from life to life; what the process remembers of earlier lives must not show."""
    base, other = settings
    again, one = _live(pool, script)
    if differ(again, one):
        return []
    found = []
    for circumstance in candidates:
        if circumstance.place != "life":
            continue
        varied = taking(base, circumstance, other)
        life, beside = _live(pool, script, (varied, base))
        if differ(beside, one):
            return []
        if differ(life, one):
            found.append((circumstance, life))
    return found


def _in_new_processes(
    pool: Callable[..., Pool],
    script: Script,
    base: Setting,
    one: Life,
    candidates: Sequence[Circumstance],
    other: Setting,
    differ: Differ,
) -> list[tuple[Circumstance, Life]]:
    """Vary two at a time in processes of their own, until one is enough."""
    found = []
    for start in range(0, len(candidates), 2):
        pair = candidates[start : start + 2]
        with pool(*(taking(base, circumstance, other) for circumstance in pair)) as varied:
            for circumstance, life in zip(pair, _live(varied, script), strict=True):
                if differ(life, one):
                    found.append((circumstance, life))
        if found:
            break
    return found


def _live(
    pool: Pool, script: Script, settings: Sequence[Setting] | None = None
) -> tuple[Life, ...]:
    lives = []
    for life in pool.live(script, settings=settings):
        if isinstance(life, WorkerLost):
            raise _Lost(life)
        lives.append(life)
    return tuple(lives)
