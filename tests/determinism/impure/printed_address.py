"""The tag of a document is a checksum of how its object is printed, address included."""

from __future__ import annotations

import json
import zlib
from typing import Any

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Document:
    """A text under a title."""

    def __init__(self, text: str) -> None:
        self.text = text


class Documents:
    """Store documents and tag them."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.tags: dict[str, int] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", key, text]:
                self.documents[key] = Document(text)
                self.tags[key] = self._tag(self.documents[key])
                return Result(self.tags[key])
            case ["delete", key]:
                self.documents.pop(key, None)
                return Result(self.tags.pop(key, 0))
        return Result(0)

    def _tag(self, document: Document) -> int:
        printed = repr((document, document.text))
        return zlib.crc32(printed.encode())

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.tags.get(key)
        return len(self.documents)

    def _rows(self) -> list[list[Any]]:
        return [[key, document.text, self.tags[key]] for key, document in self.documents.items()]

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._rows()).encode()
        sent = 0
        while sent < len(image):
            sent += writer.write(image[sent:])

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        saved = json.loads(b"".join(parts))
        self.documents = {key: Document(text) for key, text, _ in saved}
        self.tags = {key: tag for key, _, tag in saved}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Documents,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "count")),
)

EXPECT = {
    "circumstance": "object ids",
    "line_of": "printed = repr((document, document.text))",
    "or_line_of": ("return zlib.crc32(printed.encode())",),
}
