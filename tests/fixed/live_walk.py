"""The context is a copy of the map, made while no update runs, and save walks that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Subscriptions:
    """Keep which node each filter is subscribed from."""

    def __init__(self) -> None:
        self.nodes: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["sub", topic, node]:
                self.nodes[topic] = node
                return Result(1)
            case ["unsub", topic]:
                return Result(int(self.nodes.pop(topic, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        return self.nodes.get(str(query))

    def prepare_snapshot(self) -> object:
        return dict(self.nodes)

    def save_snapshot(self, context: Any, writer: Writer, files: object, stopped: object) -> None:
        image = b""
        for topic, node in context.items():
            image += json.dumps([topic, node]).encode() + b"\n"
        image += b"end\n"
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        *lines, end = b"".join(iter(reader.read, b"")).splitlines(keepends=True)
        if end != b"end\n":
            raise ValueError(f"expected the last line of an image, got {end!r}")
        self.nodes = dict(map(json.loads, lines))

    def close(self) -> None:
        pass


TOPICS = st.sampled_from(("a/b", "a/c", "#"))

subject = Subject(
    machine=Subscriptions,
    commands=st.one_of(
        st.builds("sub {} {}".format, TOPICS, st.sampled_from("xy")).map(str.encode),
        st.builds("unsub {}".format, TOPICS).map(str.encode),
    ),
    queries=TOPICS,
)
