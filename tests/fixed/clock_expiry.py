"""Leases run out by the time in the commands; the clock is read too, for a private metric."""

from __future__ import annotations

import json
import time

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import leases


class Leases:
    """Grant a name to one owner at a time, and measure how long that takes here."""

    def __init__(self) -> None:
        self.now = 0
        self.leases: dict[str, tuple[str, int]] = {}
        self.spent_s = 0.0

    def update(self, entry: Entry) -> Result:
        began_s = time.perf_counter()
        result = self._apply(entry.cmd.decode().split())
        self.spent_s += time.perf_counter() - began_s
        return result

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["acquire", name, owner, at]:
                self.now = max(self.now, int(at))
                if self._holder(name) not in (None, owner):
                    return Result(0)
                self.leases[name] = (owner, self.now + leases.LASTS)
                return Result(1)
            case ["release", name, owner, at]:
                self.now = max(self.now, int(at))
                if self._holder(name) == owner:
                    del self.leases[name]
                    return Result(1)
        return Result(0)

    def _holder(self, name: str) -> str | None:
        owner, until = self.leases.get(name, ("", 0))
        return owner if until > self.now else None

    def lookup(self, query: object) -> object:
        match query:
            case ["owner", str(name)]:
                return self._holder(name)
        return sum(self._holder(name) is not None for name in leases.NAMES)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.now, self.leases]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.now, saved = json.loads(b"".join(iter(reader.read, b"")))
        self.leases = {name: (owner, until) for name, (owner, until) in saved.items()}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Leases, commands=leases.commands(), queries=leases.queries(), model=leases.Model
)
