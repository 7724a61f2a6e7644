"""Recovery forgets every attribute before it sets those of the image."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Leader:
    """Know who leads and how often that changed; while nobody leads there is no leader."""

    def __init__(self) -> None:
        self.changes = 0

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["elect", name]:
                self.leader = name
                self.changes += 1
            case ["resign"] if hasattr(self, "leader"):
                del self.leader
                self.changes += 1
        return Result(self.changes)

    def lookup(self, query: object) -> object:
        return getattr(self, "leader", None)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(vars(self)).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        vars(self).clear()
        vars(self).update(saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Leader,
    commands=st.sampled_from((b"elect ann", b"elect bob", b"resign")),
    queries=st.just("leader"),
)
