"""How many changes wait for a snapshot is part of what the machine answers."""

from __future__ import annotations

import json

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter


class Counter:
    """Count, and tell how much happened since the state was last saved."""

    def __init__(self) -> None:
        self.value = 0
        self.unsaved = 0

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["add", step] if step.isdecimal():
                self.value += int(step)
            case ["sub", step] if step.isdecimal():
                self.value = max(0, self.value - int(step))
            case ["reset"]:
                self.value = 0
            case _:
                return Result(0)
        self.unsaved += 1
        return Result(self.value, b"%d unsaved" % self.unsaved)

    def lookup(self, query: object) -> object:
        match query:
            case ["value"]:
                return self.value
        return self.unsaved

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        self.unsaved = 0
        image = json.dumps({"value": self.value, "unsaved": self.unsaved}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        saved = json.loads(b"".join(iter(reader.read, b"")))
        self.value, self.unsaved = saved["value"], saved["unsaved"]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Counter,
    commands=counter.commands(),
    queries=counter.queries(verbs=("value", "changes")),
    probes=[("changes",)],
)

EXPECT = {
    "circumstance": "snapshots in between",
    "line_of": "self.unsaved = 0\n        image",
}
