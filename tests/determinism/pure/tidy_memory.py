"""The collector is called, and recursion runs out, where neither is to be seen."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Trees:
    """Keep how deep a nested list is, by whichever way gets through."""

    def __init__(self) -> None:
        self.depths: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["tree", name, text]:
                    self.depths = {**self.depths, name: self._depth(text)}
                    entry.result = Result(self.depths[name])
                case _:
                    entry.result = Result(0)
        if len(entries) > 100:
            gc.collect()
        return entries

    def _depth(self, text: str) -> int:
        if len(text) < sys.getrecursionlimit() // 20:
            return self._recursive(text)
        return len(text) - len(text.lstrip("("))

    def _recursive(self, text: str) -> int:
        return 1 + self._recursive(text[1:]) if text.startswith("(") else 0

    def lookup(self, query: object) -> object:
        return self.depths.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.depths

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.depths = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("oak", "elm"))
TEXTS = st.integers(1, 90).map(lambda depth: "(" * depth + ")" * depth)

subject = Subject(
    machine=Trees,
    commands=st.builds("tree {} {}".format, NAMES, TEXTS).map(str.encode),
    queries=NAMES,
)

PURE = "both ways to measure a tree agree, and when garbage is collected nobody asks"
