"""Versions of one machine: the first, some that keep what it shows, some that do not."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from smcheck import Entry, Result, SnapshotAborted, Subject


class Bare:
    """Keep the words of all commands."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            self.apply(bytes(entry.cmd).decode())
            entry.result = Result(self.result())
        return entries

    def apply(self, word: str) -> None:
        self.words.append(word)

    def result(self) -> int:
        return len(self.words)

    def lookup(self, query: object) -> object:
        return len(self.words) if query == "count" else self.answer()

    def answer(self) -> object:
        return list(self.words)

    def prepare_snapshot(self) -> Any:
        return json.dumps(self.words).encode()

    def save_snapshot(self, context: bytes, writer: Any, files: Any, stopped: Any) -> None:
        while context:
            context = context[writer.write(context) :]

    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        self.words = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


class Notes(Bare):
    """Have a hash too: this is the first version."""

    def get_hash(self) -> int:
        return sum(map(len, self.words))


class Replaces(Notes):
    """Do the same in another way."""

    def apply(self, word: str) -> None:
        self.words = [*self.words, word]


class Regular(Notes):
    """Be of the regular kind."""

    prepare_snapshot = None  # type: ignore[assignment]  # there is none

    def update(self, entry: Entry) -> Result:  # type: ignore[override]  # other kind
        super().update([entry])
        assert entry.result is not None
        return entry.result

    def save_snapshot(self, writer: Any, files: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        super().save_snapshot(json.dumps(self.words).encode(), writer, files, stopped)


class Blocks(Notes):
    """Be an application of CometBFT, whose indexes have no gaps."""

    def open(self, stopped: Any) -> None:
        pass

    def update(self, entry: Entry) -> Result:  # type: ignore[override]  # other profile
        self.apply(bytes(entry.cmd).decode())
        return Result(self.result())

    def commit(self) -> None:
        pass


class OnDisk(Notes):
    """Be of the on-disk kind."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.file = directory / "words"

    def open(self, stopped: Any) -> int:
        self.words = json.loads(self.file.read_text()) if self.file.exists() else []
        return len(self.words)

    def sync(self) -> None:
        self.file.write_text(json.dumps(self.words))

    def save_snapshot(self, context: bytes, writer: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        super().save_snapshot(context, writer, None, stopped)

    def recover_from_snapshot(self, reader: Any, stopped: Any) -> None:  # type: ignore[override]  # other kind
        super().recover_from_snapshot(reader, None, stopped)


class Closed(OnDisk):
    """Cannot be opened."""

    def open(self, stopped: Any) -> int:
        raise OSError("no medium")


class Miscounts(Notes):
    """Result in something else at the third command."""

    def result(self) -> int:
        return len(self.words) + (len(self.words) == 3)


class Forgets(Notes):
    """Have another state, which no result tells."""

    def answer(self) -> object:
        return self.words[:2]


class OtherHash(Notes):
    """Have another hash from the second command on."""

    def get_hash(self) -> int:
        return super().get_hash() + (len(self.words) > 1)


class Refuses(Notes):
    """Raise on one command, and apply nothing of it."""

    def apply(self, word: str) -> None:
        if word == "cc":
            raise ValueError(f"not {word}")
        super().apply(word)


class RefusesToSay(Notes):
    """Raise out of lookup."""

    def answer(self) -> object:
        if len(self.words) > 2:
            raise LookupError(len(self.words))
        return super().answer()


class LosesLast(Notes):
    """Recover all but the last word."""

    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        super().recover_from_snapshot(reader, files, stopped)
        del self.words[-1]


class CannotRecover(Notes):
    """Raise out of recover."""

    def recover_from_snapshot(self, reader: Any, files: Any, stopped: Any) -> None:
        raise EOFError


class Aborts(Notes):
    """Give no image, as a machine may."""

    def save_snapshot(self, context: bytes, writer: Any, files: Any, stopped: Any) -> None:
        raise SnapshotAborted


class HashSeed(Notes):
    """Answer in the order of a set."""

    def answer(self) -> object:
        return "".join({"one", "two", "three", "four", "five", "six", *self.words})


class Waits(Notes):
    """Wait for itself."""

    def apply(self, word: str) -> None:
        lock = threading.Lock()
        with lock, lock:
            super().apply(word)


class Ends(Notes):
    """End the process, but not the one that a check runs in."""

    def apply(self, word: str) -> None:
        if time.time() > 1_850_000_000:
            os._exit(3)
        super().apply(word)


class Thirds(Notes):
    """Answer with floats."""

    def answer(self) -> object:
        return [len(word) / 3 for word in self.words]


class Shares(Notes):
    """Answer with the same floats, by another way of reckoning."""

    def answer(self) -> object:
        return [1 - (3 - len(word)) / 3 for word in self.words]


class Hostile:
    """A value that fights whoever looks at it."""

    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]  # nor can it be hashed

    def __init__(self, words: list[str]) -> None:
        self.words, self.me = [*words, "\ud800", "\x1b[2J"], self


class AnswersHostile(Notes):
    """Answer with such a value."""

    def answer(self) -> object:
        return Hostile(self.words)


class AnswersLong(Notes):
    """Answer with a text of 5,000 characters and more."""

    def answer(self) -> object:
        return "x" * 5_000 + "".join(self.words)


class Floats(Notes):
    """Give results that hold floats."""

    def result(self) -> Any:
        return float(len(self.words))


class Unwrapped(Notes):
    """Give results that are none, or nothing at all."""

    def __init__(self, result: Any = None, returned: Any = True) -> None:
        super().__init__()
        self.given, self.returned = result, returned

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        super().update(entries)
        for entry in entries:
            entry.result = self.given
        return entries if self.returned else self.returned


class Spins(Notes):
    """Compute without end at one word."""

    def apply(self, word: str) -> None:
        while word == "cc":
            pass
        super().apply(word)


class SpinsWhenAsked(Notes):
    """Compute without end when asked."""

    def answer(self) -> object:
        while True:
            pass


def subject(machine: Callable[..., Any], **more: Any) -> Subject:
    """Return the subject of one version."""
    words = st.sampled_from([b"a", b"bb", b"cc"])
    kept: dict[str, Any] = {"queries": st.sampled_from(["words", "count"]), "name": "Notes"}
    return Subject(machine=machine, commands=words, **(kept | more))


def observe_words(machine: Any) -> object:
    """Return the words of a machine."""
    return list(machine.words)


notes = subject(Notes)
replaces = subject(Replaces)
regular = subject(Regular, kind="regular")
blocks = subject(Blocks, profile="cometbft")
on_disk = subject(OnDisk)
closed = subject(Closed)
miscounts = subject(Miscounts)
forgets = subject(Forgets)
other_hash = subject(OtherHash)
no_hash = subject(Bare)
refuses = subject(Refuses)
refuses_to_say = subject(RefusesToSay)
loses_last = subject(LosesLast)
cannot_recover = subject(CannotRecover)
aborts = subject(Aborts)
hash_seed = subject(HashSeed)
waits = subject(Waits)
spins = subject(Spins)
spins_when_asked = subject(SpinsWhenAsked)
floats = subject(Floats)
plain_numbers = subject(lambda: Unwrapped(1))
silent = subject(Unwrapped)
returns_none = subject(lambda: Unwrapped(Result(1), returned=None))
ends = subject(Ends)
thirds = subject(Thirds)
shares = subject(Shares)
hostile = subject(AnswersHostile)
long_answers = subject(AnswersLong)
blind = subject(Bare, queries=None, without={"lookups"})
without_lookups = subject(Notes, queries=None, without={"lookups"})
without_snapshots = subject(Notes, without={"snapshots"})
observed = subject(Notes, observe=observe_words)
observed_otherwise = subject(Forgets, observe=Forgets.answer)
probed = subject(Notes, probes=["count", "words"])
renamed = subject(Notes, name="Other")
