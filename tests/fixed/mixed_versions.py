"""Every gauge keeps its past, and a lookup reads all gauges as of one version."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

Past = tuple[tuple[int, int], ...]


class Versions:
    """Hold the past of every gauge; a write counts once ``latest`` has reached it."""

    def __init__(self, gauges: dict[str, int]) -> None:
        self.pasts: dict[str, Past] = {gauge: ((0, n),) for gauge, n in gauges.items()}
        self.latest = 0

    def write(self, gauge: str, number: int) -> None:
        version = self.latest + 1
        self.pasts[gauge] = (*self.pasts.get(gauge, ()), (version, number))
        self.latest = version

    def read(self, gauge: str, version: int) -> int | None:
        numbers = [number for at, number in self.pasts.get(gauge, ()) if at <= version]
        return numbers[-1] if numbers else None


class Gauges:
    """Hold the numbers of gauges."""

    def __init__(self) -> None:
        self.versions = Versions({})

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        versions = self.versions
        for entry in entries:
            entry.result = Result(0)
            match entry.cmd.decode().split():
                case ["put", gauge, number]:
                    entry.result = Result(int(gauge in versions.pasts))
                    versions.write(gauge, int(number))
                case ["incr", gauge, number]:
                    value = (versions.read(gauge, versions.latest) or 0) + int(number)
                    versions.write(gauge, value)
                    entry.result = Result(value)
        return entries

    def lookup(self, query: Any) -> object:
        versions = self.versions
        version = versions.latest
        if query[0] == "get":
            return versions.read(query[1], version)
        answer = {gauge: versions.read(gauge, version) for gauge in kv.KEYS}
        return {gauge: number for gauge, number in answer.items() if number is not None}

    def prepare_snapshot(self) -> object:
        return self.versions, self.versions.latest

    def save_snapshot(
        self, context: tuple[Versions, int], writer: Writer, files: object, stopped: object
    ) -> None:
        versions, version = context
        gauges = {gauge: versions.read(gauge, version) for gauge in kv.KEYS}
        image = json.dumps({key: n for key, n in gauges.items() if n is not None}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.versions = Versions(json.loads(b"".join(iter(reader.read, b""))))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Gauges,
    commands=kv.commands(verbs=("put", "incr")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
