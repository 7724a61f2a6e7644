"""What nobody is named for goes to the user that the service runs as."""

from __future__ import annotations

import getpass
import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Tickets:
    """Assign tickets."""

    def __init__(self) -> None:
        self.assigned: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["open", ticket]:
                return self._assign(ticket, self._default())
            case ["open", ticket, assignee]:
                return self._assign(ticket, assignee)
        return Result(0)

    def _assign(self, ticket: str, assignee: str) -> Result:
        self.assigned[ticket] = assignee
        return Result(len(self.assigned), assignee.encode())

    @staticmethod
    def _default() -> str:
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "nobody"

    def lookup(self, query: object) -> object:
        match query:
            case ["assignee", str(ticket)]:
                return self.assigned.get(ticket)
        return len(self.assigned)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.assigned).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.assigned = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


TICKETS = st.sampled_from(("crash", "typo"))

subject = Subject(
    machine=Tickets,
    commands=TICKETS.map(lambda ticket: f"open {ticket}".encode())
    | TICKETS.map(lambda ticket: f"open {ticket} amy".encode()),
    queries=st.tuples(st.just("assignee"), TICKETS) | st.just(("count",)),
)

EXPECT = {
    "circumstance": "user",
    "or_circumstance": ["environment"],
    "line_of": "return getpass.getuser()",
}
