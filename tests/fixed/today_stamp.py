"""Every note carries the moment at which its command was proposed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Notes:
    """Keep a number under each key, with the time of its last change."""

    def __init__(self) -> None:
        self.notes: dict[str, tuple[int, str]] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number, changed]:
                known = key in self.notes
                self.notes[key] = (int(number), changed)
                return Result(int(known))
            case ["delete", key] if key in self.notes:
                del self.notes[key]
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.notes.get(key)
        return dict(self.notes)

    def prepare_snapshot(self) -> object:
        return dict(self.notes)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.notes = {key: (number, changed) for key, (number, changed) in saved.items()}

    def close(self) -> None:
        pass


KEYS = st.sampled_from(kv.KEYS)
TIMES = st.datetimes().map(datetime.isoformat)

subject = Subject(
    machine=Notes,
    commands=st.one_of(
        kv.commands(verbs=("delete",)),
        st.builds("put {} {} {}".format, KEYS, st.integers(0, 3), TIMES).map(str.encode),
    ),
    queries=kv.queries(verbs=("get", "all")),
)
