"""Check a first state machine of your own: an inventory, with two defects and without.

The lesson: a machine, strategies for its commands and queries, a model that says what it should
do, and one ``Subject`` that holds them together.

    smcheck check examples/quickstart.py:inventory          two violations
    smcheck check examples/quickstart.py:inventory_fixed    held
"""

import json
from collections.abc import Sequence

from hypothesis import strategies as st

import smcheck
from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, StopSignal, Writer


class Inventory:
    """Count what is in stock. A command is ``b"add apple 3"`` or ``b"take apple 1"``."""

    def __init__(self) -> None:
        self._stock: dict[str, int] = {}
        self._recent: list[object] = []  # the last commands, for the debug log

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = Result(self._apply(entry.cmd))
            self._remember(entry)
        return entries

    def _apply(self, cmd: bytes) -> int:
        match cmd.decode().split():
            case ["add", item, count]:
                self._stock[item] = self._stock.get(item, 0) + int(count)
                return int(count)
            case ["take", item, count] if self._stock.get(item, 0) >= int(count):
                self._stock[item] -= int(count)
                return int(count)
        return 0  # what cannot be done is a result, not an exception

    def _remember(self, entry: Entry) -> None:
        # defect: the entry belongs to the host, which overwrites it after update (UPD-4)
        self._recent.append(entry)
        del self._recent[:-10]

    def lookup(self, query: object) -> object:
        return self._stock.get(str(query), 0)

    def prepare_snapshot(self) -> object:
        # defect: updates go on while this very dict is saved (SAV-1)
        return self._stock

    def save_snapshot(
        self, context: object, writer: Writer, files: SnapshotFiles, stopped: StopSignal
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        self._stock = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


class FixedInventory(Inventory):
    """The same without the defects."""

    def _remember(self, entry: Entry) -> None:
        self._recent.append(entry.cmd)  # the bytes may be kept, the entry may not
        del self._recent[:-10]

    def prepare_snapshot(self) -> object:
        return dict(self._stock)  # a copy stays as it is


class Model:
    """Say what an inventory should do, in the plainest way."""

    def __init__(self) -> None:
        self.stock = {"apple": 0, "pear": 0, "plum": 0}

    def apply(self, cmd: bytes) -> int:
        verb, item, count = cmd.decode().split()
        if verb == "take" and self.stock[item] < int(count):
            return 0
        self.stock[item] += int(count) if verb == "add" else -int(count)
        return int(count)

    def query(self, query: str) -> int:
        return self.stock[query]


items = st.sampled_from(["apple", "pear", "plum"])
commands = st.builds("{} {} {}".format, st.sampled_from(["add", "take"]), items, st.integers(1, 9))

inventory = smcheck.Subject(
    machine=Inventory,
    commands=commands.map(str.encode),
    queries=items,
    model=Model,
    name="inventory",
    describe=bytes.decode,
)

inventory_fixed = smcheck.Subject(
    machine=FixedInventory,
    commands=commands.map(str.encode),
    queries=items,
    model=Model,
    name="inventory_fixed",
    describe=bytes.decode,
)
