"""An audit log keeps the lists of entries that update was called with: UPD-4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Audited:
    """Count, and show every command ever applied."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.value = 0
        self.audit: list[Sequence[Entry]] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        with self.lock:
            for entry in entries:
                match entry.cmd.decode().split():
                    case ["add", step]:
                        self.value += int(step)
                entry.result = Result(self.value)
            self.audit.append(entries)
        return entries

    def _commands(self) -> list[str]:
        return [entry.cmd.decode() for batch in list(self.audit) for entry in batch]

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["value"]:
                    return self.value
            return self._commands()

    def prepare_snapshot(self) -> object:
        with self.lock:
            return [self.value, self._commands()]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        value, commands = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.value = value
            self.audit = [[Entry(0, command.encode()) for command in commands]]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Audited,
    commands=counter.commands(),
    queries=counter.queries(verbs=("value", "changes")),
)

EXPECT = {"clauses": {"UPD-4"}, "line_of": "self.audit.append(entries)"}
