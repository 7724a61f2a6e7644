"""The key of an upload begins with a checksum of where the home folder is."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Uploads:
    """Remember where uploads were put."""

    def __init__(self) -> None:
        self.keys: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", name, _number]:
                target = Path.home() / "uploads" / name
                self.keys[name] = zlib.crc32(bytes(target))
                return Result(self.keys[name])
            case ["delete", name]:
                return Result(self.keys.pop(name, 0))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(name)]:
                return self.keys.get(name)
        return sum(self.keys.values())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.keys).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.keys = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Uploads,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "circumstance": "home folder",
    "or_circumstance": ["environment"],
    "line_of": 'target = Path.home() / "uploads" / name',
    "or_line_of": ("self.keys[name] = zlib.crc32(bytes(target))",),
}
