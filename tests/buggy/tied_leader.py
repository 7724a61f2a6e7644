"""Ties of max over a set go to whoever the hash seed puts first, and nothing else: UPD-1."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Elections:
    """The member with the longest name leads."""

    def __init__(self) -> None:
        self.members: set[str] = set()
        self.leader: str | None = None

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["join", name]:
                self.members.add(name)
            case ["leave", name]:
                self.members.discard(name)
        self.leader = max(self.members, key=len, default=None)
        return Result(len(self.members))

    def lookup(self, query: object) -> object:
        return self.leader

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([sorted(self.members), self.leader]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        members, self.leader = json.loads(b"".join(iter(reader.read, b"")))
        self.members = set(members)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Elections,
    commands=st.builds(
        lambda verb, name: f"{verb} {name}".encode(),
        st.sampled_from(("join", "join", "leave")),
        st.sampled_from(("ann", "ben", "cat", "dan")),
    ),
    queries=st.just("leader"),
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "self.leader = max(self.members, key=len, default=None)",
}
