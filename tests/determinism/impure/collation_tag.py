"""An index is tagged with the locale that it was built under."""

from __future__ import annotations

import json
import locale

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Index:
    """Keep words in an index, and say what built it."""

    def __init__(self) -> None:
        self.words: tuple[str, ...] = ()
        self.tag = ""

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["add", word] if word not in self.words:
                self.words = tuple(sorted((*self.words, word)))
                self.tag = f"{len(self.words)} words, {locale.setlocale(locale.LC_CTYPE)}"
                return Result(self.words.index(word), self.tag.encode())
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["tag"]:
                return self.tag
        return len(self.words)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.words, self.tag]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.words, self.tag = tuple(saved[0]), saved[1]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Index,
    commands=st.sampled_from(("oak", "elm", "ash", "Fir")).map(lambda word: f"add {word}".encode()),
    queries=st.sampled_from([("tag",), ("count",)]),
)

EXPECT = {
    "circumstance": "locale",
    "line_of": 'self.tag = f"{len(self.words)} words, {locale.setlocale(locale.LC_CTYPE)}"',
}
