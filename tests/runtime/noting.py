"""A scheduler that notes what comes; in a module of its own, which nobody traces."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.schedule import default_choice
from smcheck.schedulers.access import Access
from smcheck.schedulers.protocol import Choice


class Noter:
    """Run on and note what comes."""

    def __init__(self) -> None:
        self.noted: list[Access] = []

    def begin(self, tasks: int) -> None: ...

    def end(self, points: Sequence[int]) -> None: ...

    def note_access(self, task: int, access: Access) -> None:
        self.noted.append(access)

    def choose(self, current: int, runnable: tuple[int, ...], points: Sequence[int]) -> Choice:
        return (default_choice(current, runnable), 1)
