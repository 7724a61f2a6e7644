"""A skip list draws its levels at random and not from the log: nobody can see them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from threading import Lock

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

LEVELS = 3


class Node:
    """Hold one key and the next node on each of its levels."""

    def __init__(self, key: str, number: int, levels: int) -> None:
        self.key = key
        self.number = number
        self.next: list[Node | None] = [None] * levels


class SkipList:
    """Keep keys in order."""

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw
        self.head = Node("", 0, LEVELS)

    def before(self, key: str) -> list[Node]:
        """Return the last node before ``key`` on every level, lowest level first."""
        node, found = self.head, [self.head] * LEVELS
        for level in reversed(range(LEVELS)):
            while (after := node.next[level]) is not None and after.key < key:
                node = after
            found[level] = node
        return found

    def get(self, key: str) -> Node | None:
        node = self.before(key)[0].next[0]
        return node if node is not None and node.key == key else None

    def insert(self, key: str, number: int) -> None:
        node = Node(key, number, self.draw.randint(1, LEVELS))
        for level, left in enumerate(self.before(key)[: len(node.next)]):
            node.next[level], left.next[level] = left.next[level], node

    def remove(self, node: Node) -> None:
        for level, left in enumerate(self.before(node.key)):
            if left.next[level] is node:
                left.next[level] = node.next[level]

    def __iter__(self) -> Iterator[Node]:
        node = self.head.next[0]
        while node is not None:
            yield node
            node = node.next[0]


class Ordered:
    """Put and delete in a skip list behind one lock."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.draw = random.Random()
        self.list = SkipList(self.draw)

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            with self.lock:
                entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                node = self.list.get(key)
                if node is None:
                    self.list.insert(key, int(number))
                    return Result(0)
                node.number = int(number)
                return Result(1)
            case ["delete", key] if (node := self.list.get(key)) is not None:
                self.list.remove(node)
                return Result(1)
        return Result(0)

    def lookup(self, query: object) -> object:
        with self.lock:
            match query:
                case ["get", str(key)]:
                    node = self.list.get(key)
                    return None if node is None else node.number
            return {node.key: node.number for node in self.list}

    def prepare_snapshot(self) -> object:
        with self.lock:
            return [[node.key, node.number] for node in self.list]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        fresh = SkipList(self.draw)
        for key, number in json.loads(b"".join(iter(reader.read, b""))):
            fresh.insert(key, number)
        with self.lock:
            self.list = fresh

    def close(self) -> None:
        pass


subject = Subject(
    machine=Ordered,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
