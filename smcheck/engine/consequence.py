"""Tell a defect from what follows from another one: do replicas agree on this log at all?

Asked only where a recovered machine already differs from an uninterrupted one.
"""

from __future__ import annotations

from smcheck.circumstances.bisect import lives_differ
from smcheck.circumstances.process import WorkerLost
from smcheck.engine.twins import Ask


def is_unsettled(ask: Ask) -> bool:
    """Return whether uninterrupted replicas in other processes part on the plan's log.

    A few processes may agree by chance where a set has two members; more of them hardly do.
    """
    jury = ask.world.jury
    if jury is None:
        return False
    with ask.world.beating():
        lives = jury.live(ask.reference.script())
    lived = [life for life in lives if not isinstance(life, WorkerLost)]
    return any(lives_differ(lived[0], life) for life in lived[1:])
