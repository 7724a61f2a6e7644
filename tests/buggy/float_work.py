"""The work of a block is a float, and the order in which it is added up the last digit: UPD-1."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

WORK = {"ann": 0.1, "bob": 0.2, "cleo": 0.3, "dora": 0.7, "emil": 1.9}


class Chain:
    """Add up the work of all blocks; a block names the miners that had a part in it."""

    def __init__(self) -> None:
        self.work = 0.0

    def update(self, entry: Entry) -> Result:
        work = 0.0
        for miner in set(entry.cmd.decode().split()):
            work += WORK.get(miner, 0.0)
        self.work += work
        return Result(int(work > 0.0))

    def lookup(self, query: object) -> object:
        return self.work

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps({"work": self.work}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.work = json.loads(b"".join(iter(reader.read, b"")))["work"]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Chain,
    commands=st.lists(st.sampled_from(sorted(WORK)), max_size=4).map(
        lambda m: " ".join(m).encode()
    ),
    queries=st.just("work"),
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "for miner in set(entry.cmd.decode().split()):",
    "or_line_of": ("work += WORK.get(miner, 0.0)", "self.work += work"),
    "after": ("nomic-io/nomic issue 9",),
}
