"""Whether a team can share a folder is tried out where the command is applied."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Teams:
    """Give teams folders."""

    def __init__(self) -> None:
        self.shared: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["form", team]:
                    self.shared = {**self.shared, team: self._try_out()}
                    entry.result = Result(self.shared[team])
                case _:
                    entry.result = Result(0)
        return entries

    def _try_out(self) -> int:
        with tempfile.TemporaryDirectory() as place:
            folder = os.path.join(place, "team")
            os.mkdir(folder)
            return os.stat(folder).st_mode & 0o777

    def lookup(self, query: object) -> object:
        return self.shared.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.shared

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.shared = json.loads(image)

    def close(self) -> None:
        pass


TEAMS = st.sampled_from(("red", "blue"))

subject = Subject(
    machine=Teams, commands=TEAMS.map(lambda team: f"form {team}".encode()), queries=TEAMS
)

EXPECT = {
    "circumstance": "umask",
    "line_of": "return os.stat(folder).st_mode & 0o777",
    "or_line_of": ("os.mkdir(folder)",),
}
