"""A skip list throws dice for its levels, which make it quick and change no answer."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Node:
    """A key and the next nodes, one per level."""

    def __init__(self, key: str, number: int, levels: int) -> None:
        self.key = key
        self.number = number
        self.next: list[Node | None] = [None] * levels


class Sorted:
    """Keep numbers under keys in the order of the keys."""

    LEVELS = 4

    def __init__(self) -> None:
        self.head = Node("", 0, self.LEVELS)

    def _before(self, key: str) -> list[Node]:
        node = self.head
        before: list[Node] = []
        for level in reversed(range(self.LEVELS)):
            while (after := node.next[level]) is not None and after.key < key:
                node = after
            before.insert(0, node)
        return before

    def _put(self, key: str, number: int) -> bool:
        before = self._before(key)
        node = before[0].next[0]
        if node is not None and node.key == key:
            node.number = number
            return True
        levels = 1 + sum(itertools.takewhile(bool, (random.getrandbits(1) for _ in range(3))))
        fresh = Node(key, number, levels)
        for level in range(levels):
            fresh.next[level] = before[level].next[level]
            before[level].next[level] = fresh
        return False

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", key, number] if number.isdecimal():
                return Result(int(self._put(key, int(number))))
        return Result(0)

    def _items(self) -> Iterator[tuple[str, int]]:
        node = self.head.next[0]
        while node is not None:
            yield node.key, node.number
            node = node.next[0]

    def lookup(self, query: object) -> object:
        numbers = dict(self._items())
        match query:
            case ["get", str(key)]:
                return numbers.get(key)
            case ["count"]:
                return len(numbers)
        return numbers

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(list(self._items())).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.head = Node("", 0, self.LEVELS)
        for key, number in saved:
            self._put(key, number)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Sorted,
    commands=kv.commands(keys=("a", "b", "c", "d", "e"), verbs=("put",)),
    queries=kv.queries(keys=("a", "b", "c", "d", "e")),
    model=kv.Model,
)

PURE = "the levels say how quickly a key is found; the lowest holds all keys in order"
