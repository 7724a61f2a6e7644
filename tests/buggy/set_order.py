"""Words get their numbers in the order of a set, which depends on the hash seed: UPD-1."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Dictionary:
    """Number the words of documents as they appear; a number is never given twice."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["add", *words]:
                    entry.result = Result(self._add(words))
                case _:
                    entry.result = Result(0)
        return entries

    def _add(self, words: list[str]) -> int:
        numbers = dict(self.numbers)
        for word in set(words):
            numbers.setdefault(word, len(numbers))
        added = len(numbers) - len(self.numbers)
        self.numbers = numbers
        return added

    def lookup(self, query: object) -> object:
        match query:
            case ["number", str(word)]:
                return self.numbers.get(word)
        return len(self.numbers)

    def prepare_snapshot(self) -> object:
        return dict(self.numbers)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.numbers = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


WORDS = st.sampled_from(("oak", "elm", "ash", "fir", "yew", "bay"))

subject = Subject(
    machine=Dictionary,
    commands=st.lists(WORDS, min_size=2, max_size=4).map(lambda w: " ".join(["add", *w]).encode()),
    queries=st.one_of(st.tuples(st.just("number"), WORDS), st.just(("count",))),
)

EXPECT = {
    "clauses": {"UPD-1"},
    "line_of": "for word in set(words):",
    "or_line_of": ("numbers.setdefault(word, len(numbers))",),
    "after": ("bnb-chain/bnc-cosmos-sdk pull 385", "Babylon issue 1251"),
}
