"""The image of nothing has no first line, and recover counts on one: REC-3."""

from __future__ import annotations

from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; one line for each number."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                known = key in self.numbers
                self.numbers[key] = int(number)
                return Result(int(known))
            case ["delete", key]:
                return Result(int(self.numbers.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        match query:
            case ["get", key]:
                return self.numbers.get(key)
        return dict(sorted(self.numbers.items()))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        lines = [f"{key} {number}" for key, number in self.numbers.items()]
        image = "\n".join([f"rows {len(lines)}", *lines]).encode() if lines else b"\n"
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        head, *lines = b"".join(iter(reader.read, b"")).decode().splitlines()
        if len(lines) != int(head.split()[1]):
            raise ValueError("the image is cut")
        self.numbers = {key: int(number) for key, number in map(str.split, lines)}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)

EXPECT = {
    "clauses": {"REC-3"},
    "line_of": "        if len(lines) != int(",
    "or_line_of": ("    def recover_from_snapshot(",),
}
