"""Programs with a race in a method that is stored, or where nobody may be switched."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any


class Hook:
    """Calls what it holds, if it holds something."""

    def __init__(self) -> None:
        self.callback: Any = int

    def call(self) -> None:
        if self.callback is not None:
            self.callback()

    def drop(self) -> None:
        self.callback = None

    def pair(self) -> None:
        assert len({self.kind() for _ in range(2)}) == 1

    def kind(self) -> int:
        return 1

    def change(self) -> None:
        self.kind = lambda: 2  # type: ignore[method-assign]


class Shown:
    """Counts how often it was shown."""

    def __init__(self) -> None:
        self.times = 0

    def __repr__(self) -> str:
        before = self.times
        self.times = before + 1
        return "shown"

    def is_right(self) -> bool:
        return self.times == 2


class Handler(logging.Handler):
    """Counts records without its lock."""

    def __init__(self) -> None:
        super().__init__()
        self.times = 0

    def handle(self, record: logging.LogRecord) -> bool:
        before = self.times
        self.times = before + 1
        return True


class Logged:
    """Logs through a handler that counts wrongly."""

    def __init__(self) -> None:
        self.handler = Handler()
        self.logger = logging.Logger("own")
        self.logger.addHandler(self.handler)

    def log(self) -> None:
        self.logger.warning("one")

    def is_right(self) -> bool:
        return self.handler.times == 2


RACES: list[tuple[type[Any], list[Callable[[Any], object]]]] = [
    (Hook, [Hook.call, Hook.drop]),
    (Hook, [Hook.pair, Hook.change]),
]
UNSEEN: list[tuple[type[Any], list[Callable[[Any], object]]]] = [
    (Shown, [repr, repr]),
    (Logged, [Logged.log, Logged.log]),
]
