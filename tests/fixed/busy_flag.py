"""A save takes back the flag that says one is under way, also when it fails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count; one image at a time is written."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.pair = (0, 0)
        self.saving = False

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            value, changes = self.pair
            match entry.cmd.decode().split():
                case ["add", step]:
                    self.pair = (value + int(step), changes + 1)
                case ["reset"]:
                    self.pair = (0, changes + 1)
            entry.result = Result(self.pair[0])
        return entries

    def lookup(self, query: object) -> object:
        value, changes = self.pair
        match query:
            case ["value"]:
                return value
            case ["changes"]:
                return changes
        return (value, changes)

    def prepare_snapshot(self) -> object:
        return self.pair

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        with self.lock:
            if self.saving:
                raise RuntimeError("an image is being written already")
            self.saving = True
        try:
            image = json.dumps(context).encode()
            while image:
                image = image[writer.write(image) :]
        finally:
            self.saving = False

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        value, changes = json.loads(b"".join(iter(reader.read, b"")))
        self.pair = (value, changes)

    def close(self) -> None:
        pass


subject = Subject(machine=Counter, commands=counter.commands(), queries=counter.queries())
