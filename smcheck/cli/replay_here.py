"""Replay a witness in this very process: in the child, or where somebody debugs.

It imports the user's code. The parent of a child must not come here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from smcheck.cli.debugging import Terminal
from smcheck.cli.messages import Replayed, Resolved
from smcheck.cli.survey import survey
from smcheck.engine.draft import CHECK, relive
from smcheck.engine.replay import Replay, Status, replay
from smcheck.engine.witness import load_witness
from smcheck.errors import UsageError
from smcheck.host.board import Board
from smcheck.subject import Subject


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
    return ReplayHere(witness).replay(hear=hear, board=board)


class ReplayHere:
    """One witness, and what became of it.

    Args:
        witness: Path of the file.
        target: Where the subject is now, unless it is where the witness says.
    """

    def __init__(self, witness: Path, *, target: str = "") -> None:
        self._path = witness
        self._target = target
        self._signature = ""
        self._subject: Subject | None = None
        self._outcome: Replay | None = None

    def replay(
        self, *, hear: Callable[[Resolved], None] | None = None, board: Board | None = None
    ) -> Replayed:
        """Replay it, as ``replay_here`` does."""
        stored = load_witness(self._path)
        if self._target:
            here = str(Path.cwd())
            stored = msgspec.structs.replace(stored, target=self._target, folder=here)
        try:
            found, subject = survey(stored.target, folder=Path(stored.folder))
        except UsageError as error:
            hint = "" if self._target else "; if it lies elsewhere now, say --target"
            raise UsageError(f"{self._path}: {error}{hint}") from error
        if hear is not None:
            hear(found)
        self._signature = stored.breach.signature
        case = relive if stored.breach.check == CHECK else replay
        self._subject, self._outcome = subject, case(stored, subject, board=board)
        return self._told()

    def _told(self) -> Replayed:
        assert self._outcome is not None
        finding, path = self._outcome.finding, self._path
        if finding is not None and self._outcome.status is Status.FAILS and self._signature:
            finding = replace(finding, signature=self._signature)
        if finding is not None:
            finding = finding.kept_at(path)
        return Replayed(str(self._outcome.status), finding, self._outcome.reason)

    def tell(self, terminal: Terminal, *, is_whole: bool) -> None:
        """Write what became of it for whoever debugs."""
        # Fetched here because few replays are debugged.
        from smcheck.cli.replay import outcome_text
        from smcheck.cli.terminal import text_of

        parts = outcome_text(self._told(), is_whole=is_whole)
        terminal.say(text_of(*parts, stream=terminal.writes).rstrip())

    def stop_in(self, terminal: Terminal, *, leave: Callable[[], None]) -> None:
        """Run what was replayed once more, and open a debugger where it goes wrong."""
        outcome = self._outcome
        if self._subject is None or outcome is None or outcome.finding is None:
            return
        if outcome.status in (Status.FAILS, Status.DIFFERS) and outcome.caught is not None:
            # Fetched here because few replays are debugged.
            from smcheck.cli.stopping import stop_in

            stop_in(self._subject, outcome.caught, outcome.finding, terminal, leave=leave)
