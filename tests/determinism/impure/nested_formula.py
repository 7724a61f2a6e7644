"""A formula is refused when it is nested deeper than the interpreter can follow."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Formulas:
    """Measure nested brackets."""

    def __init__(self) -> None:
        self.depths: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["formula", name, text]:
                    entry.result = self._store(name, text)
                case _:
                    entry.result = Result(0)
        return entries

    def _store(self, name: str, text: str) -> Result:
        try:
            depth = self._depth(text, 0)
        except RecursionError:
            return Result(0, b"too deep")
        self.depths = {**self.depths, name: depth}
        return Result(depth)

    def _depth(self, text: str, at: int) -> int:
        if at >= len(text) or text[at] != "(":
            return at
        return self._depth(text, at + 1)

    def lookup(self, query: object) -> object:
        return self.depths.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.depths

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.depths = json.loads(image)

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("sum", "mean"))
TEXTS = st.sampled_from((10, 100, 200, 400, 600)).map(lambda depth: "(" * depth + ")" * depth)

subject = Subject(
    machine=Formulas,
    commands=st.builds("formula {} {}".format, NAMES, TEXTS).map(str.encode),
    queries=NAMES,
)

EXPECT = {
    "circumstance": "recursion limit",
    "line_of": "return self._depth(text, at + 1)",
    "or_line_of": (
        "depth = self._depth(text, 0)",
        "except RecursionError:",
        'return Result(0, b"too deep")',
        'if at >= len(text) or text[at] != "(":',
    ),
}
