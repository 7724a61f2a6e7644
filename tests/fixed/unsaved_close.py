"""close notes that something was not saved, and the log has it."""

from __future__ import annotations

import json
import logging
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; knows whether it was saved."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.is_saved = True

    def update(self, entry: Entry) -> Result:
        self.is_saved = False
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.numbers.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                return self.numbers.get(key)
        return dict(sorted(self.numbers.items()))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.numbers).encode()
        while image:
            image = image[writer.write(image) :]
        self.is_saved = True

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))
        self.is_saved = True

    def close(self) -> None:
        if not self.is_saved:
            logging.debug("there are entries that no image has")


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
