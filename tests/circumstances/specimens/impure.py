"""Machines that each differ by one circumstance, with the guilty line marked.

Workers import this file by its path, so it stands alone.
"""

from __future__ import annotations

import os
import random
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime

import smcheck
from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, StopSignal, Writer


class Machine:
    """A regular machine that answers what ``impure`` gives."""

    def __init__(self) -> None:
        self.kept: list[object] = []

    def update(self, entry: Entry) -> Result:
        value = self.impure(entry)
        self.kept.append(value)
        return Result(len(self.kept), repr(value).encode())

    def impure(self, entry: Entry) -> object:
        raise NotImplementedError

    def lookup(self, query: object) -> object:
        return list(self.kept)

    def save_snapshot(self, writer: Writer, files: SnapshotFiles, stopped: StopSignal) -> None:
        writer.write(b"nothing")

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        pass

    def close(self) -> None:
        pass


class SetOrder(Machine):
    def impure(self, entry: Entry) -> object:
        names = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"}
        found = []
        for name in names:  # guilty
            found.append(name)
            found.sort(key=len)
        return found


class SetOrderInComprehension(Machine):
    def impure(self, entry: Entry) -> object:
        names = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"}
        found = [name.upper() for name in names]  # guilty
        return tuple(found)


class SetOrderInGenerator(Machine):
    def impure(self, entry: Entry) -> object:
        return list(self.each())

    def each(self) -> Iterator[str]:
        names = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"}
        yield from names  # guilty


class HashOfText(Machine):
    def impure(self, entry: Entry) -> object:
        bucket = hash(entry.cmd.hex()) % 1009  # guilty
        return bucket + 1


class WallClock(Machine):
    def impure(self, entry: Entry) -> object:
        now = int(time.time())  # guilty
        return now - 1


class Today(Machine):
    def impure(self, entry: Entry) -> object:
        return datetime.now().strftime("%Y-%m-%d")  # guilty


class Monotonic(Machine):
    def impure(self, entry: Entry) -> object:
        return self.deadline()

    def deadline(self) -> float:
        return time.monotonic() + 5  # guilty


class RandomNumber(Machine):
    def impure(self, entry: Entry) -> object:
        if random.random() < 0.5:  # guilty
            return "low"
        return "high"


class FreshId(Machine):
    def impure(self, entry: Entry) -> object:
        return str(uuid.uuid4())  # guilty


class Address(Machine):
    def impure(self, entry: Entry) -> object:
        token = object()
        return id(token)  # guilty


class ReprOfObject(Machine):
    def impure(self, entry: Entry) -> object:
        return f"seen {object()!r}"  # guilty


class ProcessId(Machine):
    def impure(self, entry: Entry) -> object:
        return os.getpid()  # guilty


class UserName(Machine):
    def impure(self, entry: Entry) -> object:
        return os.environ["USER"]  # guilty


class LocalTime(Machine):
    def impure(self, entry: Entry) -> object:
        return time.localtime(0).tm_hour  # guilty


class WorkingDirectory(Machine):
    def impure(self, entry: Entry) -> object:
        return os.path.abspath("data")  # guilty


class Language(Machine):
    def impure(self, entry: Entry) -> object:
        return os.environ.get("LANG", "")  # guilty


class LateEffect(Machine):
    """The difference is made in one update and shows in another."""

    def __init__(self) -> None:
        super().__init__()
        self.limit = 0
        self.calls = 0

    def impure(self, entry: Entry) -> object:
        if self.limit == 0:
            started = time.perf_counter()
            self.limit = random.randrange(1_000_000)  # guilty
            self.elapsed = time.perf_counter() - started
            return 0
        self.calls += 1
        return self.limit + entry.index


class Pure(Machine):
    """Reads everything and shows nothing of it."""

    def impure(self, entry: Entry) -> object:
        started = time.time()
        names = {"alpha", "beta", "gamma"}
        total = 0
        for name in names:
            total += len(name)
        self.elapsed = time.time() - started
        return total + len(sorted(names))


for kind in Machine.__subclasses__():
    globals()[kind.__name__.lower()] = smcheck.Subject(machine=kind, commands=1, queries=1)
