"""Look at what a recovered image showed again, in processes with other hash seeds.

A set that is built anew may iterate in another order. What depends on the hash seed is no part
that the image lacks, but a consequence of an update or a lookup that shows that order
(CONTRACT A5): it is told as that, and not again as SAV-4 or REC-1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from smcheck.circumstances.bisect import Twin, TwinLost
from smcheck.circumstances.data import default_settings
from smcheck.circumstances.pool import Pool
from smcheck.engine.caught import Caught
from smcheck.engine.reference import Reference
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.snapshots import check_recover, check_restart
from smcheck.engine.world import NotControlled, StuckLife, World
from smcheck.host.life import Life, Step

_CHECKS = {"restart": check_restart, "recover": check_recover}
_MANY = 4


@dataclass(frozen=True, slots=True)
class _AskElsewhere(Ask):
    """An ask whose lives are those of a worker process."""

    twin: Twin | None = None

    def live(self, *steps: Step, **changes: object) -> Life:
        """Live through other steps with the plan's log and queries."""
        assert self.twin is not None
        return self.twin.live(self.reference.script(steps=steps, **changes))


def depends_on_hash_seed(world: World, caught: Caught, *, many: bool = False) -> bool:
    """Return whether another process does not show what was caught on recovered images.

    Args:
        many: Start further processes, so that chance hardly makes all of them agree.
    """
    check = _CHECKS.get(caught.breach.check)
    if check is None or world.pool is None:
        return False
    try:
        reference = Reference(world, caught.plan)
        with _pool(world, many=many) as pool, world.beating():
            for twin in _twins(pool):
                ask = _AskElsewhere(world, caught.plan, reference, twin=twin)
                if not check(ask):
                    return True
    except (NotControlled, StuckLife, TwinLost):
        return False
    return False


@contextmanager
def _pool(world: World, *, many: bool) -> Iterator[Pool]:
    assert world.pool is not None
    if not many or world.importable is None:
        yield world.pool
        return
    settings = default_settings(world.seed + 1, count=_MANY)
    with Pool(world.importable, settings) as pool:
        pool.start()
        yield pool


def _twins(pool: Pool) -> Sequence[Twin]:
    """Return the workers, on clocks that do not run on between the calls."""
    return [
        Twin(pool, number, replace(setting, pauses_s=()))
        for number, setting in enumerate(pool.settings)
    ]
