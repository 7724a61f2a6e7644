"""Replay a witness in this very process: in the child, or where somebody debugs.

It imports the user's code. The parent of a child must not come here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from smcheck.cli.messages import Replayed, Resolved
from smcheck.cli.survey import survey
from smcheck.engine.draft import CHECK, relive
from smcheck.engine.replay import replay
from smcheck.engine.witness import load_witness
from smcheck.engine.world import NotControlled
from smcheck.host.board import Board


def replay_here(
    witness: Path,
    *,
    hear: Callable[[Resolved], None] | None = None,
    board: Board | None = None,
) -> Replayed:
    """Replay the case in the file ``witness``.

    Args:
        witness: Path of the file.
        hear: Told of the subject before anything of it runs.
        board: Where the calls are noted while it runs.

    Raises:
        UsageError: The file, or the target it names, is not what it must be.
    """
    stored = load_witness(witness)
    found, subject = survey(stored.target, folder=Path(stored.folder))
    if hear is not None:
        hear(found)
    if stored.breach.check == CHECK:
        try:
            finding = relive(stored, subject, board=board)
        except NotControlled as error:
            return Replayed("cannot be replayed", reason=f"no machine could be made: {error}")
        return Replayed("fails differently" if finding else "fixed", finding)
    outcome = replay(stored, subject, board=board)
    return Replayed(str(outcome.status), outcome.finding, outcome.reason)
