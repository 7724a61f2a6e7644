"""A transfer to an unknown account raises after the debit, and its host tries it again: UPD-11."""

from __future__ import annotations

import json
from threading import Lock

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Accounts:
    """Move money between accounts that were opened before."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.money: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        with self.lock:
            match entry.cmd.decode().split():
                case ["open", name]:
                    self.money.setdefault(name, 9)
                case ["move", source, target]:
                    self.money[source] = self.money.get(source, 0) - 1
                    self.money[target] += 1
            return Result(sum(self.money.values()) % 1000)

    def lookup(self, query: object) -> object:
        with self.lock:
            return self.money.get(str(query))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.money).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.money = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


names = st.sampled_from(["ann", "bob", "cem"])
subject = Subject(
    machine=Accounts,
    commands=st.builds("open {}".format, names).map(str.encode)
    | st.builds("move {} {}".format, names, names).map(str.encode),
    queries=names,
    profile="pysyncobj",
)

EXPECT = {
    "clauses": {"UPD-11"},
    "line_of": "self.money[source] = self.money.get(source, 0) - 1",
    "or_line_of": ("self.money[target] += 1",),
    "also": {"UPD-8"},
}
