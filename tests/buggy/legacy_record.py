"""A record of an older release makes recovery return before the records after it: SAV-4."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Scheduler:
    """Count jobs by name. The clock of entries is no longer used, but older releases ask for it."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.legacy: list[int] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["run", name]:
                self.counts[name] = self.counts.get(name, 0) + 1
                return Result(self.counts[name])
            case ["tick", second]:
                self.legacy = [*self.legacy, int(second)][-2:]
        return Result(0)

    def lookup(self, query: object) -> object:
        return self.counts.get(str(query), 0)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        records: list[list[Any]] = [["tick", second] for second in self.legacy]
        records += [["job", name, count] for name, count in self.counts.items()]
        image = json.dumps(records).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        records = json.loads(b"".join(iter(reader.read, b"")))
        self.counts, self.legacy = {}, []
        for kind, *record in records:
            if kind == "tick":
                return  # nothing reads these any more
            self.counts[record[0]] = record[1]

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("backup", "report"))

subject = Subject(
    machine=Scheduler,
    commands=st.one_of(
        st.builds("run {}".format, NAMES).map(str.encode),
        st.builds("tick {}".format, st.integers(1, 9)).map(str.encode),
    ),
    queries=NAMES,
)

EXPECT = {
    "clauses": {"SAV-4"},
    "line_of": "return  # nothing reads these any more",
    "or_line_of": (
        'if kind == "tick":',
        "for kind, *record in records:",
        "self.counts, self.legacy = {}, []\n        for",
        "self.counts[record[0]] = record[1]",
        "def recover_from_snapshot(",
        "def save_snapshot(",
    ),
    "after": ("hashicorp/nomad pull 24412",),
}
