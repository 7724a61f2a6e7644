"""The statement is replicated as it is, and random() in it is computed by each replica: UPD-1."""

from __future__ import annotations

import json
import sqlite3

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Lots:
    """Keep a lot for each guest in a table of SQLite, in memory."""

    def __init__(self) -> None:
        self.db = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.db.execute("CREATE TABLE lots (guest TEXT PRIMARY KEY, lot INTEGER)")

    def __del__(self) -> None:
        self.db.close()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["draw", guest]:
                put = "INSERT OR REPLACE INTO lots VALUES (?, abs(random() % 100)) RETURNING lot"
                [(lot,)] = self.db.execute(put, (guest,))
                return Result(lot)
            case ["drop", guest]:
                done = self.db.execute("DELETE FROM lots WHERE guest = ?", (guest,))
                return Result(done.rowcount)
        return Result(0)

    def lookup(self, query: object) -> object:
        return dict(self.db.execute("SELECT guest, lot FROM lots ORDER BY guest"))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.db.execute("SELECT guest, lot FROM lots").fetchall()).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.db.execute("DELETE FROM lots")
        self.db.executemany("INSERT INTO lots VALUES (?, ?)", saved)

    def close(self) -> None:
        pass


GUESTS = st.sampled_from(("amy", "ben", "cat"))

subject = Subject(
    machine=Lots,
    commands=st.one_of(
        st.builds("draw {}".format, GUESTS).map(str.encode),
        st.builds("drop {}".format, GUESTS).map(str.encode),
    ),
    queries=st.just("lots"),
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "[(lot,)] = self.db.execute(put, (guest,))",
    "or_line_of": ('put = "INSERT OR REPLACE', "return Result(lot)"),
    "after": ("rqlite/rqlite issue 536",),
}
