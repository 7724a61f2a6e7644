"""FSMs with one defect each, in the forms that people write, and correct ones beside them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, BinaryIO

from hypothesis import strategies as st

from smcheck.adapters import raft_fsm
from smcheck.adapters.raft_fsm import Log, LogType, arguments


class Stock:
    """Count items, with bytes for a snapshot. A command is ``["add", item, count]``, or "take"."""

    def __init__(self) -> None:
        self.stock: dict[str, int] = {}

    def apply(self, command: list[Any]) -> object:
        verb, item, count = command
        left = self.stock.get(item, 0) + (count if verb == "add" else -count)
        if left < 0:
            return {"error": "not enough"}
        self.stock[item] = left
        return left

    def count(self, item: str) -> int:
        return self.stock.get(item, 0)

    def total(self) -> int:
        return sum(self.stock.values())

    def snapshot(self) -> bytes:
        return json.dumps(self.stock).encode()

    def restore(self, data: bytes) -> None:
        self.stock = json.loads(data)


class LiveStock(Stock):
    """Hands out the state itself, for the library to write when it likes."""

    def snapshot(self) -> Any:
        return self.stock  # SAV-1

    def restore(self, data: Any) -> None:
        self.stock = dict(data)


class CopiedStock(LiveStock):
    """Hands out a copy."""

    def snapshot(self) -> Any:
        return dict(self.stock)


class MovedStock(Stock):
    """Moves items between shelves in two steps, and sums them up meanwhile."""

    def apply(self, command: list[Any]) -> object:
        verb, item, count = command
        if verb == "take":
            moved = min(count, self.stock.get(item, 0))
            self.stock[item] = self.stock.get(item, 0) - moved
            self.stock["shelf"] = self.stock.get("shelf", 0) + moved
            return moved
        return super().apply(command)

    def total(self) -> int:
        return sum(self.stock.values())  # RDC-3


class BatchedStock:
    """Applies a list of entries against the state before all of them."""

    def __init__(self) -> None:
        self.stock: dict[str, int] = {}

    def apply_batch(self, logs: Sequence[Log]) -> list[object]:
        before = dict(self.stock)
        return [self._apply(json.loads(log.data), before) for log in logs]

    def _apply(self, command: list[Any], before: dict[str, int]) -> object:
        verb, item, count = command
        left = before.get(item, 0) + (count if verb == "add" else -count)  # BAT-5
        if left < 0:
            return {"error": "not enough"}
        self.stock[item] = left
        return left

    def count(self, item: str) -> int:
        return self.stock.get(item, 0)

    def snapshot(self) -> bytes:
        return json.dumps(self.stock).encode()

    def restore(self, source: BinaryIO) -> None:
        self.stock = json.load(source)


class InOrderStock(BatchedStock):
    """Applies them one after another, and passes over what is no command."""

    def apply_batch(self, logs: Sequence[Log]) -> list[object]:
        return [
            self._apply(json.loads(log.data), self.stock) if log.type is LogType.COMMAND else None
            for log in logs
        ]


class TrustingStock(InOrderStock):
    """Takes every entry for a command."""

    def apply_batch(self, logs: Sequence[Log]) -> list[object]:
        return [self._apply(json.loads(log.data), self.stock) for log in logs]  # BAT-1


class ShortStock(InOrderStock):
    """Answers the commands that changed something, and no others."""

    def apply_batch(self, logs: Sequence[Log]) -> list[object]:
        answers = super().apply_batch(logs)
        return [answer for answer in answers if not isinstance(answer, dict)]  # UPD-6


class UnsavedImage:
    """Cannot be written: JSON has no tuples as keys."""

    def __init__(self, stock: dict[str, int]) -> None:
        self.stock = {("item", name): count for name, count in stock.items()}

    def persist(self, sink: Any) -> None:
        sink.write(json.dumps(self.stock).encode())  # SAV-8

    def release(self) -> None:
        pass


class UnsavedStock(Stock):
    """Has snapshots that fail, and goes on."""

    def snapshot(self) -> Any:
        return UnsavedImage(self.stock)


items = st.sampled_from(["apple", "pear"])
commands = st.tuples(st.sampled_from(["add", "take"]), items, st.integers(1, 3)).map(list)
reads = {"count": arguments(items), "total": arguments()}


def subject(kind: type, **options: Any) -> Any:
    """Return a subject for one of the classes above."""
    options = {"queries": reads, "takes": "value"} | options
    return raft_fsm.subject(kind, commands=commands, **options)


BATCHED: dict[str, Any] = {"queries": {"count": arguments(items)}, "takes": "log"}
