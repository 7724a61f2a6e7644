"""A machine with one impure method for each circumstance; the command says which one runs.

Workers import this file by its path, so it stands alone. The guilty line of each is marked.
"""

from __future__ import annotations

import decimal
import os
import random
import socket
import stat
import sys
import tempfile
import threading
import time
import uuid
import weakref
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import smcheck
from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, StopSignal, Writer

LETTERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")


class Node:
    """Keeps itself alive until the collector comes."""

    itself: Node


class Impure:
    """Keep what the method named by the command gives."""

    def __init__(self) -> None:
        self.kept: list[object] = []
        self.limit = 0
        self.calls = 0
        self.elapsed = self.latest = 0.0

    def update(self, entry: Entry) -> Result:
        value = getattr(self, entry.cmd.decode())()
        self.kept.append(value)
        return Result(len(self.kept), repr(value).encode())

    def set_order(self) -> object:
        names = set(LETTERS)
        found = []
        for name in names:  # guilty
            found.append(name)
            found.sort(key=len)
        return found

    def set_order_in_comprehension(self) -> object:
        names = set(LETTERS)
        found = [name.upper() for name in names]  # guilty
        return tuple(found)

    def set_order_in_generator(self) -> object:
        return list(self.each())

    def each(self) -> Iterator[str]:
        names = set(LETTERS)
        yield from names  # guilty

    def hash_of_text(self) -> object:
        bucket = hash("some text") % 1009  # guilty
        return bucket + 1

    def wall_clock(self) -> object:
        now = int(time.time())  # guilty
        return now - 1

    def today(self) -> object:
        return datetime.now(UTC).strftime("%Y-%m-%d")  # guilty

    def monotonic(self) -> object:
        return [self.deadline()]

    def deadline(self) -> float:
        return time.monotonic() + 5  # guilty

    def processor_time(self) -> object:
        return time.process_time_ns() % 1_000  # guilty

    def thread_time(self) -> object:
        return round(time.thread_time())  # guilty

    def sorted_names(self) -> object:
        listed = sorted(os.listdir(Path(__file__).parent))
        walked = sorted(name for _, _, names in os.walk(Path(__file__).parent) for name in names)
        return [len(listed) > 0, len(walked) > 0]

    def random_number(self) -> object:
        if random.random() < 0.5:  # guilty
            return "low"
        return "high"

    def fresh_id(self) -> object:
        return str(uuid.uuid4())  # guilty

    def address(self) -> object:
        token = object()
        return id(token)  # guilty

    def repr_of_object(self) -> object:
        return f"seen {object()!r}"  # guilty

    def process_id(self) -> object:
        return os.getpid()  # guilty

    def user_name(self) -> object:
        return os.environ["USER"]  # guilty

    def local_time(self) -> object:
        return time.localtime(0).tm_hour  # guilty

    def working_directory(self) -> object:
        return os.path.abspath("data")  # guilty

    def language(self) -> object:
        return os.environ.get("LANG", "")  # guilty

    def host_name(self) -> object:
        return socket.gethostname()  # guilty

    def home_folder(self) -> object:
        return os.path.expanduser("~/data")  # guilty

    def variable(self) -> object:
        return os.environ.get("SMCHECK_FURTHER")  # guilty

    def rights(self) -> object:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "new")
            path.touch()
            return stat.filemode(path.stat().st_mode)  # guilty

    def listed(self) -> object:
        with tempfile.TemporaryDirectory() as folder:
            for name in LETTERS:
                Path(folder, name).touch()
            return [path.name for path in Path(folder).iterdir()]  # guilty

    def scanned(self) -> object:
        with tempfile.TemporaryDirectory() as folder:
            for name in LETTERS:
                Path(folder, name).touch()
            with os.scandir(folder) as entries:  # guilty
                return [entry.name for entry in entries if entry.is_file()]  # guilty

    def thread_name(self) -> object:
        return threading.current_thread().name  # guilty

    def garbage(self) -> object:
        node = Node()
        node.itself = node
        gone = weakref.ref(node)
        del node
        others: list[object] = [[] for _ in range(300)]
        assert others
        return gone() is None  # guilty

    def clock_goes_back(self) -> object:
        now = time.time()  # guilty
        went_back = now < self.latest
        self.latest = now
        return went_back

    def encoding(self) -> object:
        return sys.getfilesystemencoding()  # guilty

    def utf8_mode(self) -> object:
        return sys.flags.utf8_mode  # guilty

    def digits(self) -> object:
        return str(decimal.Decimal(1) / 3)  # guilty

    def limit_of_recursion(self) -> object:
        return sys.getrecursionlimit()  # guilty

    def asserts(self) -> object:
        assert self.noted("seen")  # guilty
        return len(self.kept)

    def noted(self, what: str) -> bool:
        self.kept.append(what)
        return True

    def late_effect(self) -> object:
        if self.calls == 0:
            started = time.perf_counter()
            self.limit = random.randrange(1_000_000)  # guilty
            self.elapsed = time.perf_counter() - started
        self.calls += 1
        return self.limit if self.calls > 1 else 0

    def prints(self) -> object:
        print("größer")
        return len("größer")

    def pure(self) -> object:
        started = time.time()
        total = 0
        for name in set(LETTERS):
            total += len(name)
        self.elapsed = time.time() - started
        return total + len(sorted(LETTERS))

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


impure = smcheck.Subject(machine=Impure, commands=1, queries=1)
