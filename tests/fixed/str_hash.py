"""Results carry bytes, and the hash of the state is a digest of its sorted text."""

from __future__ import annotations

import hashlib
import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Hashed:
    """A store that lets the host compare replicas by a number."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                before = self.table.get(key)
                self.table[key] = int(number)
                return Result(len(self.table), json.dumps([key, before]).encode())
            case ["delete", key]:
                gone = self.table.pop(key, None)
                return Result(len(self.table), json.dumps([key, gone]).encode())
        return Result(len(self.table), entry.cmd)

    def _text(self) -> bytes:
        return json.dumps(self.table, sort_keys=True).encode()

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.table.get(key)
        return self._text()

    def get_hash(self) -> int:
        return int.from_bytes(hashlib.sha256(self._text()).digest()[:8], "big")

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = self._text()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.table = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


class Model:
    """The store's truth about numbers; of results it says nothing."""

    def __init__(self) -> None:
        self._store = kv.Model()

    def apply(self, cmd: bytes) -> None:
        self._store.apply(cmd)

    def query(self, query: object) -> object:
        found = self._store.query(query)
        return json.dumps(found, sort_keys=True).encode() if query == ("all",) else found


subject = Subject(
    machine=Hashed,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=Model,
)
