"""Calls are counted by hour and weekday, in a zone that is named."""

from __future__ import annotations

import calendar
import json
from collections import Counter
from datetime import datetime, timedelta, timezone

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Calls:
    """Count calls; the command says when, in seconds."""

    ZONE = timezone(timedelta(hours=1), "office")

    def __init__(self) -> None:
        self.hours: Counter[str] = Counter()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["call", at] if at.isdecimal() and len(at) < 11:
                moment = datetime.fromtimestamp(int(at), self.ZONE)
                slot = f"{moment.isoweekday()}/{moment.hour:02}"
                self.hours[slot] += 1
                return Result(calendar.timegm(moment.utctimetuple()), slot.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        return dict(self.hours) if query == ("all",) else self.hours.total()

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.hours).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.hours = Counter(saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Calls,
    commands=st.integers(0, 99).map(lambda hour: f"call {1_700_000_000 + hour * 3600}".encode()),
    queries=st.sampled_from([("all",), ("count",)]),
)

PURE = "every conversion names its zone, which has a fixed offset"
