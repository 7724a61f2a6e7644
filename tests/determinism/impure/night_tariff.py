"""Calls are counted by the hour of the local time zone."""

from __future__ import annotations

import json
import time

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Calls:
    """Count calls per hour of the day; the command says when, in seconds."""

    def __init__(self) -> None:
        self.hours = [0] * 24

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["call", at] if at.isdecimal() and len(at) < 11:
                hour = time.localtime(int(at)).tm_hour
                self.hours[hour] += 1
                return Result(hour, b"night" if hour < 6 else b"day")
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["hour", int(hour)]:
                return self.hours[hour]
        return sum(self.hours[:6])

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.hours).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.hours = json.loads(image)

    def close(self) -> None:
        pass


TIMES = st.integers(0, 47).map(lambda hour: 1_700_000_000 + hour * 3600)

subject = Subject(
    machine=Calls,
    commands=TIMES.map(lambda at: f"call {at}".encode()),
    queries=st.tuples(st.just("hour"), st.integers(0, 23)) | st.just(("night",)),
)

EXPECT = {
    "circumstance": "time zone",
    "line_of": "hour = time.localtime(int(at)).tm_hour",
    "or_line_of": ("self.hours[hour] += 1",),
}
