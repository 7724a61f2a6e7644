"""The clock is read around every command, for a mean that only the log file gets."""

from __future__ import annotations

import json
import logging
import time
from datetime import UTC, datetime

from smcheck import Entry, Reader, Result, Subject, Writer
from smcheck.strategies import counter

log = logging.getLogger("timed_metric")


class Counter:
    """Count, and watch how long that takes."""

    def __init__(self) -> None:
        self.value = 0
        self.longest_s = 0.0

    def update(self, entry: Entry) -> Result:
        began_s = time.monotonic()
        try:
            return self._apply(entry.cmd.decode(errors="replace").split())
        finally:
            self.longest_s = max(self.longest_s, time.monotonic() - began_s)
            log.debug("longest so far: %.6f s, at %s", self.longest_s, datetime.now(UTC))

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["add", step] if step.isdecimal():
                self.value += int(step)
            case ["sub", step] if step.isdecimal() and int(step) <= self.value:
                self.value -= int(step)
            case ["reset"]:
                self.value = 0
            case _:
                return Result(self.value, b"no")
        return Result(self.value)

    def lookup(self, query: object) -> object:
        return self.value

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps({"value": self.value}).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        image = bytearray()
        while part := reader.read():
            image += part
        saved = json.loads(image)
        self.value = saved["value"]

    def close(self) -> None:
        pass


subject = Subject(
    machine=Counter, commands=counter.commands(), queries=counter.queries(verbs=("value",))
)

PURE = "what the clock says goes into a metric that no result, answer or image shows"
