"""The handle of a connection is the default hash of its object."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Connection:
    """One client."""

    def __init__(self, client: str) -> None:
        self.client = client


class Gateway:
    """Hand out handles for connections."""

    def __init__(self) -> None:
        self.handles: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["connect", client]:
                    connection = Connection(client)
                    handle = hash(connection) % 2**32
                    self.handles = {**self.handles, connection.client: handle}
                    entry.result = Result(handle)
                case _:
                    entry.result = Result(0)
        return entries

    def lookup(self, query: object) -> object:
        return self.handles.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.handles

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.handles = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


CLIENTS = st.sampled_from(("web", "app", "cli"))

subject = Subject(
    machine=Gateway,
    commands=CLIENTS.map(lambda client: f"connect {client}".encode()),
    queries=CLIENTS,
)

EXPECT = {
    "circumstance": "object ids",
    "line_of": "handle = hash(connection) % 2**32",
    "or_line_of": ("connection = Connection(client)",),
}
