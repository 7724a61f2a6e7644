"""An answer may be an exception object: handed over as a value, nothing was raised."""

from __future__ import annotations

import json
from collections.abc import Sequence

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Codes:
    """Keep the latest code of each job; 0 is success, and failures are told as exceptions."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def update(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        for entry in entries:
            match entry.cmd.decode().split():
                case [job, code]:
                    self.codes[job] = int(code)
            entry.result = Result(len(self.codes))
        return entries

    def lookup(self, query: object) -> object:
        code = self.codes.get(str(query))
        if code is None:
            return KeyError(query)
        return OSError(code, "failed") if code else None

    def prepare_snapshot(self) -> object:
        return dict(self.codes)

    def save_snapshot(
        self, context: object, writer: Writer, files: object, stopped: object
    ) -> None:
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.codes = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


JOBS = ("build", "test")

subject = Subject(
    machine=Codes,
    commands=st.builds("{} {}".format, st.sampled_from(JOBS), st.integers(0, 2)).map(str.encode),
    queries=st.sampled_from(JOBS),
)
