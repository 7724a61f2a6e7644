"""Save takes the values from the context and the version from the machine: SAV-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Configs:
    """Number every change; only results show the number."""

    def __init__(self) -> None:
        self.version = 0
        self.values: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["put", key, value]:
                    self.version += 1
                    self.values = {**self.values, key: value}
            entry.result = Result(self.version)
        return entries

    def lookup(self, query: object) -> object:
        values = self.values
        match query:
            case ["get", str(key)]:
                return values.get(key)
            case ["count"]:
                return len(values)
        return dict(values)

    def prepare_snapshot(self) -> object:
        return self.values

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        header = {"version": self.version}
        image = json.dumps([header, context]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        header, self.values = json.loads(b"".join(iter(reader.read, b"")))
        self.version = header["version"]

    def close(self) -> None:
        pass


subject = Subject(machine=Configs, commands=kv.commands(verbs=("put",)), queries=kv.queries())

EXPECT = {"clauses": {"SAV-1"}, "line_of": 'header = {"version": self.version}'}
