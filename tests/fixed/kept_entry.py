"""The store keeps commands, which are bytes, and decodes them when asked; no entry is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class LazyStore:
    """Put and delete; numbers are decoded when somebody wants them."""

    def __init__(self) -> None:
        self.commands: dict[str, bytes] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["put", key, _]:
                    entry.result = Result(int(key in self.commands))
                    self.commands[key] = entry.cmd
                case ["delete", key]:
                    entry.result = Result(int(self.commands.pop(key, None) is not None))
        return entries

    def lookup(self, query: Any) -> object:
        command = self.commands.get(query[1])
        return None if command is None else int(command.split()[2])

    def prepare_snapshot(self) -> object:
        return [command.decode() for command in self.commands.values()]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.commands = {command.split()[1]: command.encode() for command in saved}

    def close(self) -> None:
        pass


subject = Subject(
    machine=LazyStore,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get",)),
    model=kv.Model,
)
