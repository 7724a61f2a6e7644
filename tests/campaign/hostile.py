"""Machines that take their process down, or would like to; each is a subject of this module."""

from __future__ import annotations

import ctypes
import json
import os
import time
from collections.abc import Sequence
from typing import ClassVar

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, SnapshotFile, StopSignal, Subject, Writer


class Tame:
    """Count entries; do harm with the command that asks for it."""

    harmful: ClassVar[bytes] = b"harm"

    def __init__(self) -> None:
        self.count = 0

    def harm(self) -> None:
        """Do what this machine is here for."""

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            if entry.cmd == self.harmful:
                self.harm()
            self.count += 1
            entry.result = Result(self.count)
        return entries

    def lookup(self, query: object) -> object:
        return self.count

    def prepare_snapshot(self) -> int:
        return self.count

    def save_snapshot(
        self, context: int, writer: Writer, files: object, stopped: StopSignal
    ) -> None:
        image = json.dumps([context]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        [self.count] = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


class Segfaults(Tame):
    """Reads where nothing is."""

    def harm(self) -> None:
        ctypes.string_at(8)


class Exits(Tame):
    """Ends the process."""

    def harm(self) -> None:
        os._exit(7)


class Hangs(Tame):
    """Waits in C with the interpreter held, where nothing of Python can interrupt it."""

    def harm(self) -> None:
        ctypes.PyDLL(None).sleep(1000)


class Takes(Tame):
    """Takes ten gigabytes."""

    def harm(self) -> None:
        self.hoard = [bytearray(64 << 20) for _ in range(160)]


class Forks(Tame):
    """Leaves a process behind in each update, out of reach of signals to the group."""

    def harm(self) -> None:
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for descriptor in range(256):
                    try:
                        os.close(descriptor)
                    except OSError:
                        continue
                time.sleep(1000)
            os._exit(0)


words = st.sampled_from([b"add", b"take", b"harm"])


def _subject(machine: type[Tame]) -> Subject:
    return Subject(machine=machine, commands=words, queries=st.just("count"))


tame, segfaults, exits = _subject(Tame), _subject(Segfaults), _subject(Exits)
hangs, takes, forks = _subject(Hangs), _subject(Takes), _subject(Forks)
