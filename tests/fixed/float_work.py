"""Work is counted in whole units, so that it does not matter in which order a set gives them."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

WORK = {"ann": 1, "bob": 2, "cleo": 3, "dora": 7, "emil": 19}


class Chain:
    """Add up the work of all blocks; a block names the miners that had a part in it."""

    def __init__(self) -> None:
        self.work = 0

    def update(self, entry: Entry) -> Result:
        work = 0
        for miner in set(entry.cmd.decode().split()):
            work += WORK.get(miner, 0)
        self.work += work
        return Result(int(work > 0))

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
