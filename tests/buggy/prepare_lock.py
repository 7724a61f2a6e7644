"""prepare_snapshot takes a lock that only save_snapshot gives back: PRE-4."""

from __future__ import annotations

import json
from collections.abc import Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count; while an image is written the counter stands still, so nothing is copied."""

    def __init__(self) -> None:
        self.frozen = Lock()
        self.value = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        with self.frozen:
            for entry in entries:
                match entry.cmd.decode().split():
                    case ["add", step]:
                        self.value += int(step)
                    case ["reset"]:
                        self.value = 0
                entry.result = Result(self.value)
        return entries

    def lookup(self, query: object) -> object:
        return self.value

    def prepare_snapshot(self) -> object:
        self.frozen.acquire()
        return None

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        try:
            image = json.dumps([self.value]).encode()
            while image:
                image = image[writer.write(image) :]
        finally:
            self.frozen.release()

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        (self.value,) = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Counter, commands=counter.commands(), queries=counter.queries(verbs=("value",))
)

EXPECT = {
    "clauses": {"PRE-4"},
    "line_of": "self.frozen.acquire()",
    "or_line_of": ("with self.frozen:", "def prepare_snapshot("),
}
