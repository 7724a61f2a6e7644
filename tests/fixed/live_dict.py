"""prepare_snapshot hands out the dict itself, and nothing ever writes to a dict again."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Replace the whole dict with every change; who holds the old one holds a version."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            after = dict(self.table)
            entry.result = self._apply(after, entry.cmd.decode().split())
            self.table = after
        return entries

    def _apply(self, table: dict[str, int], words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in table
                table[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(table.pop(key, None) is not None))
            case ["incr", key, number]:
                table[key] = table.get(key, 0) + int(number)
                return Result(table[key])
            case ["cas", key, old, new] if table.get(key) == int(old):
                table[key] = int(new)
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        table = self.table
        match query:
            case ["get", str(key)]:
                return table[key] if key in table else None
            case ["count"]:
                return len(table)
        return {key: table[key] for key in table}

    def prepare_snapshot(self) -> object:
        return self.table

    def save_snapshot(
        self, context: dict[str, int], writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps({key: context[key] for key in context}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(machine=Store, commands=kv.commands(), queries=kv.queries(), model=kv.Model)
