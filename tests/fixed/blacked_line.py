"""A context is the list and its length; what is blacked out goes into a new list."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Pages:
    """Write lines one below the other; black out one that was written."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.lines: list[str] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["write", text]:
                    with self.lock:
                        self.lines.append(text)
                case ["black", place] if int(place) < len(self.lines):
                    with self.lock:
                        self.lines = [*self.lines]
                        self.lines[int(place)] = "***"
            entry.result = Result(len(self.lines))
        return entries

    def lookup(self, query: Any) -> object:
        with self.lock:
            return self.lines[query] if query < len(self.lines) else None

    def prepare_snapshot(self) -> object:
        return self.lines, len(self.lines)

    def save_snapshot(self, context: Any, writer: Writer, files: object, stopped: object) -> None:
        lines, count = context
        image = json.dumps(lines[:count]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        lines = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.lines = lines

    def close(self) -> None:
        pass


places = st.integers(0, 2)
subject = Subject(
    machine=Pages,
    commands=st.sampled_from([b"write red", b"write blue"])
    | st.builds("black {}".format, places).map(str.encode),
    queries=places,
)
