"""The first right that a role lacks is the first of a set of enum members."""

from __future__ import annotations

import json
from enum import Enum

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Right(Enum):
    """What somebody may do."""

    READ = 1
    WRITE = 2
    SHARE = 3
    DELETE = 4
    AUDIT = 5


class Roles:
    """Grant rights to roles and say what is asked for next."""

    def __init__(self) -> None:
        self.roles: dict[str, list[str]] = {}

    def update(self, entry: Entry) -> Result:
        match entry.cmd.decode(errors="replace").split():
            case ["grant", role, right] if right in Right.__members__:
                held = self.roles.setdefault(role, [])
                if right not in held:
                    held.append(right)
                return Result(len(held), self._next(held).encode())
        return Result(0)

    def _next(self, held: list[str]) -> str:
        missing = {right for right in Right if right.name not in held}
        return next((right.name for right in missing), "")

    def lookup(self, query: object) -> object:
        match query:
            case ["rights", str(role)]:
                return sorted(self.roles.get(role, []))
        return sum(map(len, self.roles.values()))

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = json.dumps(self.roles).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        self.roles = json.loads(b"".join(iter(reader.read, b"")))

    def close(self) -> None:
        pass


ROLES = st.sampled_from(("guest", "editor"))

subject = Subject(
    machine=Roles,
    commands=st.builds("grant {} {}".format, ROLES, st.sampled_from(list(Right.__members__))).map(
        str.encode
    ),
    queries=st.tuples(st.just("rights"), ROLES) | st.just(("count",)),
)

EXPECT = {
    "circumstance": "hash seed",
    "line_of": 'return next((right.name for right in missing), "")',
    "or_line_of": ("missing = {right for right in Right if right.name not in held}",),
}
