"""Small stores that keep numbers in files, each in a way of its own.

Loaded as a traced module of its own.
"""

from __future__ import annotations

import os
import queue
import sqlite3
import threading
from pathlib import Path


class Log:
    """Appends each number as one line."""

    def __init__(self, folder: Path) -> None:
        self.file = (folder / "log").open("ab")

    def update(self, number: int) -> None:
        self.file.write(b"%d\n" % number)
        self.file.flush()

    def sync(self) -> None:
        os.fsync(self.file.fileno())

    def close(self) -> None:
        self.file.close()


class FlushedLog(Log):
    """Takes a flush for a sync."""

    def sync(self) -> None:
        self.file.flush()


class ForeignLog(Log):
    """Leaves the sync to another program."""

    def sync(self) -> None:
        os.system("sync log")


class Whole:
    """Writes the whole state over the old one."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state"

    def update(self, number: int) -> None:
        self.path.write_text(f"state {number}")

    def sync(self) -> None:
        fd = os.open(self.path, os.O_RDWR)
        os.fsync(fd)
        os.close(fd)

    def close(self) -> None:
        pass


class Swapped(Whole):
    """Writes the whole state beside the old one, and puts it in its place."""

    def update(self, number: int) -> None:
        fresh = self.path.with_suffix(".tmp")
        with fresh.open("w") as file:
            file.write(f"state {number}")
            file.flush()
            self.make_durable(file.fileno())
        os.replace(fresh, self.path)

    def make_durable(self, fd: int) -> None:
        os.fsync(fd)


class SwappedUnsynced(Swapped):
    """Forgets that a name may be durable before what it names."""

    def make_durable(self, fd: int) -> None:
        pass


class TwoFiles:
    """Keeps data and how many there are in two files, made durable together."""

    def __init__(self, folder: Path) -> None:
        self.data = (folder / "data").open("ab", buffering=0)
        self.count = (folder / "count").open("wb", buffering=0)

    def update(self, number: int) -> None:
        self.data.write(b"%d" % number)
        self.count.seek(0)
        self.count.write(b"%d" % number)

    def sync(self) -> None:
        os.fsync(self.data)
        os.fsync(self.count)

    def close(self) -> None:
        self.data.close()
        self.count.close()


class Sqlite:
    """One table with one row, one transaction for each number."""

    def __init__(self, folder: Path) -> None:
        self.db = sqlite3.connect(folder / "db", isolation_level=None)
        self.db.execute("create table if not exists t (n)")

    def update(self, number: int) -> None:
        self.db.execute("begin")
        self.db.execute("delete from t")
        self.db.execute("insert into t values (?)", (number,))
        self.db.execute("commit")

    def sync(self) -> None:
        pass

    def close(self) -> None:
        self.db.close()


class Threaded:
    """Has a thread of its own write, and waits for it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "log"
        self.todo: queue.Queue[int | None] = queue.Queue()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while (number := self.todo.get()) is not None:
            with self.path.open("ab", buffering=0) as file:
                file.write(b"%d;" % number)
                file.write(b"%d\n" % number)
            self.todo.task_done()

    def update(self, number: int) -> None:
        self.todo.put(number)
        self.todo.join()

    def sync(self) -> None:
        pass

    def close(self) -> None:
        self.todo.put(None)
        self.thread.join()


class Looping(Whole):
    """Runs many lines for each number, and writes in the middle of them."""

    def update(self, number: int) -> None:
        for at in range(5_000):
            if at == 2_500:
                self.path.write_text(f"{number}")
