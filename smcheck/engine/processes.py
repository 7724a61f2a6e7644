"""The further processes of one check: twins, their jury, and those that reopen folders.

Each is started when it is first wanted. What they show is judged elsewhere.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from smcheck.circumstances.data import Setting
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.role import require_no_twin
from smcheck.circumstances.settings import Choice, default_settings
from smcheck.host.board import Board
from smcheck.subject import Subject
from smcheck.target import target_of

_BEAT_S = 0.5
_TWINS = 3
"""One pair of hash seeds in six orders three members alike; of three seeds, one in thirty-six."""
_JURY = 4
_REOPENS = Setting(hash_seed=1)
"""Not the hash seed of a check: what was kept must be read in a process of any."""


class Processes:
    """What other processes there are for one subject.

    Attributes:
        seed: Of the check; settings of twins follow from it.
        choice: Which circumstances are varied.
        target: A name that other processes can import, where the caller knows one.
        pool: The twins, ``None`` before ``start_workers`` and without a name for the subject.
    """

    def __init__(self, subject: Subject, board: Board) -> None:
        self.subject, self.board = subject, board
        self.seed = 0
        self.choice = Choice()
        self.target: str | None = None
        self.pool: Pool | None = None
        self._jury: Pool | None = None
        self._reopener: Pool | None = None

    @property
    def importable(self) -> str | None:
        """A name under which other processes find the subject, if there is one."""
        return self.target or target_of(self.subject)

    def start_workers(self) -> None:
        """Begin to start the twins; without a name for the subject there are none.

        Raises:
            UsageError: This process is a twin itself.
        """
        require_no_twin()
        if self.importable is not None:
            settings = default_settings(self.seed, count=_TWINS, choice=self.choice)
            self.pool = Pool(self.importable, settings)
            self.pool.start()

    @property
    def jury(self) -> Pool | None:
        """Further twins under hash seeds of their own."""
        if self._jury is None and self.pool is not None and self.importable is not None:
            twins = len(self.pool.settings)
            settings = default_settings(self.seed, count=twins + _JURY, choice=self.choice)
            self._jury = Pool(self.importable, settings[twins:])
        return self._jury

    @property
    def reopener(self) -> Pool | None:
        """The process that opens what a life in this one left, if there can be one."""
        if self._reopener is None and self.importable is not None:
            self._reopener = Pool(self.importable, (_REOPENS,))
        return self._reopener

    def end_processes(self) -> None:
        """End all of them."""
        for pool in (self.pool, self._jury, self._reopener):
            if pool is not None:
                pool.close()

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Show signs of life on the board while only other processes work.

        Never around calls of the machine in this process: a hang must show as one.
        """
        over = threading.Event()

        def beat() -> None:
            while not over.wait(_BEAT_S):
                self.board.end()

        thread = threading.Thread(target=beat, name="smcheck beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
