"""get_hash adds up in a local, under the lock of update: asked beside anything, it is whole."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Shelf:
    """Count items by name."""

    def __init__(self) -> None:
        self.items: dict[str, int] = {}
        self.lock = threading.Lock()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            name = entry.cmd.decode()
            with self.lock:
                self.items[name] = self.items.get(name, 0) + 1
                entry.result = Result(self.items[name])
        return entries

    def lookup(self, query: object) -> object:
        with self.lock:
            return self.items.get(str(query), 0)

    def get_hash(self) -> int:
        found = 0
        with self.lock:
            for name, count in sorted(self.items.items()):
                found = zlib.crc32(f"{name}={count}".encode(), found)
        return found

    def prepare_snapshot(self) -> object:
        return dict(self.items)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        recovered = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.items = recovered

    def close(self) -> None:
        pass


subject = Subject(
    machine=Shelf,
    commands=st.sampled_from([b"pen", b"ink", b"pad"]),
    queries=st.sampled_from(["pen", "ink", "pad"]),
    concurrent_hash=True,
)
