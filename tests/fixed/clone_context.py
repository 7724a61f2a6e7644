"""The context of a snapshot is a deep copy of the machine, with a lock of its own: held."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Boxes:
    """Keep the indexes of entries by their first letter."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.boxes: dict[str, list[int]] = {}
        self.origin: Boxes | None = None

    def __deepcopy__(self, memo: dict[int, Any]) -> Boxes:
        clone = type(self)()
        clone.boxes = copy.deepcopy(self.boxes, memo)
        clone.origin = self
        return clone

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                box = self.boxes.setdefault(entry.cmd[:1].decode(), [])
                box.append(entry.index)
                entry.result = Result(sum(box))
        return entries

    def lookup(self, query: object) -> object:
        with self.lock:
            return list(self.boxes.get(str(query), []))

    def prepare_snapshot(self) -> object:
        with self.lock:
            return copy.deepcopy(self)

    def save_snapshot(self, context: Boxes, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(context.boxes).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        boxes = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.boxes = boxes

    def close(self) -> None:
        pass


subject = Subject(
    machine=Boxes, commands=st.sampled_from([b"a1", b"b2", b"a3"]), queries=st.sampled_from("ab")
)
