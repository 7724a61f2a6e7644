"""A table of its own with buckets by hash, which are never listed in their order."""

from __future__ import annotations

import itertools
import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Table:
    """Keep numbers under keys in eight buckets."""

    def __init__(self) -> None:
        self.buckets: list[list[tuple[str, int]]] = [[] for _ in range(8)]

    def _bucket(self, key: str) -> list[tuple[str, int]]:
        return self.buckets[hash(key) % len(self.buckets)]

    def _get(self, key: str) -> int | None:
        return next((number for other, number in self._bucket(key) if other == key), None)

    def _put(self, key: str, number: int | None) -> bool:
        bucket = self._bucket(key)
        kept = [pair for pair in bucket if pair[0] != key]
        known = len(kept) < len(bucket)
        bucket[:] = kept if number is None else [*kept, (key, number)]
        return known

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", key, number] if number.isdecimal():
                return Result(int(self._put(key, int(number))))
            case ["delete", key]:
                return Result(int(self._put(key, None)))
        return Result(0)

    def _all(self) -> dict[str, int]:
        return dict(sorted(itertools.chain.from_iterable(self.buckets)))

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self._get(key)
            case ["count"]:
                return sum(map(len, self.buckets))
        return self._all()

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._all()).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.buckets = [[] for _ in range(8)]
        for key, number in saved.items():
            self._put(key, number)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Table,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

PURE = "the hash only picks the bucket of a key; what leaves the table is one value or sorted"
