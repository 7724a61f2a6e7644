"""A refusal names the missing article that comes first in the alphabet."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Shop:
    """Ship an order if all of it is in store, else say what is missing."""

    def __init__(self) -> None:
        self.stock: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["fill", article]:
                self.stock[article] = self.stock.get(article, 0) + 1
                return Result(self.stock[article])
            case ["order", *articles]:
                return self._order(set(articles))
        return Result(0)

    def _order(self, articles: set[str]) -> Result:
        for article in sorted(articles):
            if not self.stock.get(article):
                return Result(0, article.encode())
        for article in sorted(articles):
            self.stock[article] -= 1
        return Result(1)

    def lookup(self, query: object) -> object:
        return dict(self.stock)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.stock).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.stock = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


ARTICLES = st.sampled_from(("jam", "tea", "rye", "fig", "oil"))

subject = Subject(
    machine=Shop,
    commands=st.one_of(
        ARTICLES.map(lambda article: f"fill {article}".encode()),
        st.lists(ARTICLES, min_size=2, max_size=4).map(lambda a: " ".join(["order", *a]).encode()),
    ),
    queries=st.just(("stock",)),
)
