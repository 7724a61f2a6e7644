"""A lease ends by the wall clock of the replica that applies the command."""

from __future__ import annotations

import json
import time
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leases


class Leases:
    """Grant a name to one owner for half a minute."""

    LASTS_S = 30

    def __init__(self) -> None:
        self.held: dict[str, list[Any]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["acquire", name, owner, _at]:
                return self._acquire(name, owner, self._seconds())
            case ["release", name, owner, _at] if self.held.get(name, [""])[0] == owner:
                return Result(self.held.pop(name)[1])
        return Result(0)

    def _acquire(self, name: str, owner: str, now: int) -> Result:
        holder, until = self.held.get(name, (owner, now))
        if holder != owner and until > now:
            return Result(0)
        self.held[name] = [owner, now + self.LASTS_S]
        return Result(now + self.LASTS_S)

    @staticmethod
    def _seconds() -> int:
        return int(time.time())

    def lookup(self, query: object) -> object:
        match query:
            case ["owner", str(name)]:
                return list(self.held.get(name, ()))
        return len(self.held)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.held).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.held = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(machine=Leases, commands=leases.commands(), queries=leases.queries())

EXPECT = {"circumstance": "clock", "line_of": "return int(time.time())"}
