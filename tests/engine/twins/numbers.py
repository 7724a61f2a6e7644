"""A machine that keeps every clause under faults, and how to try one that breaks some."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Result, SnapshotStopped, Subject
from smcheck.finding import Breach
from tests.engine.twins.plans import made, plan_of

PLAN = plan_of([b"add %d" % number for number in range(1, 7)], "all", "count")


class Numbers:
    """Collect numbers."""

    def __init__(self) -> None:
        self.numbers: tuple[int, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.numbers = (*self.numbers, int(entry.cmd.split()[1]))
            entry.result = Result(len(self.numbers))
        return entries

    def lookup(self, query: object) -> object:
        return len(self.numbers) if query == "count" else list(self.numbers)

    def prepare_snapshot(self) -> Any:
        return self.numbers

    def save_snapshot(self, context: Any, writer: Any, files: Any, stopped: Any) -> None:
        for part in (b"[0", *(b", %d" % number for number in context), b"]"):
            if stopped.is_set():
                raise SnapshotStopped
            self.write(writer, part)

    def write(self, writer: Any, data: bytes) -> None:
        while data:
            data = data[writer.write(data) :]

    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        self.numbers = self.numbers_in(self.read(reader, stopped))

    def read(self, reader: Any, stopped: Any) -> bytes:
        pieces = []
        while piece := reader.read(5):
            pieces.append(piece)
            if stopped.is_set():
                raise SnapshotStopped
        return b"".join(pieces)

    def numbers_in(self, image: bytes) -> tuple[int, ...]:
        _, *numbers = json.loads(image)
        return tuple(numbers)

    def close(self) -> None:
        pass


class RegularNumbers(Numbers):
    """Do the same as the regular kind."""

    def update(self, entries: Any) -> Any:
        super().update([entries])
        return entries.result

    def save_snapshot(self, writer: Any, files: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        super().save_snapshot(self.numbers, writer, files, stopped)


class OnDiskNumbers(Numbers):
    """Do the same as the on-disk kind; nothing is durable."""

    def open(self, stopped: Any) -> int:
        return 0

    def sync(self) -> None:
        pass

    def save_snapshot(self, context: Any, writer: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        super().save_snapshot(context, writer, None, stopped)

    def recover_from_snapshot(self, reader: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        super().recover_from_snapshot(reader, None, stopped)


def found(machine: type, check: str) -> list[Breach]:
    """Return what one check finds in a machine."""
    kinds = {RegularNumbers: "regular", OnDiskNumbers: "on-disk"}
    kind = next((kind for base, kind in kinds.items() if issubclass(machine, base)), "concurrent")
    subject = Subject(
        machine=machine, commands=st.just(b"add 1"), queries=st.just("all"), kind=kind
    )
    return made(check, subject, PLAN)[0]


def told(machine: type, check: str) -> list[tuple[str, str]]:
    """Return clause and severity of what one check finds."""
    return [(breach.clause, str(breach.severity)) for breach in found(machine, check)]
