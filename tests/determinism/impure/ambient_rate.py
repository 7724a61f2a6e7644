"""Rates are divided with as many digits as the thread happens to be set to."""

from __future__ import annotations

import json
from decimal import Decimal

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Rates:
    """Keep what one unit costs."""

    def __init__(self) -> None:
        self.rates: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["score", ware, parts] if parts.isdecimal():
                rate = Decimal(100) / (7 * (1 + int(parts)))
                self.rates[ware] = str(rate)
                return Result(len(self.rates), self.rates[ware].encode())
            case ["leave", ware]:
                return Result(int(self.rates.pop(ware, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["points", str(ware)]:
                return self.rates.get(ware)
        return len(self.rates)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.rates).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.rates = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(machine=Rates, commands=leaderboard.commands(), queries=leaderboard.queries())

EXPECT = {
    "circumstance": "decimal context",
    "line_of": "rate = Decimal(100) / (7 * (1 + int(parts)))",
}
