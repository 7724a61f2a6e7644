"""The entries of a batch: objects of their own, or the reused ones a real host hands out."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.contract.types import Entry
from smcheck.plan import Command

_SCRIBBLE = b"\xff<overwritten by the host after update returned>"


class PrivateEntries:
    """Give each call new objects that nobody touches afterwards."""

    def __init__(self, *, buffers: bool) -> None:
        self._buffers = buffers

    def hand_out(self, commands: Sequence[Command]) -> list[Entry]:
        """Return the entries of one batch."""
        return [Entry(c.index, self._cmd(c.cmd)) for c in commands]

    def take_back(self, entries: list[Entry]) -> None:
        """Leave them alone."""

    def _cmd(self, cmd: bytes) -> bytes:
        return memoryview(bytearray(cmd)) if self._buffers else cmd  # type: ignore[return-value]  # buffers=True


class ReusedEntries:
    """Give each call the same list and the same objects, overwritten after each call (UPD-4)."""

    def __init__(self, *, buffers: bool) -> None:
        self._buffers = buffers
        self._list: list[Entry] = []
        self._pool: list[Entry] = []
        self._memory: list[bytearray] = []

    def hand_out(self, commands: Sequence[Command]) -> list[Entry]:
        """Return the one list, filled for one batch."""
        while len(self._pool) < len(commands):
            self._pool.append(Entry(0, b""))
        self._list.clear()
        self._memory.clear()
        for entry, command in zip(self._pool, commands, strict=False):
            entry.index, entry.cmd, entry.result = command.index, self._cmd(command.cmd), None
            self._list.append(entry)
        return self._list

    def take_back(self, entries: list[Entry]) -> None:
        """Overwrite list, entries and buffers, as their owner may."""
        for entry in self._pool:
            entry.index, entry.cmd, entry.result = 0, _SCRIBBLE, None
        for buffer in self._memory:
            buffer[:] = b"\xff" * len(buffer)
        self._list.clear()

    def _cmd(self, cmd: bytes) -> bytes:
        if not self._buffers:
            return cmd
        self._memory.append(bytearray(cmd))
        return memoryview(self._memory[-1])  # type: ignore[return-value]  # buffers=True
