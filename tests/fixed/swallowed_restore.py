"""An image that cannot be read is noted in the log, and the host is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv

LOG = logging.getLogger(__name__)


class Store:
    """Put and delete, in a dict that is replaced as a whole."""

    def __init__(self) -> None:
        self.table: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode().split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["put", key, number]:
                known = key in self.table
                self.table = {**self.table, key: int(number)}
                return Result(int(known))
            case ["delete", key] if key in self.table:
                self.table = {other: n for other, n in self.table.items() if other != key}
                return Result(1)
        return Result(0)

    def lookup(self, query: Any) -> object:
        return self.table.get(query[1])

    def prepare_snapshot(self) -> object:
        return self.table

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        try:
            self.table = json.loads(b"".join(iter(reader.read, b"")))
        except ValueError:
            LOG.debug("the image cannot be read", exc_info=True)
            raise

    def close(self) -> None:
        pass


subject = Subject(
    machine=Store,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get",)),
    model=kv.Model,
)
