"""A message counts as seen once somebody asked for it, and what was seen is purged."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Mailboxes:
    """Keep messages until they are read and purged."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.seen: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["send", box, text]:
                self.texts.setdefault(box, []).append(text)
                return Result(len(self.texts[box]))
            case ["purge", box]:
                seen = self.seen.pop(box, 0)
                del self.texts.setdefault(box, [])[:seen]
                return Result(seen)
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["read", str(box)]:
                texts = list(self.texts.get(box, ()))
                self.seen[box] = len(texts)
                return texts
        return sum(len(texts) for texts in self.texts.values())

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.texts, self.seen]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.texts, self.seen = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


BOXES = st.sampled_from(("inbox", "spam"))

subject = Subject(
    machine=Mailboxes,
    commands=st.builds("send {} {}".format, BOXES, st.sampled_from(("hi", "bye"))).map(str.encode)
    | BOXES.map(lambda box: f"purge {box}".encode()),
    queries=st.tuples(st.just("read"), BOXES) | st.just(("count",)),
)

EXPECT = {"circumstance": "lookups in between", "line_of": "self.seen[box] = len(texts)"}
