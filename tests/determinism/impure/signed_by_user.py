"""Ledger lines are signed with the name that the shell gave the service."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Ledger:
    """Book amounts."""

    def __init__(self) -> None:
        self.lines: tuple[str, ...] = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["add", amount]:
                    signature = os.environ.get("USER", "service")
                    self.lines = (*self.lines, f"{amount} {signature}")
                    entry.result = Result(len(self.lines), self.lines[-1].encode(errors="replace"))
                case ["reset"]:
                    entry.result = Result(len(self.lines))
                    self.lines = ()
                case _:
                    entry.result = Result(0)
        return entries

    def lookup(self, query: object) -> object:
        lines = self.lines
        match query:
            case ["value"]:
                return lines[-1] if lines else None
        return len(lines)

    def prepare_snapshot(self) -> object:
        return self.lines

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        lines = json.loads(b"".join(parts))
        self.lines = tuple(lines)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Ledger,
    commands=counter.commands(),
    queries=counter.queries(verbs=("value", "changes")),
)

EXPECT = {
    "circumstance": "user",
    "or_circumstance": ["environment"],
    "line_of": 'signature = os.environ.get("USER", "service")',
    "or_line_of": ('self.lines = (*self.lines, f"{amount} {signature}")',),
}
