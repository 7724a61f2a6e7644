"""A payment's id is a UUID that is computed from the entry."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import bank


class Payments:
    """Keep the id of the last payment of everybody."""

    SPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")

    def __init__(self) -> None:
        self.last: dict[str, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode(errors="replace").split():
                case ["transfer", payer, payee, amount]:
                    ident = uuid.uuid5(self.SPACE, f"{entry.index}/{payer}/{payee}/{amount}")
                    self.last = {**self.last, payer: ident.hex}
                    entry.result = Result(ident.int % 2**64, ident.bytes)
                case _:
                    entry.result = Result(0)
        return entries

    def lookup(self, query: object) -> object:
        last = self.last
        match query:
            case ["balance", str(payer)]:
                return last.get(payer)
        return len(last)

    def prepare_snapshot(self) -> object:
        return self.last

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.last = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Payments,
    commands=bank.commands(),
    queries=bank.queries(verbs=("balance", "total")),
)

PURE = "uuid5 is a digest of its arguments, and these come from the entry"
