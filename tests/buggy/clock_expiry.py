"""Leases run out by the clock of whoever applies the log, not by the command's: UPD-1."""

from __future__ import annotations

import json
import time

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leases


class Leases:
    """Grant a name to one owner at a time."""

    def __init__(self) -> None:
        self.leases: dict[str, tuple[str, int]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["acquire", name, owner, _at]:
                return self._acquire(name, owner)
            case ["release", name, owner, _at] if self.leases.get(name, ("", 0))[0] == owner:
                del self.leases[name]
                return Result(1)
        return Result(0)

    def _acquire(self, name: str, owner: str) -> Result:
        now = int(time.time())
        holder, until = self.leases.get(name, (owner, now))
        if holder != owner and until > now:
            return Result(0)
        self.leases[name] = (owner, now + leases.LASTS)
        return Result(now + leases.LASTS)

    def lookup(self, query: object) -> object:
        match query:
            case ["owner", str(name)]:
                return self.leases[name][0] if name in self.leases else None
        return len(self.leases)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.leases).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.leases = {name: (owner, until) for name, (owner, until) in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(machine=Leases, commands=leases.commands(), queries=leases.queries())

EXPECT = {"clauses": {"UPD-1", "UPD-2"}, "line_of": "now = int(time.time())"}
