"""Recovery sets the attributes of the image, and one that is not in it keeps its value: REC-1."""

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
        for name, value in json.loads(b"".join(iter(reader.read, b""))).items():
            setattr(self, name, value)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Leader,
    commands=st.sampled_from((b"elect ann", b"elect bob", b"resign")),
    queries=st.just("leader"),
)

EXPECT = {
    "clauses": {"REC-1"},
    "line_of": "setattr(self, name, value)",
    "or_line_of": ("for name, value in json.loads(", "def recover_from_snapshot("),
    "after": ("PySyncObj 0.3.17, loading a dump",),
}
