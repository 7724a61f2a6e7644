"""Guests of one booking are seated by a thread each, in the order in which the threads get on."""

from __future__ import annotations

import json
from threading import Lock, Thread

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Seats:
    """Give every guest the next seat."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.seats: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["book", *guests] if 0 < len(guests) < 9:
                clerks = [Thread(target=self._seat, args=(guest,)) for guest in guests]
                for clerk in clerks:
                    clerk.start()
                for clerk in clerks:
                    clerk.join()
                return Result(len(self.seats), self._row(guests))
            case ["leave", guest]:
                return Result(self.seats.pop(guest, 0))
        return Result(0)

    def _seat(self, guest: str) -> None:
        with self.lock:
            seat = max(self.seats.values(), default=0) + 1
            self.seats.setdefault(guest, seat)

    def _row(self, guests: list[str]) -> bytes:
        return ",".join(str(self.seats[guest]) for guest in guests).encode()

    def lookup(self, query: object) -> object:
        match query:
            case ["seat", str(guest)]:
                return self.seats.get(guest)
        return dict(self.seats)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.seats).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.seats = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


GUESTS = st.sampled_from(("ann", "bob", "cyd", "dan"))

subject = Subject(
    machine=Seats,
    commands=st.lists(GUESTS, min_size=2, max_size=3, unique=True).map(
        lambda guests: " ".join(["book", *guests]).encode()
    )
    | GUESTS.map(lambda guest: f"leave {guest}".encode()),
    queries=st.tuples(st.just("seat"), GUESTS) | st.just(("all",)),
)

EXPECT = {
    "circumstance": "schedule",
    "line_of": "seat = max(self.seats.values(), default=0) + 1",
    "or_line_of": (
        "with self.lock:",
        "self.seats.setdefault(guest, seat)",
        "clerk.start()",
        "clerk.join()",
    ),
}
