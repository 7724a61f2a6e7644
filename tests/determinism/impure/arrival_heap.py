"""Jobs are served by the time at which they arrived here, equal times by number."""

from __future__ import annotations

import heapq
import json
import time

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Dispatcher:
    """Serve the job that has waited longest."""

    def __init__(self) -> None:
        self.heap: list[tuple[float, int, str]] = []
        self.pushed = 0

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job]:
                self._push(time.time(), job)
                return Result(len(self.heap))
            case ["pop"] if self.heap:
                return Result(1, heapq.heappop(self.heap)[-1].encode())
        return Result(0)

    def _push(self, arrived: float, job: str) -> None:
        self.pushed += 1
        heapq.heappush(self.heap, (arrived, self.pushed, job))

    def _in_order(self) -> list[str]:
        return [job for _, _, job in sorted(self.heap)]

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return len(self.heap)
        return next(iter(self._in_order()), None)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._in_order()).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        jobs = json.loads(image)
        self.heap, self.pushed = [], 0
        for job in jobs:
            self._push(0.0, job)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Dispatcher,
    commands=queue.commands(verbs=("push", "pop")),
    queries=queue.queries(verbs=("size", "next")),
)

EXPECT = {
    "circumstance": "clock jumps back",
    "line_of": "self._push(time.time(), job)",
    "or_line_of": (
        "return Result(1, heapq.heappop(self.heap)[-1].encode())",
        "return [job for _, _, job in sorted(self.heap)]",
        "return next(iter(self._in_order()), None)",
    ),
}
