"""A lookup fills in the defaults of a job in a copy of its own."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

Job = dict[str, Any]


class Jobs:
    """Keep jobs as they were submitted; what a job leaves out has a default."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["submit", name, *count]:
                self.jobs[name] = {"count": int(count[0])} if count else {}
                return Result(1)
            case ["same", name, other] if {name, other} <= self.jobs.keys():
                return Result(int(self.jobs[name] == self.jobs[other]))
        return Result(0)

    def lookup(self, query: Any) -> object:
        if query not in self.jobs:
            return None
        job = dict(self.jobs[query])
        job.setdefault("count", 1)
        return job["count"]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.jobs).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.jobs = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("backup", "report"))

subject = Subject(
    machine=Jobs,
    commands=st.one_of(
        st.builds("submit {}".format, NAMES),
        st.builds("submit {} {}".format, NAMES, st.integers(1, 2)),
        st.just("same backup report"),
    ).map(str.encode),
    queries=NAMES,
)
