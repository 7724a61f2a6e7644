"""A deadline that is given without a zone is turned into seconds by the local one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Deadlines:
    """Keep the deadlines of jobs, in seconds."""

    def __init__(self) -> None:
        self.due: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            entry.result = self._apply(entry.cmd.decode(errors="replace").split())
        return entries

    def _apply(self, words: list[str]) -> Result:
        match words:
            case ["due", job, text]:
                try:
                    moment = datetime.strptime(text, "%Y-%m-%dT%H:%M")
                except ValueError:
                    return Result(0, b"no date")
                self.due = {**self.due, job: self._seconds(moment)}
                return Result(self.due[job])
        return Result(0)

    def _seconds(self, moment: datetime) -> int:
        return max(0, int(moment.timestamp()))

    def lookup(self, query: object) -> object:
        return self.due.get(str(query))

    def prepare_snapshot(self) -> object:
        return self.due

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.due = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


JOBS = st.sampled_from(("report", "backup"))
DATES = st.sampled_from(("2024-02-29T12:00", "2024-07-01T00:30", "2025-01-01T23:59"))

subject = Subject(
    machine=Deadlines,
    commands=st.builds("due {} {}".format, JOBS, DATES).map(str.encode),
    queries=JOBS,
)

EXPECT = {
    "circumstance": "time zone",
    "line_of": "return max(0, int(moment.timestamp()))",
}
