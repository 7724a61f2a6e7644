"""The first byte of a command says what to do, and an empty command has none: UPD-9."""

from __future__ import annotations

from hypothesis import strategies as st

from smcheck import Entry, Reader, Result, Subject, Writer


class Lamps:
    """Switch eight lamps on and off; what is no command of its own is a refused one."""

    def __init__(self) -> None:
        self.lit = 0

    def update(self, entry: Entry) -> Result:
        verb, lamps = entry.cmd[0], entry.cmd[1:2]
        match verb:
            case 1 if lamps:
                self.lit |= lamps[0]
            case 2 if lamps:
                self.lit &= ~lamps[0]
            case _:
                return Result(self.lit, b"refused")
        return Result(self.lit)

    def lookup(self, query: object) -> object:
        return self.lit

    def save_snapshot(self, writer: Writer, files: object, stopped: object) -> None:
        image = bytes([self.lit])
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader: Reader, files: object, stopped: object) -> None:
        [self.lit] = b"".join(iter(reader.read, b""))

    def close(self) -> None:
        pass


subject = Subject(
    machine=Lamps,
    commands=st.builds(lambda verb, lamps: bytes([verb, lamps]), st.sampled_from([1, 2]),
                       st.sampled_from([1, 2, 4, 128])),
    queries=st.just("lit"),
    any_bytes=True,
)  # fmt: skip

EXPECT = {"clauses": {"UPD-9"}, "line_of": "verb, lamps = entry.cmd[0], entry.cmd[1:2]"}
