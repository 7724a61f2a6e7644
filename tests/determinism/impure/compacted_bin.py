"""Preparing a snapshot empties the bin, and what is gone from the bin cannot be restored."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Documents:
    """Delete documents into a bin, and bring them back."""

    def __init__(self) -> None:
        self.state: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            live, binned = map(dict, self.state)
            words = entry.cmd.decode(errors="replace").split()
            entry.result = Result(self._apply(live, binned, words))
            self.state = (live, binned)
        return entries

    @staticmethod
    def _apply(live: dict[str, int], binned: dict[str, int], words: list[str]) -> int:
        match words:
            case ["put", name, number] if number.isdecimal():
                live[name] = int(number)
                return len(live)
            case ["delete", name] if name in live:
                binned[name] = live.pop(name)
                return 1
            case ["restore", name] if name in binned:
                live[name] = binned.pop(name)
                return 1
        return 0

    def lookup(self, query: object) -> object:
        live, _ = self.state
        match query:
            case ["get", str(name)]:
                return live.get(name)
        return dict(live)

    def prepare_snapshot(self) -> object:
        live, _ = self.state
        self.state = (live, {})
        return self.state

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.state = (saved[0], saved[1])

    def close(self) -> None:
        pass


subject = Subject(
    machine=Documents,
    commands=kv.commands(verbs=("put", "delete"))
    | st.sampled_from(kv.KEYS).map(lambda key: f"restore {key}".encode()),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {"circumstance": "snapshots in between", "line_of": "self.state = (live, {})"}
