"""Rates are divided in a context that the machine brings along."""

from __future__ import annotations

import decimal
import json
from decimal import Decimal

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leaderboard


class Rates:
    """Keep what one unit costs."""

    MONEY = decimal.Context(prec=12, rounding=decimal.ROUND_HALF_EVEN)

    def __init__(self) -> None:
        self.rates: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["score", ware, parts] if parts.isdecimal() and len(parts) < 6:
                with decimal.localcontext(self.MONEY):
                    rate = +(Decimal(100) / (7 * (1 + int(parts))))
                self.rates[ware] = str(rate)
                return Result(len(self.rates), self.rates[ware].encode())
            case ["leave", ware]:
                return Result(int(self.rates.pop(ware, None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        match query:
            case ["points", str(ware)]:
                return self.rates.get(ware)
        return [[ware, self.rates[ware]] for ware in sorted(self.rates)]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.rates).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.rates = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(machine=Rates, commands=leaderboard.commands(), queries=leaderboard.queries())

PURE = "the division runs in a context of the machine's own, not in that of the thread"
