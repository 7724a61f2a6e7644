"""The table is put into a threading.local by the thread that makes the machine: THR-1."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete."""

    def __init__(self) -> None:
        self.local = threading.local()
        self.local.table = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["put", key, number]:
                    entry.result = Result(int(key in self.local.table))
                    self.local.table[key] = int(number)
                case ["delete", key]:
                    entry.result = Result(int(self.local.table.pop(key, None) is not None))
        return entries

    def lookup(self, query: Any) -> object:
        return self.local.table.get(query[1])

    def prepare_snapshot(self) -> object:
        return dict(self.local.table)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.local.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get",)),
    model=kv.Model,
)

EXPECT = {
    # Beside another call it also is one that raises only in company.
    "also": {"CRA-1"},
    "clauses": {"THR-1"},
    "line_of": "self.local.table = {}",
    "or_line_of": (
        "def lookup(",
        "def update(",
        "def prepare_snapshot(",
        "self.local = threading.local()",
        "entry.result = Result(int(key in self.local.table))",
        "self.local.table[key] = int(number)",
        "entry.result = Result(int(self.local.table.pop(key, None) is not None))",
        "return self.local.table.get(query[1])",
        "return dict(self.local.table)",
    ),
}
