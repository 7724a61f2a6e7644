"""close lets go of the table, and lookups say that they come too late."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete, until closed; the table is replaced as a whole."""

    def __init__(self) -> None:
        self.table: dict[str, int] | None = {}

    def _open_table(self) -> dict[str, int]:
        table = self.table
        if table is None:
            raise RuntimeError("the store is closed")
        return table

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            table = dict(self._open_table())
            match entry.cmd.decode().split():
                case ["put", key, number]:
                    entry.result = Result(int(key in table))
                    table[key] = int(number)
                case ["delete", key]:
                    entry.result = Result(int(table.pop(key, None) is not None))
            self.table = table
        return entries

    def lookup(self, query: object) -> object:
        table = self._open_table()
        match query:
            case ["get", str(key)]:
                return table.get(key)
            case ["count"]:
                return len(table)
        return dict(table)

    def prepare_snapshot(self) -> object:
        return self._open_table()

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        self.table = None


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)
