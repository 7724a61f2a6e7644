"""How one subject is checked, and who hears of it meanwhile: records that the doors fill in."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from smcheck.circumstances.settings import Choice
from smcheck.finding import Finding, SubjectReport
from smcheck.host.board import Board
from smcheck.plan import Command
from smcheck.testing.contract_machine import ContractMachine


class Watcher(Protocol):
    """Hears what a check does while it does it."""

    def case(self, text: str) -> None:
        """Hear the witness of the plan that is about to run, without its breach."""

    def finding(self, report: SubjectReport, finding: Finding) -> None:
        """Hear of a finding at once."""

    def progress(self, report: SubjectReport) -> None:
        """Hear how far the check is; ``report`` is partial."""


@dataclass(slots=True)
class Options:
    """How one subject is checked; see ``smcheck check --help`` for the meaning of each.

    Attributes:
        log: A log of the user's own, tried before anything else.
        choice: Which circumstances are varied.
        interrupted: Hears what was found so far where the user ends it.
    """

    seconds: float | None = None
    max_examples: int | None = None
    schedules: int = 20
    seed: int | None = None
    only: frozenset[str] = frozenset()
    stop_on_first: bool = False
    target: str | None = None
    log: tuple[Command, ...] = ()
    witness_dir: Path | None = None
    machine: type[ContractMachine] | None = None
    board: Board | None = None
    watcher: Watcher | None = None
    interrupted: Callable[[SubjectReport], None] | None = None
    choice: Choice = field(default_factory=Choice)
    started: float = field(default_factory=time.monotonic)
