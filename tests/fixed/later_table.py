"""A table that came with a later release is in the image; an older image has none of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

Table = dict[str, int]


class Cluster:
    """Keep jobs, nodes and, since the last release, policies: a number under each name."""

    def __init__(self) -> None:
        self.jobs: Table = {}
        self.nodes: Table = {}
        self.policies: Table = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case [("jobs" | "nodes" | "policies") as table, name, number]:
                    setattr(self, table, {**getattr(self, table), name: int(number)})
                    entry.result = Result(len(getattr(self, table)))
                case _:
                    entry.result = Result(0)
        return entries

    def lookup(self, query: Any) -> object:
        table, name = query
        return getattr(self, table).get(name)

    def prepare_snapshot(self) -> object:
        return {"jobs": self.jobs, "nodes": self.nodes, "policies": self.policies}

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.jobs, self.nodes = saved["jobs"], saved["nodes"]
        self.policies = saved.get("policies", {})

    def close(self) -> None:
        pass


TABLES = st.sampled_from(("jobs", "nodes", "policies"))
NAMES = st.sampled_from("ab")

subject = Subject(
    machine=Cluster,
    commands=st.builds("{} {} {}".format, TABLES, NAMES, st.integers(1, 3)).map(str.encode),
    queries=st.tuples(TABLES, NAMES),
)
