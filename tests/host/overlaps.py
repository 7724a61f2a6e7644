"""Machines that note who is inside them, and the plans that are drawn for them.

A machine writes down, from inside each of its methods, which others are inside at that moment.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import combinations_with_replacement

from smcheck.contract.profiles import Kind
from smcheck.contract.types import Entry, Reader, Result, Writer
from smcheck.plan import (
    Close,
    Command,
    Hash,
    Lookup,
    Operation,
    Plan,
    Prepare,
    Recover,
    Save,
    Sync,
    Update,
)  # fmt: skip

Pair = tuple[str, str]

LOG = tuple(Command(index, b"x") for index in (1, 3, 4, 6))
QUERIES: tuple[object, ...] = ("q", ("check_tx", b"x"))

MET: set[tuple[str, ...]] = set()
"""Names of the methods that were inside one machine at one moment, in order of coming."""


def pairs_met() -> set[Pair]:
    """Return the pairs of methods that were inside together, and forget them."""
    pairs = {pair for names in MET for pair in _pairs_of(names)}
    MET.clear()
    return pairs


def _pairs_of(names: tuple[str, ...]) -> Iterator[Pair]:
    for position, name in enumerate(names):
        for other in names[position + 1 :]:
            yield min(name, other), max(name, other)


class Regular:
    """Note who is inside; answer always the same."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.here = ""

    def note(self, name: str) -> None:
        """Be inside for some lines that a switch can come between."""
        self.inside.append(name)
        MET.add(tuple(self.inside))
        self.here = name
        self.inside.remove(name)

    def update(self, entry: Entry) -> Result:
        self.note("update")
        return Result(1)

    def commit(self) -> None:
        self.note("commit")

    def lookup(self, query: object) -> object:
        self.note("lookup")
        return 1

    def get_hash(self) -> int:
        self.note("hash")
        return 1

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        self.note("save")
        writer.write(b"1")

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.note("recover")

    def close(self) -> None:
        self.note("close")


class OneByOne(Regular):
    """Do the same where an image is prepared first."""

    def prepare_snapshot(self) -> object:
        self.note("prepare")
        return 1

    def save_snapshot(  # type: ignore[override]  # other kind
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        self.note("save")
        writer.write(b"1")


class Concurrent(OneByOne):
    """Do the same where entries come in batches."""

    def update(self, entries: list[Entry]) -> list[Entry]:  # type: ignore[override]  # other kind
        self.note("update")
        for entry in entries:
            entry.result = Result(1)
        return entries


class Opened(OneByOne):
    """Do the same where there is a first call, and a read with a row of its own."""

    def open(self, stopped: object) -> int:
        self.note("open")
        return 0

    def lookup(self, query: object) -> object:
        self.note("check_tx" if query == QUERIES[1] else "lookup")
        return 1


class OnDisk(Concurrent):
    """Do the same where the machine keeps files of its own."""

    def open(self, stopped: object) -> int:
        self.note("open")
        return 0

    def sync(self) -> None:
        self.note("sync")

    def save_snapshot(  # type: ignore[override]  # other kind
        self, context: object, writer: Writer, stopped: object
    ) -> None:
        self.note("save")
        writer.write(b"1")

    def recover_from_snapshot(self, reader: Reader, stopped: object) -> None:  # type: ignore[override]  # other kind
        self.note("recover")


def machine_for(kind: Kind, *, batches: bool, opens: bool) -> type[Regular]:
    """Return a machine of ``kind`` that takes what the host gives."""
    if kind is Kind.ON_DISK:
        return OnDisk
    if kind is Kind.REGULAR:
        return Regular
    return Concurrent if batches else Opened if opens else OneByOne


def random_plan(rng: random.Random) -> Plan:
    """Return a plan of what a host may do; small, since it is one of many."""
    updates: list[Operation] = []
    version = 0
    while version < len(LOG):
        stop = rng.randint(version + 1, len(LOG))
        updates.append(rng.choice((Update(version, stop), Update(version, stop), Recover(stop))))
        updates += [Sync()] * rng.randint(0, 1)
        version = stop
    snapshots: list[Operation] = []
    for _ in range(rng.randint(0, 2)):
        snapshots += [Prepare(), Save()] if rng.random() < 0.8 else [Prepare()]
    closer = [Close()] * rng.randint(0, 1)
    reads = (Lookup(0), Lookup(0), Lookup(1), Hash())
    readers = [tuple(rng.choices(reads, k=rng.randint(1, 3))) for _ in range(rng.randint(1, 2))]
    return Plan(LOG, QUERIES, (tuple(updates), tuple(snapshots), tuple(closer), *readers))


def read_matrix(text: str) -> dict[Pair, str]:
    """Read a matrix: the cell of each unordered pair, once both of its places agree."""
    head, *rows = [line.split() for line in text.strip().splitlines()]
    cells = {(row[0], name): cell for row in rows for name, cell in zip(head, row[1:], strict=True)}
    assert [row[0] for row in rows] == head
    assert all(cells[one, other] == cells[other, one] for one, other in cells)
    return {(min(pair), max(pair)): cells[pair] for pair in combinations_with_replacement(head, 2)}
