"""Pins are stored with a salt from the system, and the stored form is handed out."""

from __future__ import annotations

import hashlib
import json
import os

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Pins:
    """Keep digests of pins."""

    def __init__(self) -> None:
        self.digests: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", user, pin]:
                known = user in self.digests
                self.digests[user] = self._digest(pin)
                return Result(int(known), bytes.fromhex(self.digests[user]))
            case ["delete", user]:
                return Result(int(self.digests.pop(user, None) is not None))
        return Result(0)

    def _digest(self, pin: str) -> str:
        salt = os.urandom(8)
        return (salt + hashlib.sha256(salt + pin.encode()).digest()).hex()

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(user)]:
                return self.digests.get(user)
        return len(self.digests)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.digests).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.digests = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Pins,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "salt = os.urandom(8)",
    "or_line_of": ("return (salt + hashlib.sha256(salt + pin.encode()).digest()).hex()",),
}
