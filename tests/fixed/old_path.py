"""recover opens the file of an image where the host says that it is now."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, Subject, Writer
from smcheck.strategies import kv

TABLE = 1


class Store:
    """Keep small numbers; an image takes them along in a file of its own."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tables = count(1)
        self.numbers: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.numbers.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.numbers.get(key)
            case ["count"]:
                return len(self.numbers)
        return dict(self.numbers)

    def save_snapshot(self, writer: Writer, files: SnapshotFiles, stopped: object) -> None:
        table = self.directory / f"table-{next(self.tables)}.json"
        table.write_text(json.dumps(self.numbers))
        files.add(TABLE, table)
        image = json.dumps({"rows": len(self.numbers)}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: object
    ) -> None:
        head = json.loads(b"".join(iter(reader.read, b"")))
        (table,) = (file.path for file in files if file.file_id == TABLE)
        numbers = json.loads(table.read_text())
        if len(numbers) != head["rows"]:
            raise ValueError(f"expected {head['rows']} rows, got {len(numbers)}")
        self.numbers = numbers

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)
