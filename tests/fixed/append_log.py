"""An append-only log of checked lines; a torn end is cut off, and recover replaces the file."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; the file is the truth, memory is what it says."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "store.log"
        self.lock = Lock()
        self.index = 0
        self.numbers: dict[str, int] = {}

    def open(self, stopped: StopSignal) -> int:
        self.log = self.path.open("ab+")
        self.log.seek(0)
        whole = 0
        for line in self.log:
            checksum, _, record = line.partition(b" ")
            if not line.endswith(b"\n") or checksum != self.checksum(record):
                break
            self.replay(*json.loads(record))
            whole += len(line)
        self.log.truncate(whole)
        return self.index

    def checksum(self, record: bytes) -> bytes:
        return b"%08x" % zlib.crc32(record)

    def replay(self, index: int, words: list[str], base: dict[str, int] | None = None) -> None:
        if base is not None:
            self.numbers = base
        self.apply(words)
        self.index = index

    def line(self, *record: object) -> bytes:
        text = json.dumps(record).encode() + b"\n"
        return self.checksum(text) + b" " + text

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            words = entry.cmd.decode().split()
            with self.lock:
                entry.result = Result(self.apply(words))
                self.index = entry.index
            self.log.write(self.line(entry.index, words))
        return entries

    def apply(self, words: list[str]) -> int:
        match words:
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return int(known)
            case ["delete", key]:
                return int(self.numbers.pop(key, None) is not None)
        return 0

    def lookup(self, query: Any) -> object:
        with self.lock:
            if query[0] == "get":
                return self.numbers.get(query[1])
            return dict(sorted(self.numbers.items()))

    def sync(self) -> None:
        self.log.flush()
        os.fsync(self.log.fileno())

    def prepare_snapshot(self) -> object:
        return self.index, dict(sorted(self.numbers.items()))

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        index, numbers = json.loads(b"".join(iter(reader.read, b"")))
        fresh = self.path.with_suffix(".fresh")
        with fresh.open("wb") as file:
            file.write(self.line(index, [], numbers))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        self.log.close()
        self.log = self.path.open("ab+")
        with self.lock:
            self.index, self.numbers = index, numbers

    def close(self) -> None:
        self.log.close()


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
