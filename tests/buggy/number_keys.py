"""JSON turns the numbers of the rooms into texts, and recovery leaves them so: SAV-4."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Rooms:
    """Know who booked which room."""

    def __init__(self) -> None:
        self.rooms: dict[int, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["book", room, guest] if int(room) not in self.rooms:
                self.rooms[int(room)] = guest
                return Result(1)
            case ["free", room]:
                return Result(int(self.rooms.pop(int(room), None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case int(room):
                return self.rooms.get(room)
        return len(self.rooms)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.rooms).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.rooms = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


ROOMS = st.integers(1, 3)

subject = Subject(
    machine=Rooms,
    commands=st.one_of(
        st.builds("book {} {}".format, ROOMS, st.sampled_from(("amy", "ben"))).map(str.encode),
        st.builds("free {}".format, ROOMS).map(str.encode),
    ),
    queries=st.one_of(ROOMS, st.none()),
)

EXPECT = {
    "clauses": {"SAV-4"},
    "line_of": 'self.rooms = json.loads(b"".join(iter(reader.read, b"")))',
    "or_line_of": (
        "image = json.dumps(self.rooms).encode()",
        "def recover_from_snapshot(",
        "def save_snapshot(",
    ),
}
