"""Labels are cut by letters where the interpreter is in UTF-8 mode, and by bytes elsewhere."""

from __future__ import annotations

import json
import sys

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Printer:
    """Print labels that are at most six units long."""

    UNITS = 6

    def __init__(self) -> None:
        self.printed: list[str] = []

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["print", text]:
                self.printed.append(self._cut(text))
                return Result(len(self.printed), self.printed[-1].encode())
            case ["feed"]:
                count, self.printed = len(self.printed), []
                return Result(count)
        return Result(0)

    def _cut(self, text: str) -> str:
        if sys.flags.utf8_mode:
            return text[: self.UNITS]
        return text.encode()[: self.UNITS].decode(errors="ignore")

    def lookup(self, query: object) -> object:
        return self.printed[-1] if self.printed else None

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.printed).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.printed = json.loads(image)

    def close(self) -> None:
        pass


TEXTS = st.sampled_from(("übergröße", "öffentlich", "éléments", "plain"))

subject = Subject(
    machine=Printer,
    commands=TEXTS.map(lambda text: f"print {text}".encode()) | st.just(b"feed"),
    queries=st.just(("last",)),
)

EXPECT = {
    "circumstance": "UTF-8 mode",
    "or_circumstance": ["locale"],
    "line_of": "if sys.flags.utf8_mode:",
    "or_line_of": ("return text[: self.UNITS]", "return text.encode()[: self.UNITS].decode"),
}
