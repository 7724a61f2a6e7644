"""A lookup reads the keys one by one while batches come and go: RDC-3."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Gauges:
    """Hold the latest number of every gauge; each write is one step."""

    def __init__(self) -> None:
        self.gauges: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["incr", gauge, number]:
                    value = self.gauges.get(gauge, 0) + int(number)
                    self.gauges[gauge] = value
                    entry.result = Result(value)
        return entries

    def lookup(self, query: object) -> object:
        gauges = self.gauges
        answer = {}
        for gauge in kv.KEYS:
            value = gauges.get(gauge)
            if value is not None:
                answer[gauge] = value
        return answer

    def prepare_snapshot(self) -> object:
        return dict(self.gauges)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.gauges = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Gauges,
    commands=kv.commands(verbs=("incr",)),
    queries=kv.queries(verbs=("all",)),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"RDC-3"},
    "line_of": "value = gauges.get(gauge)",
    "or_line_of": ("for gauge in kv.KEYS:", "answer[gauge] = value"),
}
