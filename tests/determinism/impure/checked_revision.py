"""Where assertions are on, a check of the store counts as a revision of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Keep numbers and count revisions."""

    def __init__(self) -> None:
        self.state: tuple[dict[str, int], int] = ({}, 0)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["put", key, number] if number.isdecimal():
                    self._replace({**self.state[0], key: int(number)})
                    entry.result = Result(self.state[1])
                case _:
                    entry.result = Result(0)
        return entries

    def _replace(self, numbers: dict[str, int]) -> None:
        steps = 1
        if __debug__:
            steps += all(isinstance(number, int) for number in numbers.values())
        self.state = (numbers, self.state[1] + steps)

    def lookup(self, query: object) -> object:
        numbers, revision = self.state
        match query:
            case ["get", str(key)]:
                return numbers.get(key)
        return revision

    def prepare_snapshot(self) -> object:
        return self.state

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.state = (saved[0], saved[1])

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put",)),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "circumstance": "-O",
    "line_of": "if __debug__:",
    "or_line_of": (
        "steps += all(isinstance(number, int) for number in numbers.values())",
        "self.state = (numbers, self.state[1] + steps)",
    ),
}
