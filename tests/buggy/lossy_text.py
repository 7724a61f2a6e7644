"""Names that are not UTF-8 are saved with question marks in them: SAV-4."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Files:
    """Keep the names of files, which are bytes."""

    def __init__(self) -> None:
        self.names: frozenset[bytes] = frozenset()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd[:1], entry.cmd[1:]:
                case b"+", name:
                    self.names |= {name}
                case b"-", name:
                    self.names -= {name}
            entry.result = Result(len(self.names))
        return entries

    def lookup(self, query: object) -> object:
        return sorted(self.names)

    def prepare_snapshot(self) -> object:
        return self.names

    def save_snapshot(
        self, context: frozenset[bytes], writer: Writer, files: object, stopped: object
    ) -> None:
        texts = [name.decode(errors="replace") for name in sorted(context)]
        image = json.dumps(texts).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.names = frozenset(name.encode() for name in saved)

    def close(self) -> None:
        pass


NAMES = ("a", "é", "ß")

subject = Subject(
    machine=Files,
    commands=st.builds(lambda sign, name, coding: (sign + name).encode(coding),
                       st.sampled_from("+-"), st.sampled_from(NAMES),
                       st.sampled_from(("utf-8", "latin-1"))),
    queries=st.just(("all",)),
)  # fmt: skip

EXPECT = {
    "clauses": {"SAV-4"},
    "line_of": 'texts = [name.decode(errors="replace") for name in sorted(context)]',
    "or_line_of": (
        "self.names = frozenset(name.encode() for name in saved)",
        "image = json.dumps(texts).encode()",
        "def recover_from_snapshot(",
        "def save_snapshot(",
        "return self.names",
    ),
}
