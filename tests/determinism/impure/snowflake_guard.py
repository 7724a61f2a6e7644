"""Ids are counted, but none is given while the clock is behind where it was already."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Ids:
    """Give out ids; refuse to while the host's clock is being set back."""

    def __init__(self) -> None:
        self.count = 0
        self.latest = 0.0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._next() if entry.cmd == b"next" else Result(0)
        return entries

    def _next(self) -> Result:
        if self._went_back():
            return Result(0, b"clock moved backwards")
        self.count += 1
        return Result(self.count)

    def _went_back(self) -> bool:
        now = time.time()
        behind, self.latest = now < self.latest, max(now, self.latest)
        return behind

    def lookup(self, query: object) -> object:
        return self.count

    def prepare_snapshot(self) -> object:
        return [self.count]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        [self.count] = saved

    def close(self) -> None:
        pass


subject = Subject(machine=Ids, commands=st.just(b"next"), queries=st.just(("count",)))

EXPECT = {
    "circumstance": "clock jumps back",
    "line_of": "now = time.time()",
    "or_line_of": (
        "behind, self.latest = now < self.latest, max(now, self.latest)",
        "return behind",
        "if self._went_back():",
    ),
}
