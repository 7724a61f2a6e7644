"""Check an FSM in the form that hashicorp/raft made known: a session store, broken and mended.

The lesson: the library calls ``persist`` while ``apply`` goes on, ``restore`` on an instance that
is in use, and stops where ``apply`` raises. What ``apply`` returns goes to the client, so that
is where a refusal belongs.

    smcheck check examples/raft_fsm.py:sessions          three violations
    smcheck check examples/raft_fsm.py:sessions_mended   held
"""

import json
from typing import Any, BinaryIO

from hypothesis import strategies as st

from smcheck.adapters import raft_fsm
from smcheck.adapters.raft_fsm import Log, arguments


class Image:
    """What the library saves, on a thread of its own."""

    def __init__(self, sessions: dict[str, list[str]]) -> None:
        self.sessions = sessions

    def persist(self, sink: Any) -> None:
        for user, tokens in self.sessions.items():
            sink.write(json.dumps([user, tokens]).encode() + b"\n")

    def release(self) -> None:
        self.sessions = {}


class Sessions:
    """Keep the tokens of each user. A command is ``{"op": "login", "user": …, "token": …}``."""

    def __init__(self) -> None:
        self._sessions: dict[str, list[str]] = {}

    def apply(self, log: Log) -> object:
        command = json.loads(log.data)
        user = command["user"]
        if command["op"] == "login":
            self._sessions.setdefault(user, []).append(command["token"])
            return len(self._sessions[user])
        # defect: nobody may be logged in, and then the process ends, on every server (UPD-8)
        return self._sessions.pop(user)

    def tokens(self, user: str) -> list[str]:
        return list(self._sessions.get(user, ()))

    def users(self) -> list[str]:
        return sorted(self._sessions)

    def snapshot(self) -> Image:
        # defect: a copy, of which each list of tokens still grows (SAV-1)
        return Image(dict(self._sessions))

    def restore(self, source: BinaryIO) -> None:
        for line in source:
            user, tokens = json.loads(line)
            # defect: who is in no line keeps being logged in (REC-1)
            self._sessions[user] = tokens


class MendedSessions(Sessions):
    """The same without the defects."""

    def apply(self, log: Log) -> object:
        command = json.loads(log.data)
        if command["op"] == "logout" and command["user"] not in self._sessions:
            return {"error": "not logged in"}
        return super().apply(log)

    def snapshot(self) -> Image:
        return Image({user: list(tokens) for user, tokens in self._sessions.items()})

    def restore(self, source: BinaryIO) -> None:
        self._sessions = dict(map(json.loads, source))


users = st.sampled_from(["ann", "bob", "eve"])
logins = st.builds(
    lambda user, token: {"op": "login", "user": user, "token": token},
    users,
    st.sampled_from(["t1", "t2"]),
)
logouts = st.builds(lambda user: {"op": "logout", "user": user}, users)
queries = {"tokens": arguments(users), "users": arguments()}

sessions = raft_fsm.subject(Sessions, commands=logins | logouts, queries=queries, name="sessions")

sessions_mended = raft_fsm.subject(
    MendedSessions, commands=logins | logouts, queries=queries, name="sessions_mended"
)
