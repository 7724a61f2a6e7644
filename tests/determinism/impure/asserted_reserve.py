"""A ware is taken from the stock inside of an assertion."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Stock:
    """Reserve wares until there are none."""

    def __init__(self) -> None:
        self.left = dict.fromkeys(kv.KEYS, 5)

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["incr", ware, number] if ware in self.left and number.isdecimal():
                if self.left[ware] < int(number):
                    return Result(self.left[ware], b"sold out")
                assert self._take(ware, int(number)) >= 0
                return Result(self.left[ware])
            case ["delete", ware] if ware in self.left:
                self.left[ware] = 5
                return Result(5)
        return Result(0)

    def _take(self, ware: str, number: int) -> int:
        self.left[ware] -= number
        return self.left[ware]

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(ware)]:
                return self.left.get(ware)
        return dict(self.left)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.left).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.left = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Stock,
    commands=kv.commands(verbs=("incr", "delete")),
    queries=kv.queries(verbs=("get", "all")),
)

EXPECT = {
    "circumstance": "-O",
    "line_of": "assert self._take(ware, int(number)) >= 0",
    "or_line_of": ("self.left[ware] -= number", "return Result(self.left[ware])"),
}
