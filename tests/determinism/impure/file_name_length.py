"""How long a file name is depends on how this system decodes names."""

from __future__ import annotations

import json
import os

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Attachments:
    """Keep attachments by name; what is listed is how wide the column must be."""

    def __init__(self) -> None:
        self.widths: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        verb, _, name = bytes(entry.cmd).partition(b" ")
        if verb == b"attach" and name:
            self.widths[name.hex()] = self._width(name)
            return Result(self.widths[name.hex()])
        if verb == b"detach":
            return Result(self.widths.pop(name.hex(), 0))
        return Result(0)

    @staticmethod
    def _width(name: bytes) -> int:
        return len(os.fsdecode(name))

    def lookup(self, query: object) -> object:
        match query:
            case ["widest"]:
                return max(self.widths.values(), default=0)
        return sum(self.widths.values())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.widths).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.widths = json.loads(image)

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("büro.txt", "naïveté.md", "日本.pdf", "plan.txt")).map(str.encode)

subject = Subject(
    machine=Attachments,
    commands=st.builds(lambda verb, name: verb + b" " + name, st.just(b"attach"), NAMES)
    | NAMES.map(lambda name: b"detach " + name),
    queries=st.sampled_from([("widest",), ("sum",)]),
)

EXPECT = {
    "circumstance": "file-system encoding",
    "or_circumstance": ["UTF-8 mode", "locale"],
    "line_of": "return len(os.fsdecode(name))",
}
