"""A bucket of two tokens is filled again by the time that passed on this host."""

from __future__ import annotations

import json
import time

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Limiter:
    """Let every client make two requests, and one more for each second that passes."""

    BURST = 2.0

    def __init__(self) -> None:
        self.buckets: dict[str, tuple[float, float]] = {}
        self.passed: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["request", client]:
                return Result(self._take(client))
        return Result(0)

    def _take(self, client: str) -> int:
        now = time.monotonic()
        tokens, since = self.buckets.get(client, (self.BURST, now))
        tokens = min(self.BURST, tokens + max(0.0, now - since))
        allowed = tokens >= 1
        self.buckets[client] = (tokens - allowed, now)
        self.passed[client] = self.passed.get(client, 0) + allowed
        return int(allowed)

    def lookup(self, query: object) -> object:
        match query:
            case ["passed", str(client)]:
                return self.passed.get(client, 0)
        return sum(self.passed.values())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.buckets, self.passed]).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.buckets = {client: (tokens, since) for client, (tokens, since) in saved[0].items()}
        self.passed = saved[1]

    def close(self) -> None:
        pass


CLIENTS = st.sampled_from(("web", "app"))

subject = Subject(
    machine=Limiter,
    commands=CLIENTS.map(lambda client: f"request {client}".encode()),
    queries=st.tuples(st.just("passed"), CLIENTS) | st.just(("sum",)),
)

EXPECT = {
    "circumstance": "clock",
    "line_of": "now = time.monotonic()",
    "or_line_of": (
        "tokens = min(self.BURST, tokens + max(0.0, now - since))",
        "allowed = tokens >= 1",
    ),
}
