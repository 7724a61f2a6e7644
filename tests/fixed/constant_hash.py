"""get_hash sums up what lookup answers from, not only what waits for the next flush."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Scores:
    """Keep the best score of each player; changes are gathered and written batch by batch."""

    def __init__(self) -> None:
        self.best: dict[str, int] = {}
        self.waiting: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case [name, score]:
                    known = self.waiting.get(name, self.best.get(name, 0))
                    self.waiting[name] = max(known, int(score))
                    entry.result = Result(self.waiting[name])
        self.best |= self.waiting
        self.waiting.clear()
        return entries

    def lookup(self, query: object) -> object:
        return self.best.get(str(query), 0)

    def get_hash(self) -> int:
        return zlib.crc32(json.dumps(self.best, sort_keys=True).encode())

    def prepare_snapshot(self) -> object:
        return dict(self.best)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context, sort_keys=True).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.best = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


players = st.sampled_from(["ada", "bob", "cyd"])
subject = Subject(
    machine=Scores,
    commands=st.builds(lambda name, score: f"{name} {score}".encode(), players, st.integers(1, 99)),
    queries=players,
)
