"""update takes the state lock and then that of the statistics, save the other way: PRG-1."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock as Mutex

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Measured:
    """Put and delete, and measure how long images are (which no answer depends on)."""

    def __init__(self) -> None:
        self.state_lock = Mutex()
        self.stats_lock = Mutex()
        self.table: dict[str, int] = {}
        self.stats = {"updates": 0, "keys_saved": 0, "keys_now": 0}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.state_lock:
                entry.result = self._apply(entry.cmd.decode().split())
                with self.stats_lock:  # the second here
                    self.stats["updates"] += 1
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in self.table
                self.table[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.table.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        with self.state_lock:
            match query:
                case ["get", str(key)]:
                    return self.table.get(key)
                case ["count"]:
                    return len(self.table)
            return dict(self.table)

    def prepare_snapshot(self) -> object:
        with self.state_lock:
            return dict(self.table)

    def save_snapshot(
        self, context: dict[str, int], writer: Writer, files: object, stopped: object
    ) -> None:
        with self.stats_lock:
            self.stats["keys_saved"] = len(context)
            with self.state_lock:  # the second
                self.stats["keys_now"] = len(self.table)
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        table = json.loads(b"".join(iter(reader.read, b"")))
        with self.state_lock:
            self.table = table

    def close(self) -> None:
        pass


subject = Subject(
    machine=Measured,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"PRG-1"},
    "line_of": "with self.stats_lock:  # the second here",
    "or_line_of": ("with self.state_lock:  # the second\n",),
}
