"""A price depends on a setting of the service, which every replica reads for itself."""

from __future__ import annotations

import json
import os

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Shop:
    """Sell wares; the region of a sale is the service's."""

    def __init__(self) -> None:
        self.sales: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["incr", ware, number] if number.isdecimal():
                region = self._settings["region"]
                self.sales[f"{ware}/{region}"] = int(number)
                return Result(int(number), region.encode(errors="replace"))
        return Result(0)

    @property
    def _settings(self) -> dict[str, str]:
        return {"region": os.environ.get("SHOP_REGION", "eu"), "currency": "EUR"}

    def lookup(self, query: object) -> object:
        match query:
            case ["all"]:
                return dict(self.sales)
        return len(self.sales)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.sales).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.sales = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Shop,
    commands=kv.commands(verbs=("incr",)),
    queries=kv.queries(verbs=("all", "count")),
)

EXPECT = {
    "circumstance": "environment",
    "line_of": 'return {"region": os.environ.get("SHOP_REGION", "eu"), "currency": "EUR"}',
    "or_line_of": ('region = self._settings["region"]',),
}
