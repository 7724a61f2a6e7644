"""Every replica makes up its own secret for a session."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


@dataclass
class Session:
    """Who is logged in, and by which secret."""

    user: str
    secret: str


class Sessions:
    """Log users in and out."""

    def __init__(self) -> None:
        self.sessions: dict[str, Session] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["login", user]:
                self.sessions[user] = Session(user, secrets.token_hex(8))
                return Result(1, self.sessions[user].secret.encode())
            case ["logout", user]:
                return Result(int(self.sessions.pop(user, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["secret", str(user)]:
                session = self.sessions.get(user)
                return session and session.secret
        return len(self.sessions)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([asdict(session) for session in self.sessions.values()]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.sessions = {session["user"]: Session(**session) for session in saved}

    def close(self) -> None:
        pass


USERS = st.sampled_from(("amy", "ben"))

subject = Subject(
    machine=Sessions,
    commands=st.builds("{} {}".format, st.sampled_from(("login", "logout")), USERS).map(str.encode),
    queries=st.tuples(st.just("secret"), USERS) | st.just(("count",)),
)

EXPECT = {
    "circumstance": "random source",
    "line_of": "self.sessions[user] = Session(user, secrets.token_hex(8))",
}
