"""A lookup copies the outer dict and hands out the records in it: LKP-3."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Records:
    """Keep a record under each key: its number and how often it was written."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, int]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                record = self.records.setdefault(key, {"number": 0, "writes": 0})
                record["number"] = int(number)
                record["writes"] += 1
                return Result(record["writes"])
            case ["delete", key]:
                return Result(int(self.records.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["count"]:
                return len(self.records)
        return dict(self.records)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.records).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.records = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Records,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("count", "all")),
)

EXPECT = {
    "clauses": {"LKP-3"},
    "line_of": "return dict(self.records)",
    "or_line_of": ("def lookup(",),
    "after": (
        "hashicorp/nomad pull 14192",
        "hashicorp/nomad pull 25698",
        "hashicorp/nomad issue 23682",
    ),
}
