"""The labels of an item are joined in the order of a set."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Labels:
    """Put labels on items and print them."""

    def __init__(self) -> None:
        self.labels: dict[str, list[str]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["label", item, *labels]:
                self.labels[item] = sorted({*self.labels.get(item, ()), *labels})
                return Result(len(self.labels[item]), self._print(item).encode())
            case ["clear", item]:
                return Result(len(self.labels.pop(item, ())))
        return Result(0)

    def _print(self, item: str) -> str:
        unique = frozenset(self.labels[item])
        return "/".join(unique)

    def lookup(self, query: object) -> object:
        match query:
            case ["labels", str(item)]:
                return sorted(self.labels.get(item, ()))
        return len(self.labels)

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.labels).encode()
        while image:
            taken = writer.write(image[:4096])
            image = image[taken:]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.labels = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


ITEMS = st.sampled_from(("cup", "hat"))
LABELS = st.lists(st.sampled_from(("blue", "old", "red", "small", "torn")), min_size=2, unique=True)

subject = Subject(
    machine=Labels,
    commands=st.builds(lambda item, labels: " ".join(["label", item, *labels]), ITEMS, LABELS).map(
        str.encode
    )
    | ITEMS.map(lambda item: f"clear {item}".encode()),
    queries=st.tuples(st.just("labels"), ITEMS) | st.just(("count",)),
)

EXPECT = {
    "circumstance": "hash seed",
    "line_of": 'return "/".join(unique)',
    "or_line_of": ("unique = frozenset(self.labels[item])",),
}
