"""A function that describes the last commands when asked holds on to their entries: UPD-4."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


def _just(text: str) -> Callable[[], str]:
    return lambda: text


class Monitored:
    """Count jobs and describe the last three commands, with no work until somebody looks."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.jobs = 0
        self.recent: deque[Callable[[], str]] = deque(maxlen=3)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        with self.lock:
            for entry in entries:
                if entry.cmd.startswith(b"push"):
                    self.jobs += 1
                self.recent.append(self._describer(entry))
                entry.result = Result(self.jobs)
        return entries

    def _describer(self, entry: Entry) -> Callable[[], str]:
        return lambda: f"{entry.index}: {entry.cmd.decode()}"

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["size"]:
                    return self.jobs
            return [describe() for describe in list(self.recent)]

    def prepare_snapshot(self) -> object:
        with self.lock:
            return [self.jobs, [describe() for describe in list(self.recent)]]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        jobs, texts = json.loads(b"".join(iter(reader.read, b"")))
        with self.lock:
            self.jobs = jobs
            self.recent = deque(map(_just, texts), maxlen=3)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Monitored,
    commands=queue.commands(),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "clauses": {"UPD-4"},
    "line_of": "self.recent.append(self._describer(entry))",
    "or_line_of": ('return lambda: f"{entry.index}: {entry.cmd.decode()}"',),
}
