"""Pages are announced in the charset that the locale prefers."""

from __future__ import annotations

import json
import locale

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import queue


class Pages:
    """Publish pages with a header."""

    def __init__(self) -> None:
        self.headers: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["push", page]:
                self.headers[page] = f"text/plain; charset={self.charset}"
                return Result(len(self.headers), self.headers[page].encode())
            case ["cancel", page]:
                return Result(int(self.headers.pop(page, None) is not None))
        return Result(0)

    @property
    def charset(self) -> str:
        return locale.getpreferredencoding(False)

    def lookup(self, query: object) -> object:
        match query:
            case ["size"]:
                return len(self.headers)
        return dict(self.headers)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.headers).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.headers = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Pages,
    commands=queue.commands(verbs=("push", "cancel")),
    queries=queue.queries(verbs=("size", "all")),
)

EXPECT = {
    "circumstance": "UTF-8 mode",
    "or_circumstance": ["locale", "file-system encoding"],
    "line_of": "return locale.getpreferredencoding(False)",
    "or_line_of": ('self.headers[page] = f"text/plain; charset={self.charset}"',),
}
