"""The next number is kept on disk beside the tickets."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer


class Tickets:
    """Give out numbers, each once; what is closed is forgotten, its number is not given again."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.index = 0
        self.next = 1
        self.open_ones: dict[int, str] = {}

    def open(self, stopped: StopSignal) -> int:
        path = self.folder / "tickets"
        if path.exists():
            self._take(json.loads(path.read_text()))
        return self.index

    def _take(self, saved: dict[str, Any]) -> None:
        self.index = saved["index"]
        self.open_ones = {int(number): text for number, text in saved["open"].items()}
        self.next = saved["next"]

    def _state(self) -> dict[str, Any]:
        return {"index": self.index, "open": self.open_ones, "next": self.next}

    def sync(self) -> None:
        fresh = self.folder / "fresh"
        with fresh.open("w") as file:
            file.write(json.dumps(self._state()))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.folder / "tickets")
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self._apply(entry.cmd.decode().split()))
            self.index = entry.index
        return entries

    def _apply(self, words: list[str]) -> int:
        match words:
            case ["open", text]:
                number, self.next = self.next, self.next + 1
                self.open_ones = {**self.open_ones, number: text}
                return number
            case ["close", number] if int(number) in self.open_ones:
                left = dict(self.open_ones)
                del left[int(number)]
                self.open_ones = left
                return 1
        return 0

    def lookup(self, query: Any) -> object:
        return self.open_ones.get(query)

    def prepare_snapshot(self) -> object:
        return {**self._state(), "next": self.next}

    def save_snapshot(self, context: object, writer: Writer, stopped: StopSignal) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self._take(saved)
        self.next = saved["next"]
        self.sync()

    def close(self) -> None:
        pass


numbers = st.integers(1, 3)
subject = Subject(
    machine=Tickets,
    commands=st.sampled_from([b"open crash", b"open typo"])
    | st.builds("close {}".format, numbers).map(str.encode),
    queries=numbers,
)
