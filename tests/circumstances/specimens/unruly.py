"""A machine that does to its process what the query says."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import smcheck
from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, StopSignal, Writer

print("printed while it is imported")
IMPORTED_UNDER = (os.environ.get("TZ"), os.getcwd(), os.getpid())


class Unruly:
    """Answer what is asked about the process, or bring it down."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.count = 0

    def update(self, entry: Entry) -> Result:
        print("printed by update")
        self.count += 1
        if entry.cmd == b"die":
            os._exit(9)
        return Result(2**64 - 1, entry.cmd)

    def lookup(self, query: object) -> object:
        if query == "exit":
            sys.exit(3)
        if query == "interrupt":
            raise KeyboardInterrupt
        if query == "hang":
            while True:
                pass
        if query == "hold the interpreter":
            return re.match("(a*)*b", "a" * 40)
        if query == "hold the input":
            return sys.stdin.read()
        if query == "imports":
            return "hypothesis" in sys.modules
        if query == "under":
            return IMPORTED_UNDER
        if query == "folder":
            return [sorted(os.listdir(self.directory)), os.listdir(".")]
        return query

    def save_snapshot(self, writer: Writer, files: SnapshotFiles, stopped: StopSignal) -> None:
        writer.write(bytes([0, 255]))

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        pass

    def close(self) -> None:
        pass


unruly = smcheck.Subject(machine=Unruly, commands=1, queries=1)
assert threading.current_thread() is threading.main_thread()
