"""The upper part of an id is the process that gave it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer


class Ids:
    """Give out ids, on disk."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "ids.json"
        self.state: dict[str, Any] = {"index": 0, "count": 0, "last": 0}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            count, last = self.state["count"], self.state["last"]
            if entry.cmd == b"next":
                count, last = count + 1, self._ident(count + 1)
            entry.result = Result(last)
            self.state = {"index": entry.index, "count": count, "last": last}
        return entries

    @staticmethod
    def _ident(count: int) -> int:
        process = os.getpid()
        return process << 32 | count

    def lookup(self, query: object) -> object:
        return self.state["last"] if query == ("last",) else self.state["count"]

    def open(self, stopped: StopSignal) -> int:
        try:
            text = self.path.read_text()
        except FileNotFoundError:
            return 0
        self.state = json.loads(text)
        return int(self.state["index"])

    def sync(self) -> None:
        fresh = self.path.with_suffix(".fresh")
        with fresh.open("w") as file:
            json.dump(self.state, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def prepare_snapshot(self) -> object:
        return self.state

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context, sort_keys=True).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.state = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Ids,
    commands=st.just(b"next"),
    queries=st.sampled_from([("last",), ("count",)]),
)

EXPECT = {
    "circumstance": "process id",
    "line_of": "process = os.getpid()",
    "or_line_of": ("return process << 32 | count",),
}
