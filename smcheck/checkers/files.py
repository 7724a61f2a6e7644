"""Judge the external files of an image by how they looked at three moments. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smcheck.finding import Breach, Location

CHECK = "files"


@dataclass(frozen=True, slots=True)
class Look:
    """How a path looked at one moment.

    Attributes:
        what: ``"file"``, ``"empty file"``, ``"folder"``, ``"nothing"`` or ``"special file"``.
        digest: Of its bytes, for a file that has some.
        identity: Device and number, by which a file is known under another name.
    """

    what: str
    digest: str = ""
    identity: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Added:
    """One file that save added.

    Attributes:
        path: Its last part: folders differ from run to run.
        line: Of the machine, at which it was added.
        at_add: How it looked then.
        at_return: How it looked when save had returned.
    """

    file_id: int
    path: str
    line: Location
    at_add: Look
    at_return: Look


def check_added(files: Sequence[Added]) -> Breach | None:
    """Judge the files of one image when its save has returned."""
    ids: set[int] = set()
    for file in files:
        if file.file_id in ids:
            return _breach(
                "two external files of an image have one id", file,
                f"an id of its own, got {file.file_id} a second time",
            )  # fmt: skip
        ids.add(file.file_id)
        if file.at_return.what != "file":
            return _breach(
                f"an added path is {_some(file.at_return)} when save has returned", file,
                f"a file with something in it, got {_some(file.at_return)}",
            )  # fmt: skip
        if file.at_add.digest != file.at_return.digest:
            return _breach(
                "an external file is added before it is finished", file,
                "a finished file, it changed between add and the return of save",
            )  # fmt: skip
    return None


def check_kept(file: Added, now: Look) -> Breach | None:
    """Judge a linked file later, after further calls: ``now`` is the link's own look."""
    if now.digest == file.at_return.digest:
        return None
    return _breach(
        "an external file of an image changes after its save", file,
        "a finished file, its bytes changed in later calls: the host links the file and copies "
        "nothing; write a new one and rename it",
    )  # fmt: skip


def _some(look: Look) -> str:
    if look.what == "nothing":
        return "nothing"
    return f"{'an' if look.what[0] in 'aeiou' else 'a'} {look.what}"


def _breach(title: str, file: Added, message: str) -> Breach:
    return Breach(
        "FIL-1", CHECK, title, f"files.add({file.file_id}, {file.path!r}): expected {message}",
        method="save_snapshot", locations=(file.line,),
    )  # fmt: skip
