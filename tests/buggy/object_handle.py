"""A session is named by the address of the object that holds it: UPD-1."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Session:
    """Remember who logged in."""

    def __init__(self, user: str) -> None:
        self.user = user


class Sessions:
    """Open one session per login and close all of a user at once."""

    def __init__(self) -> None:
        self.sessions: dict[int, Session] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["login", user]:
                session = Session(user)
                handle = id(session)
                self.sessions[handle] = session
                return Result(handle)
            case ["logout", user]:
                gone = [handle for handle, s in self.sessions.items() if s.user == user]
                for handle in gone:
                    del self.sessions[handle]
                return Result(len(gone))
        return Result(0)

    def lookup(self, query: object) -> object:
        return sorted((handle, session.user) for handle, session in self.sessions.items())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([[handle, s.user] for handle, s in self.sessions.items()]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.sessions = {handle: Session(user) for handle, user in saved}

    def close(self) -> None:
        pass


USERS = ("amy", "ben")

subject = Subject(
    machine=Sessions,
    commands=st.sampled_from([f"{verb} {user}".encode() for verb in ("login", "login", "logout")
                              for user in USERS]),
    queries=st.just(("all",)),
)  # fmt: skip

EXPECT = {"clauses": {"UPD-1", "UPD-2"}, "line_of": "handle = id(session)"}
