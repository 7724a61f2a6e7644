"""Each image has a first line, that of nothing too."""

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
        image = "".join(f"{line}\n" for line in [f"rows {len(lines)}", *lines]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        text = b"".join(iter(reader.read, b"")).decode()
        head, *lines = text.splitlines()
        if not text.endswith("\n") or len(lines) != int(head.split()[1]):
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
