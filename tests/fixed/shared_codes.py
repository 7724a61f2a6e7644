"""The codes of keys are kept by each instance, and begin at one in each."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Coded:
    """Store by small codes; a key has the next code from its first put on."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}
        self.numbers: dict[int, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode().split():
            case ["put", key, number]:
                code = self.codes.setdefault(key, len(self.codes) + 1)
                self.numbers[code] = int(number)
                return Result(code)
            case ["delete", key] if key in self.codes:
                return Result(int(self.numbers.pop(self.codes[key], None) is not None))
        return Result(0)

    def lookup(self, query: object) -> object:
        known = {key: self.numbers.get(code) for key, code in self.codes.items()}
        return sorted((key, number) for key, number in known.items() if number is not None)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps([self.codes, list(self.numbers.items())]).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        codes, numbers = json.loads(b"".join(iter(reader.read, b"")))
        self.codes.clear()
        self.codes.update(codes)
        self.numbers = dict(numbers)

    def close(self) -> None:
        pass


subject = Subject(
    machine=Coded,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("all",)),
)
