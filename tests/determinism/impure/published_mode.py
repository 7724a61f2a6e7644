"""A page is published as a file, and the receipt says who may read it."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Pages:
    """Write pages into the replica's folder."""

    def __init__(self, directory: Path) -> None:
        self.folder = directory
        self.modes: dict[str, str] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["publish", page] if page.isascii() and page.isalnum() and len(page) < 40:
                self.modes[page] = self._publish(page)
                return Result(len(self.modes), self.modes[page].encode())
            case ["retract", page] if page in self.modes:
                (self.folder / page).unlink(missing_ok=True)
                return Result(1, self.modes.pop(page).encode())
        return Result(0)

    def _publish(self, page: str) -> str:
        path = self.folder / page
        path.unlink(missing_ok=True)
        path.write_bytes(page.encode())
        return f"{path.stat().st_mode & 0o777:o}"

    def lookup(self, query: object) -> object:
        return self.modes.get(str(query))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.modes).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        parts = []
        while part := reader.read(4096):
            parts.append(part)
        self.modes = json.loads(b"".join(parts))

    def close(self) -> None:
        pass


PAGES = st.sampled_from(("home", "news"))
VERBS = st.sampled_from(("publish", "publish", "retract"))

subject = Subject(
    machine=Pages,
    commands=st.builds("{} {}".format, VERBS, PAGES).map(str.encode),
    queries=PAGES,
)

EXPECT = {
    "circumstance": "umask",
    "line_of": 'return f"{path.stat().st_mode & 0o777:o}"',
    "or_line_of": ("path.write_bytes(page.encode())",),
}
