"""Two slots of a mapped file are written in turn; the newer one that is whole counts."""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import kv

SLOT = 4096
HEADER = struct.Struct(">QIL")


class Store:
    """Put and delete; a sync writes the slot that does not count."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "slots"
        self.turn = self.index = 0
        self.numbers: dict[str, int] = {}

    def open(self, stopped: StopSignal) -> int:
        with self.path.open("ab") as file:
            file.truncate(2 * SLOT)
        with self.path.open("r+b") as file:
            self.slots = mmap.mmap(file.fileno(), 2 * SLOT)
        for at in (0, SLOT):
            turn, size, checksum = HEADER.unpack_from(self.slots, at)
            body = self.slots[at + HEADER.size :][:size]
            if turn > self.turn and checksum == self._checksum(turn, body):
                self.turn = turn
                self.index, self.numbers = json.loads(body)
        return self.index

    def _checksum(self, turn: int, body: bytes) -> int:
        return zlib.crc32(body, turn & 0xFFFFFFFF)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self._apply(entry.cmd.decode().split()))
            self.index = entry.index
        return entries

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return int(known)
            case ["delete", key]:
                return int(self.numbers.pop(key, None) is not None)
        return 0

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                return self.numbers.get(key)
        return dict(sorted(self.numbers.items()))

    def sync(self) -> None:
        body = json.dumps([self.index, self.numbers]).encode()
        self.turn += 1
        at = SLOT * (self.turn % 2)
        self.slots[at + HEADER.size : at + HEADER.size + len(body)] = body
        HEADER.pack_into(self.slots, at, self.turn, len(body), self._checksum(self.turn, body))
        self.slots.flush()

    def prepare_snapshot(self) -> object:
        return self.index, dict(sorted(self.numbers.items()))

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        self.index, self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        self.slots.close()


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
