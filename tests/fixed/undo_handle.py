"""The context is a number; what later updates overwrite is kept until it is saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Undo what came after the prepare on a copy; a recover drops what there is to undo."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.numbers: dict[str, int] = {}
        self.version = 0
        self.undo: list[tuple[str, int | None]] | None = None

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                self.version += 1
                entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                return Result(int(self._set(key, int(number)) is not None))
            case ["delete", key]:
                return Result(int(self._set(key, None) is not None))
            case ["incr", key, number]:
                self._set(key, self.numbers.get(key, 0) + int(number))
                return Result(self.numbers[key])
        return Result(0)

    def _set(self, key: str, number: int | None) -> int | None:
        before = self.numbers.pop(key, None)
        if self.undo is not None:
            self.undo.append((key, before))
        if number is not None:
            self.numbers[key] = number
        return before

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["get", str(key)]:
                    return self.numbers.get(key)
                case ["count"]:
                    return len(self.numbers)
            return dict(self.numbers)

    def prepare_snapshot(self) -> object:
        with self.lock:
            self.undo = []
            return self.version

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        with self.lock:
            numbers: dict[str, int | None] = dict(self.numbers)
            numbers.update(reversed(self.undo or []))
            self.undo = None
        kept = {key: number for key, number in numbers.items() if number is not None}
        image = json.dumps([context, kept]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        version, numbers = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.version, self.numbers, self.undo = version, numbers, None

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete", "incr")),
    queries=kv.queries(),
    model=kv.Model,
)
