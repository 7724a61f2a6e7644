"""Settings are read when the module is imported; they steer what is logged and nothing else."""

from __future__ import annotations

import json
import logging
import os
import socket
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

VERBOSE = bool(os.environ.get("STORE_VERBOSE"))
WHO = f"{socket.gethostname()}:{os.getpid()}:{os.environ.get('USER', '')}"
log = logging.getLogger("settings_at_import")


class Store:
    """Put and delete numbers."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self._apply(entry.cmd.decode(errors="replace").split()))
            if VERBOSE:
                log.info("%s applied %s", WHO, entry.index)
        return entries

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["put", key, number] if number.isdecimal():
                known = key in self.numbers
                self.numbers = {**self.numbers, key: int(number)}
                return int(known)
            case ["delete", key] if key in self.numbers:
                self.numbers = {other: n for other, n in self.numbers.items() if other != key}
                return 1
        return 0

    def lookup(self, query: object) -> object:
        numbers = self.numbers
        match query:
            case ["get", str(key)]:
                return numbers.get(key)
        return dict(numbers)

    def prepare_snapshot(self) -> object:
        return self.numbers

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

PURE = "environment, host and process show in a log line that nobody answers with"
