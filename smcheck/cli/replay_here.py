"""Replay a witness in this very process: in the child, or where somebody debugs.

It imports the user's code. The parent of a child must not come here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from smcheck.cli.messages import Replayed, Resolved
from smcheck.cli.survey import survey
from smcheck.engine.replay import replay
from smcheck.engine.witness import load_witness


def replay_here(witness: Path, *, hear: Callable[[Resolved], None] | None = None) -> Replayed:
    """Replay the case in the file ``witness``.

    Args:
        witness: Path of the file.
        hear: Told of the subject before anything of it runs.

    Raises:
        UsageError: The file, or the target it names, is not what it must be.
    """
    stored = load_witness(witness)
    found, subject = survey(stored.target, folder=Path(stored.folder))
    if hear is not None:
        hear(found)
    outcome = replay(stored, subject)
    return Replayed(str(outcome.status), outcome.finding, outcome.reason)
