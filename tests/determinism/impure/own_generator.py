"""The machine has a generator of its own, and that one asks the system."""

from __future__ import annotations

import json
import random

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Lottery:
    """Draw a number for everybody who enters."""

    def __init__(self) -> None:
        self.generator = random.SystemRandom()
        self.tickets: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["enter", player]:
                self.tickets[player] = self.generator.randrange(1_000_000)
                return Result(self.tickets[player])
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["winner"]:
                ranked = sorted(self.tickets.items(), key=lambda ticket: (ticket[1], ticket[0]))
                return ranked[-1][0] if ranked else None
        return len(self.tickets)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.tickets).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.tickets = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Lottery,
    commands=st.sampled_from([b"enter ann", b"enter bob", b"enter cyd"]),
    queries=st.sampled_from([("winner",), ("count",)]),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "self.tickets[player] = self.generator.randrange(1_000_000)",
    "or_line_of": ("self.generator = random.SystemRandom()",),
}
