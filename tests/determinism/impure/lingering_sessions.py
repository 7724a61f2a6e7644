"""Closed sessions count as open until the collector has found them."""

from __future__ import annotations

import json
import weakref

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Session:
    """A user's session, which knows its cart, which knows its session."""

    def __init__(self, user: str) -> None:
        self.user = user
        self.cart = Cart(self)


class Cart:
    """What the user wants to buy."""

    def __init__(self, session: Session) -> None:
        self.session = session


class Shop:
    """Count the sessions that exist."""

    def __init__(self) -> None:
        self.opened = 0
        self.current: dict[str, int] = {}
        self.sessions: dict[int, Session] = {}
        self.existing: weakref.WeakValueDictionary[int, Session] = weakref.WeakValueDictionary()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["login", user]:
                self._close(user)
                self.opened += 1
                self._open(self.opened, user)
            case ["logout", user]:
                self._close(user)
            case _:
                return Result(0)
        return Result(len(self.existing))

    def _open(self, number: int, user: str) -> None:
        self.current[user] = number
        self.sessions[number] = self.existing[number] = Session(user)

    def _close(self, user: str) -> None:
        self.sessions.pop(self.current.pop(user, 0), None)

    def lookup(self, query: object) -> object:
        return len(self.sessions)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        existing = [[number, session.user] for number, session in self.existing.items()]
        image = json.dumps([self.opened, self.current, existing]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.opened, current, existing = json.loads(b"".join(iter(reader.read, b"")))
        self.current, self.sessions = {}, {}
        self.existing = weakref.WeakValueDictionary()
        for number, user in existing:
            self._open(number, user)
        self.current = current
        self.sessions = {number: self.sessions[number] for number in current.values()}

    def close(self) -> None:
        pass


USERS = st.sampled_from(("amy", "ben"))

subject = Subject(
    machine=Shop,
    commands=st.builds("{} {}".format, st.sampled_from(("login", "login", "logout")), USERS).map(
        str.encode
    ),
    queries=st.just(("count",)),
)

EXPECT = {
    "circumstance": "garbage collection",
    "line_of": "return Result(len(self.existing))",
    "or_line_of": (
        "self.sessions.pop(self.current.pop(user, 0), None)",
        "self.existing: weakref.WeakValueDictionary[int, Session] =",
    ),
}
