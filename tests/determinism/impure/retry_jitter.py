"""When a failed job is tried again is spread by chance."""

from __future__ import annotations

import json
import random
from collections import Counter

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Retries:
    """Say after how many milliseconds a job is to be tried again."""

    def __init__(self) -> None:
        self.attempts: Counter[str] = Counter()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", job]:
                self.attempts[job] += 1
                return Result(self._delay_ms(self.attempts[job]))
            case ["cancel", job]:
                return Result(self.attempts.pop(job, 0))
        return Result(0)

    @staticmethod
    def _delay_ms(attempt: int) -> int:
        spread = 0.5 + random.random()
        return round(spread * (100 << min(attempt, 10)))

    def lookup(self, query: object) -> object:
        return self.attempts.total()

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.attempts).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.attempts = Counter(saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Retries,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size",)),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "spread = 0.5 + random.random()",
    "or_line_of": ("return round(spread * (100 << min(attempt, 10)))",),
}
