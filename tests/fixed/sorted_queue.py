"""An image of pairs keeps the order in which they came."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

ROOM = 2


class Desk:
    """Keep the latest few notes; the one that came first goes first."""

    def __init__(self) -> None:
        self.notes: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["keep", name, number]:
                if name not in self.notes and len(self.notes) == ROOM:
                    del self.notes[next(iter(self.notes))]
                self.notes[name] = int(number)
                return Result(len(self.notes))
            case ["drop", name]:
                return Result(int(self.notes.pop(name, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        return self.notes.get(query)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(list(self.notes.items())).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.notes = dict(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


names = st.sampled_from(["ann", "bob", "cem"])
subject = Subject(
    machine=Desk,
    commands=st.builds("keep {} {}".format, names, st.integers(0, 9)).map(str.encode)
    | st.builds("drop {}".format, names).map(str.encode),
    queries=names,
)
