"""What an example of a clause is. The examples themselves are data, in `examples/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent

HELPERS = {
    "decode": "turns bytes back into what was encoded, and raises where some are missing",
    "encode": "turns plain data into bytes, equal data into equal bytes",
    "parse": "takes a command apart",
    "read_all": "reads on until the image ends, as in REC-6",
    "read_items": "gives the pairs of an image one by one, and raises where it is cut",
    "read_records": "gives the records of a log file one by one",
    "replace_file": "writes a new file, makes it durable and renames it over the old one",
    "write_all": "writes on until everything was taken, as in SAV-10",
}
"""Functions that examples call and do not show, with what they do."""


@dataclass(frozen=True, slots=True)
class Example:
    """The same few lines of a machine twice; they differ in one clause only.

    Attributes:
        broken: Breaks the clause, or counts on what the host does not promise.
        mended: Keeps it.
    """

    broken: str
    mended: str

    @property
    def helpers(self) -> tuple[str, ...]:
        """Those of ``HELPERS`` that it calls, in alphabetical order."""
        called = set(re.findall(r"\b[a-z_]+(?=\()", f"{self.broken}\n{self.mended}"))
        return tuple(sorted(called & HELPERS.keys()))


def example(*, broken: str, mended: str) -> Example:
    """Write one example down, indented as it comes."""
    return Example(dedent(broken).strip("\n"), dedent(mended).strip("\n"))
