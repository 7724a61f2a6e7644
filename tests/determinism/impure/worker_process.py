"""A claim is written to the process that saw it first."""

from __future__ import annotations

import json
import multiprocessing

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Claims:
    """Claim jobs."""

    def __init__(self) -> None:
        self.claims: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job]:
                claim = self.claims.setdefault(job, self._worker())
                return Result(len(self.claims), claim.encode())
            case ["cancel", job]:
                return Result(int(self.claims.pop(job, None) is not None))
        return Result(0)

    def _worker(self) -> str:
        process = multiprocessing.current_process()
        return f"worker:{process.ident}"

    def lookup(self, query: object) -> object:
        match query:
            case ["all"]:
                return dict(self.claims)
        return len(self.claims)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.claims).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.claims = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Claims,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "process id",
    "line_of": 'return f"worker:{process.ident}"',
    "or_line_of": ("process = multiprocessing.current_process()",),
}
