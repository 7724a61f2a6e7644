"""Merging two carts numbers the lines of the old one first, then the new ones as they come."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer

Cart = tuple[tuple[str, int], ...]


class Carts:
    """Hold one cart, as lines of article and amount in the order in which they print."""

    def __init__(self) -> None:
        self.lines: Cart = ()

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case ["merge", *articles]:
                    self.lines = self._merged(dict.fromkeys(articles, 1))
                case ["clear"]:
                    self.lines = ()
            entry.result = Result(len(self.lines))
        return entries

    def _merged(self, added: dict[str, int]) -> Cart:
        old = dict(self.lines)
        lines: Cart = ()
        for article in {**old, **added}:
            lines = (*lines, (article, old.get(article, 0) + added.get(article, 0)))
        return lines

    def lookup(self, query: object) -> object:
        lines = self.lines
        match query:
            case ["first"]:
                return lines[0][0] if lines else None
        return dict(lines)

    def prepare_snapshot(self) -> object:
        return self.lines

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.lines = tuple((article, amount) for article, amount in saved)

    def close(self) -> None:
        pass


ARTICLES = st.sampled_from(("jam", "tea", "rye", "fig"))

subject = Subject(
    machine=Carts,
    commands=st.one_of(
        st.lists(ARTICLES, min_size=1, max_size=3).map(lambda a: " ".join(["merge", *a]).encode()),
        st.just(b"clear"),
    ),
    queries=st.sampled_from((("first",), ("all",))),
)
