"""Entries of a diary are filed by date and hour where the service runs."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, StopSignal, Subject, Writer


class Diary:
    """File notes; on disk."""

    def __init__(self, directory: Path) -> None:
        self.path = directory / "diary.json"
        self.state: dict[str, Any] = {"index": 0, "pages": {}}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            pages = dict(self.state["pages"])
            match entry.cmd.decode(errors="replace").split():
                case ["note", at, text] if at.isdecimal() and len(at) < 11:
                    page = self._page(int(at))
                    pages[page] = text
                    entry.result = Result(len(pages), page.encode())
                case _:
                    entry.result = Result(0)
            self.state = {"index": entry.index, "pages": pages}
        return entries

    def _page(self, at: int) -> str:
        moment = datetime.fromtimestamp(at)
        return moment.isoformat(timespec="hours")

    def lookup(self, query: object) -> object:
        return dict(self.state["pages"])

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
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, stopped: StopSignal) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.state = json.loads(image)

    def close(self) -> None:
        pass


TIMES = st.integers(0, 47).map(lambda hour: 1_700_000_000 + hour * 3600)
TEXTS = st.sampled_from(("rain", "sun"))

subject = Subject(
    machine=Diary,
    commands=st.builds("note {} {}".format, TIMES, TEXTS).map(str.encode),
    queries=st.just(("pages",)),
)

EXPECT = {
    "circumstance": "time zone",
    "line_of": "moment = datetime.fromtimestamp(at)",
    "or_line_of": ('return moment.isoformat(timespec="hours")',),
}
