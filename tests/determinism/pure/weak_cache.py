"""Parsed rules are cached as long as somebody holds them, and parsed again afterwards."""

from __future__ import annotations

import json
import weakref

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import kv


class Rule:
    """A rule, taken apart; it knows its parts and they know it."""

    def __init__(self, text: str) -> None:
        self.weight = sum(map(ord, text))
        self.parts = [(self, letter) for letter in text]


class Rules:
    """Weigh rules by their text."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.parsed: weakref.WeakValueDictionary[str, Rule] = weakref.WeakValueDictionary()

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["put", key, text]:
                self.texts[key] = text
                return Result(self._rule(text).weight)
            case ["delete", key]:
                return Result(int(self.texts.pop(key, None) is not None))
        return Result(sum(self._rule(text).weight for text in self.texts.values()))

    def _rule(self, text: str) -> Rule:
        rule = self.parsed.get(text)
        if rule is None:
            rule = self.parsed[text] = Rule(text)
        return rule

    def lookup(self, query: object) -> object:
        match query:
            case ["get", str(key)]:
                return self.texts.get(key)
        return len(self.texts)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.texts).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.texts = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Rules,
    commands=kv.commands(verbs=("put", "delete")) | st.just(b"weigh all"),
    queries=kv.queries(verbs=("get", "count")),
)

PURE = "what the collector took from the cache is parsed again, with the same outcome"
