"""Visits are counted per day of the local time zone: UPD-1."""

from __future__ import annotations

import json
from datetime import datetime

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Visits:
    """Count the visits of each day; the command says when, in seconds."""

    def __init__(self) -> None:
        self.days: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["visit", at]:
                day = datetime.fromtimestamp(int(at)).strftime("%d.%m.")
                self.days[day] = self.days.get(day, 0) + 1
                return Result(self.days[day])
        return Result(0)

    def lookup(self, query: object) -> object:
        return dict(self.days)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.days).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.days = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


HOUR_S = 3600

subject = Subject(
    machine=Visits,
    commands=st.integers(0, 47).map(lambda hour: f"visit {1_700_000_000 + hour * HOUR_S}".encode()),
    queries=st.just(("days",)),
)

EXPECT = {
    "clauses": {"UPD-1", "UPD-2"},
    "line_of": 'day = datetime.fromtimestamp(int(at)).strftime("%d.%m.")',
}
