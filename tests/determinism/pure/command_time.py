"""Leases run out by the time in the commands, which is made a datetime and compared."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leases


class Leases:
    """Grant names for five seconds."""

    LASTS = timedelta(seconds=leases.LASTS)

    def __init__(self) -> None:
        self.now = datetime.fromtimestamp(0, UTC)
        self.held: dict[str, tuple[str, datetime]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case [verb, name, owner, at] if at.isdecimal() and len(at) < 11:
                self.now = max(self.now, datetime.fromtimestamp(int(at), UTC))
                if self._holder(name) not in (None, owner):
                    return Result(0)
                if verb == "acquire":
                    self.held[name] = (owner, self.now + self.LASTS)
                else:
                    self.held.pop(name, None)
                return Result(int(self.now.timestamp()))
        return Result(0)

    def _holder(self, name: str) -> str | None:
        owner, until = self.held.get(name, ("", self.now))
        return owner if until > self.now else None

    def lookup(self, query: object) -> object:
        match query:
            case ["owner", str(name)]:
                return self._holder(name)
        return sum(until > self.now for _, until in self.held.values())

    def _image(self) -> list[Any]:
        held = {name: (owner, until.isoformat()) for name, (owner, until) in self.held.items()}
        return [self.now.isoformat(), held]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._image()).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        now, held = json.loads(image)
        self.now = datetime.fromisoformat(now)
        self.held = {
            name: (owner, datetime.fromisoformat(until)) for name, (owner, until) in held.items()
        }

    def close(self) -> None:
        pass


subject = Subject(machine=Leases, commands=leases.commands(), queries=leases.queries())

PURE = "time comes with the commands only, and is computed with in UTC"
