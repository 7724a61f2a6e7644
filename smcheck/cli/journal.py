"""Make a witness of the case that killed the child, from what the child said before.

It is kept only if it kills another child in the same way.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from smcheck.cli.replay import replay_in_child
from smcheck.errors import SmcheckError
from smcheck.finding import Finding


def keep_witness(case: str, finding: Finding, folder: Path) -> Finding:
    """Write the witness of ``finding`` and return the finding with its path.

    Args:
        case: The witness that the child drafted before it began the case.
        finding: What its death means.
        folder: Where witnesses go.

    A finding that does not show again is returned without a witness.
    """
    # Fetched here because a parent whose child lives needs nothing of the engine.
    from smcheck.engine.draft import filled
    from smcheck.engine.witness import Witness, store

    try:
        drafted = msgspec.json.decode(case, type=Witness)
    except msgspec.DecodeError:
        return finding
    path = store(filled(drafted, finding), folder, clause=finding.breach.clause)
    is_kept = False
    try:
        is_kept = _is_shown_by(path)
    finally:
        if not is_kept:
            path.unlink()
    kept = finding.kept_at(path)
    return kept if is_kept else finding


def _is_shown_by(path: Path) -> bool:
    try:
        return replay_in_child(path).status == "still fails"
    except SmcheckError:
        return False
