"""A lookup makes its key the youngest, and update throws the oldest away: LKP-1."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

ROOM = 2


class Recent:
    """Hold no more than a few keys."""

    def __init__(self) -> None:
        self.table: OrderedDict[str, int] = OrderedDict()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                self.table[key] = int(number)
                if len(self.table) > ROOM:
                    gone, _ = self.table.popitem(last=False)
                    return Result(1, gone.encode())
            case ["delete", key]:
                return Result(int(self.table.pop(key, None) is not None))
        return Result(0)

    def lookup(self, query: Any) -> object:
        key = query[1]
        if key not in self.table:
            return None
        self.table.move_to_end(key)
        return self.table[key]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(list(self.table.items())).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.table = OrderedDict((key, number) for key, number in saved)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Recent,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get",)),
)

EXPECT = {
    "clauses": {"LKP-1"},
    "line_of": "self.table.move_to_end(key)",
    "or_line_of": ("def lookup(",),
}
