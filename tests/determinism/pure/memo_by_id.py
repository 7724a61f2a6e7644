"""A memo is kept under the ids of documents that live as long as it does."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Document:
    """A text, taken apart on demand."""

    def __init__(self, text: str) -> None:
        self.text = text


class Documents:
    """Store texts and count their letters once."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.letters: dict[int, tuple[Document, int]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", key, text]:
                self._forget(key)
                self.documents[key] = Document(text * 3)
                return Result(self._count(self.documents[key]))
            case ["delete", key]:
                self._forget(key)
                return Result(int(self.documents.pop(key, None) is not None))
        return Result(sum(map(self._count, self.documents.values())))

    def _forget(self, key: str) -> None:
        if key in self.documents:
            self.letters.pop(id(self.documents[key]), None)

    def _count(self, document: Document) -> int:
        if id(document) not in self.letters:
            self.letters[id(document)] = (document, len(document.text))
        return self.letters[id(document)][1]

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)] if key in self.documents:
                return self.documents[key].text
        return len(self.documents)

    def _texts(self) -> dict[str, str]:
        return {key: document.text for key, document in self.documents.items()}

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self._texts()).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.documents = {key: Document(text) for key, text in saved.items()}
        self.letters = {}

    def close(self) -> None:
        pass


subject = Subject(
    machine=Documents,
    commands=kv.commands(verbs=("put", "delete")),
    queries=kv.queries(verbs=("get", "count")),
)

PURE = "ids are keys of a memo only: the memo holds its objects, and a miss counts again"
