"""Files are known by a checksum of their absolute path; the commands bring relative ones."""

from __future__ import annotations

import hashlib
import json
import os

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Files:
    """Keep the sizes of files by their path."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", name, size] if size.isdecimal():
                key = self._key(name)
                self.sizes[key] = int(size)
                return Result(int(key, 16))
            case ["delete", name]:
                return Result(int(self.sizes.pop(self._key(name), None) is not None))
        return Result(0)

    def _key(self, name: str) -> str:
        path = os.path.abspath(name)
        return hashlib.blake2s(os.fsencode(path), digest_size=4).hexdigest()

    def lookup(self, query: object) -> object:
        match query:
            case ["all"]:
                return dict(self.sizes)
        return len(self.sizes)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.sizes).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.sizes = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Files,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("all", "count")),
)

EXPECT = {
    "circumstance": "working directory",
    "line_of": "path = os.path.abspath(name)",
    "or_line_of": ("return hashlib.blake2s(os.fsencode(path), digest_size=4).hexdigest()",),
}
