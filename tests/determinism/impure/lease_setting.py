"""How long a lease lasts is a setting of the service, which every replica reads for itself."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leases


class Leases:
    """Grant names for a time, by the times in the commands."""

    def __init__(self) -> None:
        self.ends: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["acquire", name, _owner, at] if at.isdecimal():
                    self.ends = {**self.ends, name: int(at) + self._lasts()}
                    entry.result = Result(self.ends[name])
                case _:
                    entry.result = Result(0)
        return entries

    @staticmethod
    def _lasts() -> int:
        value = os.getenv("LEASE_SECONDS", "")
        return int(value) if value.isdecimal() else leases.LASTS + len(value)

    def lookup(self, query: object) -> object:
        match query:
            case ["owner", str(name)]:
                return self.ends.get(name)
        return len(self.ends)

    def prepare_snapshot(self) -> object:
        return self.ends

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        self.ends = json.loads(image)

    def close(self) -> None:
        pass


subject = Subject(machine=Leases, commands=leases.commands(), queries=leases.queries())

EXPECT = {
    "circumstance": "environment",
    "line_of": 'value = os.getenv("LEASE_SECONDS", "")',
    "or_line_of": ("return int(value) if value.isdecimal() else leases.LASTS + len(value)",),
}
