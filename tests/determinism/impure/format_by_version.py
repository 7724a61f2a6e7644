"""The format of a receipt follows the minor version of the interpreter."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Receipts:
    """Write receipts in the newest format that there is."""

    def __init__(self) -> None:
        self.receipts: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["push", job]:
                    self.receipts = {**self.receipts, job: self._format(job)}
                    entry.result = Result(len(self.receipts), self.receipts[job].encode())
                case _:
                    entry.result = Result(0)
        return entries

    def _format(self, job: str) -> str:
        version = sys.version_info.minor
        return f"v{version}:{job}"

    def lookup(self, query: object) -> object:
        return dict(self.receipts)

    def prepare_snapshot(self) -> object:
        return self.receipts

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.receipts = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Receipts,
    commands=queue.commands(verbs=("push",)),
    queries=queue.queries(verbs=("all",)),
)

EXPECT = {
    "circumstance": "another Python",
    "line_of": "version = sys.version_info.minor",
    "or_line_of": ('return f"v{version}:{job}"',),
}
