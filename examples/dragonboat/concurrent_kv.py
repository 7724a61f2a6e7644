"""Rebuild Dragonboat's ConcurrentKVTest: a store that is right for keys that are text.

The lesson: a subject's commands are its grammar. The image holds keys as JSON text, so it keeps
every key that is UTF-8 and no other. Both subjects are of the same machine.

    smcheck check examples/dragonboat/concurrent_kv.py:text_keys    held
    smcheck check examples/dragonboat/concurrent_kv.py:any_keys     one violation, SAV-4
"""

import json
from collections.abc import Sequence

from hypothesis import strategies as st

import smcheck
from smcheck import Entry, Reader, Result, SnapshotFile, SnapshotFiles, StopSignal, Writer


class ConcurrentKV:
    """Put values under keys. A command is the key, an equals sign, and the value."""

    def __init__(self) -> None:
        self._values: dict[bytes, str] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            key, _, value = entry.cmd.partition(b"=")
            self._values = {**self._values, key: value.decode()}
            entry.result = Result(len(entry.cmd))
        return entries

    def lookup(self, query: bytes) -> object:
        return self._values.get(query)

    def prepare_snapshot(self) -> object:
        return self._values  # never changed, only replaced

    def save_snapshot(
        self, context: dict[bytes, str], writer: Writer, files: SnapshotFiles, stopped: StopSignal
    ) -> None:
        # defect: what is no UTF-8 becomes a replacement character, and keys may even meet (SAV-4)
        text = {key.decode("utf-8", "replace"): value for key, value in context.items()}
        image = json.dumps(text).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: StopSignal
    ) -> None:
        text = json.loads(b"".join(iter(reader.read, b"")))
        self._values = {key.encode(): value for key, value in text.items()}

    def get_hash(self) -> int:
        return sum(len(key) + len(value) for key, value in self._values.items())

    def close(self) -> None:
        pass


class Model:
    """Say what the store should do: keep what was put last."""

    def __init__(self) -> None:
        self.values: dict[bytes, str] = {}

    def apply(self, cmd: bytes) -> int:
        key, _, value = cmd.partition(b"=")
        self.values[key] = value.decode()
        return len(cmd)

    def query(self, query: bytes) -> str | None:
        return self.values.get(query)


def puts(keys: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return commands that put a short value under one of the keys."""
    return st.tuples(keys, st.sampled_from([b"1", b"2", b"3"])).map(b"=".join)


texts = st.sampled_from(["tea", "thé", "茶"]).map(str.encode)
anything = texts | st.sampled_from([b"\xff", b"\xfe"])

text_keys = smcheck.Subject(
    machine=ConcurrentKV,
    commands=puts(texts),
    queries=texts,
    model=Model,
    name="ConcurrentKV, text",
)

any_keys = smcheck.Subject(
    machine=ConcurrentKV,
    commands=puts(anything),
    queries=anything,
    model=Model,
    name="ConcurrentKV, any",
)
