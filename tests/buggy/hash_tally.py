"""get_hash counts in a field how often it was asked, and the audit number shows it: HSH-2."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Audited:
    """Number the entries of a ledger."""

    def __init__(self) -> None:
        self.total = 0
        self.audits = 0

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.total += len(entry.cmd)
            entry.result = Result(self.total * 100 + self.audits)
        return entries

    def lookup(self, query: object) -> object:
        return self.total

    def get_hash(self) -> int:
        self.audits += 1
        return self.total * 0x9E3779B1 % 2**32

    def prepare_snapshot(self) -> object:
        return self.total, self.audits

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.total, self.audits = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Audited, commands=st.binary(min_size=1, max_size=3), queries=st.just("total")
)

EXPECT = {"clauses": {"HSH-2"}, "line_of": "self.audits += 1"}
