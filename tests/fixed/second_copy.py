"""Single rows and the list come from two copies that are shown at one moment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Store:
    """Put and delete; the list is kept sorted."""

    def __init__(self) -> None:
        self.shown: tuple[dict[str, int], dict[str, int]] = ({}, {})

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            numbers = dict(self.shown[0])
            entry.result = Result(self._apply(numbers, entry.cmd.decode().split()))
            self.shown = (numbers, dict(sorted(numbers.items())))
        return entries

    def _apply(self, numbers: dict[str, int], words: list[str]) -> int:
        match words:
            case ["put", key, number]:
                known = key in numbers
                numbers[key] = int(number)
                return int(known)
            case ["delete", key]:
                return int(numbers.pop(key, None) is not None)
        return 0

    def lookup(self, query: Any) -> object:
        numbers, listed = self.shown
        match query:
            case ["get", key]:
                return numbers.get(key)
        return dict(listed)

    def prepare_snapshot(self) -> object:
        return self.shown[0]

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        numbers = json.loads(b"".join(iter(reader.read, b"")))
        self.shown = (numbers, dict(sorted(numbers.items())))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "all")),
    model=kv.Model,
)
