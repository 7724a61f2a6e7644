"""update answers with the entries that it was given, and keeps a list of its own replies."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Loans:
    """Lend books; the clients read their results when they come to it."""

    def __init__(self) -> None:
        self.lent: dict[str, int] = {}
        self.replies: list[Result] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            title = entry.cmd.decode()
            self.lent[title] = self.lent.get(title, 0) + 1
            self.replies.append(Result(self.lent[title], title.encode()))
            entry.result = self.replies[-1]
        del self.replies[:-4]
        return entries

    def lookup(self, query: object) -> object:
        return self.lent.get(str(query), 0)

    def prepare_snapshot(self) -> object:
        return dict(self.lent)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.lent = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


titles = st.sampled_from(["dune", "emma"])
subject = Subject(machine=Loans, commands=titles.map(str.encode), queries=titles)
