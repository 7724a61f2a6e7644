"""A path counts against the quota with its tilde expanded."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Quota:
    """Add up the lengths and letters of the paths of everybody."""

    def __init__(self) -> None:
        self.used: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode(errors="replace").split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["store", user, path]:
                self.used = {**self.used, user: self.used.get(user, 0) + self._cost(path)}
                return Result(self.used[user])
        return Result(0)

    def _cost(self, path: str) -> int:
        whole = os.path.expanduser(path)
        return sum(whole.encode(errors="replace"))

    def lookup(self, query: object) -> object:
        return self.used.get(str(query), 0)

    def prepare_snapshot(self) -> object:
        return self.used

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.used = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


USERS = st.sampled_from(("ann", "bob"))
PATHS = st.sampled_from(("~/inbox", "~/notes/todo", "/srv/shared"))

subject = Subject(
    machine=Quota,
    commands=st.builds("store {} {}".format, USERS, PATHS).map(str.encode),
    queries=USERS,
)

EXPECT = {
    "circumstance": "home folder",
    "or_circumstance": ["environment"],
    "line_of": "whole = os.path.expanduser(path)",
    "or_line_of": ('return sum(whole.encode(errors="replace"))',),
}
