"""Shards by a checksum, a lock per shard, and all locks in one order for a read across them."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

SHARDS = 2


class Shards:
    """Spread the keys over shards that are written one at a time."""

    def __init__(self) -> None:
        self.locks = [Lock() for _ in range(SHARDS)]
        self.shards: list[dict[str, int]] = [{} for _ in range(SHARDS)]

    def _shard_of(self, key: str) -> int:
        return zlib.crc32(key.encode()) % SHARDS

    @contextmanager
    def _whole(self) -> Iterator[None]:
        with ExitStack() as stack:
            for lock in self.locks:
                stack.enter_context(lock)
            yield

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case [verb, key, *numbers]:
                    shard = self._shard_of(key)
                    with self.locks[shard]:
                        entry.result = self._apply(self.shards[shard], verb, key, numbers)
        return entries

    def _apply(self, table: dict[str, int], verb: str, key: str, numbers: list[str]) -> Result:
        known = key in table
        if verb == "put":
            table[key] = int(numbers[0])
        elif verb == "delete":
            table.pop(key, None)
        return Result(int(known))

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                shard = self._shard_of(key)
                with self.locks[shard]:
                    return self.shards[shard].get(key)
        table = self.prepare_snapshot()
        return len(table) if query == ("count",) else table

    def prepare_snapshot(self) -> dict[str, int]:
        with self._whole():
            return {key: n for shard in self.shards for key, n in shard.items()}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        shards: list[dict[str, int]] = [{} for _ in range(SHARDS)]
        for key, number in json.loads(b"".join(iter(reader.read, b""))).items():
            shards[self._shard_of(key)][key] = number
        with self._whole():
            self.shards = shards

    def close(self) -> None:
        pass


subject = Subject(
    machine=Shards,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)
