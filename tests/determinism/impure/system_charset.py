"""Notes are read in the charset of the file system, where one is set."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Notes:
    """Keep short notes and count their letters."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        charset = sys.getfilesystemencoding()
        for entry in entries:
            words = bytes(entry.cmd).decode(charset, "replace").split()
            entry.result = self._apply(words)
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["note", name, *text] if text:
                self.notes = {**self.notes, name: " ".join(text)}
                return Result(sum(map(len, text)))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["note", str(name)]:
                return self.notes.get(name)
        return sum(map(len, self.notes.values()))

    def prepare_snapshot(self) -> object:
        return self.notes

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.notes = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


NAMES = st.sampled_from(("one", "two"))
TEXTS = st.sampled_from(("grüße", "dès demain", "plain words", "čas"))

subject = Subject(
    machine=Notes,
    commands=st.builds("note {} {}".format, NAMES, TEXTS).map(str.encode),
    queries=st.tuples(st.just("note"), NAMES) | st.just(("letters",)),
)

EXPECT = {
    "circumstance": "file-system encoding",
    "or_circumstance": ["UTF-8 mode", "locale"],
    "line_of": "charset = sys.getfilesystemencoding()",
    "or_line_of": ('words = bytes(entry.cmd).decode(charset, "replace").split()',),
}
