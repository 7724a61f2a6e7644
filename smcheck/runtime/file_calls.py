"""Tell somebody of each file call below one folder, before it happens and after it returned.

What a call is and who is told. The functions that are told of are in ``file_functions``, the
files that ``open`` gives in ``file_objects``; both stand in for the real ones by way of
``stand_ins``, and do what the real ones do while nobody records. Knows nothing of crashes.
"""

from __future__ import annotations

import enum
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

Identity = tuple[int, int]
"""Device and inode: which file it is, whatever it is called."""

LIMIT_COPIED = 1 << 24
"""Bytes of one copy inside the kernel that are told; shutil asks for more than there are."""


class Change(enum.Enum):
    """What a file call does."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    CREATE = "create"
    RENAME = "rename"
    LINK = "link"
    UNLINK = "unlink"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class FileCall:
    """One call that changes something below the folder, or makes it durable.

    Attributes:
        name: What people call it, ``os.replace``; ``write`` for one of a file object.
        change: What it does.
        path: Relative to the folder, with slashes; the old name of a rename. Empty where that
            is not below the folder, and for ``os.sync``.
        file: Which file it is; ``None`` before it is created, and for ``os.sync``.
        target: New name of a rename or a link; empty where that is not below the folder.
        offset: Where a write begins.
        data: What is written: before the call what shall be, after it what was.
        size: The size after a truncate.
        is_durable: A write that is on the disk once it returned (``O_DSYNC``).
        fd: Descriptor, as long as the call lasts; -1 without one.
    """

    name: str
    change: Change
    path: str = ""
    file: Identity | None = None
    target: str = ""
    offset: int = 0
    data: bytes = b""
    size: int = 0
    is_durable: bool = False
    fd: int = -1


Told = Callable[[FileCall], None]
Done = Callable[[FileCall, Any], FileCall]
Plan = tuple[FileCall, Done]
"""A call that is about to happen, and what makes of it and of its return value what happened."""


def as_planned(call: FileCall, returned: Any) -> FileCall:
    """Return the call: it did what it was asked to."""
    return call


class Recorder:
    """One folder, and who is told of the calls below it.

    Attributes:
        failures: Texts of what went wrong while telling; the machine never notices.
    """

    def __init__(self, folder: Path, before: Told, after: Told) -> None:
        self._given = os.path.abspath(folder)
        self._real = os.path.realpath(folder)
        self._before = before
        self._after = after
        self.failures: list[str] = []

    def plan(self, planner: Callable[..., Plan | None], *args: Any, **kwargs: Any) -> Plan | None:
        """Return what is about to happen, ``None`` if nothing happens below the folder.

        Also where the arguments are wrong: the real function says so better.
        """
        try:
            planned = planner(self, *args, **kwargs)
        except Exception:  # noqa: BLE001 - wrong arguments, vanished files: nothing to tell
            return None
        if planned is not None:
            self._tell(self._before, planned[0])
        return planned

    def finish(self, planned: Plan, returned: Any) -> None:
        """Tell that a call has returned."""
        call, done = planned
        try:
            happened = done(call, returned)
        except Exception as error:  # noqa: BLE001 - the machine never notices
            self.failures.append(f"{call.name}: {error!r}")
        else:
            self._tell(self._after, happened)

    def _tell(self, told: Told, call: FileCall) -> None:
        try:
            told(call)
        except Exception as error:  # noqa: BLE001 - the machine never notices
            self.failures.append(f"{call.name}: {error!r}")

    def below(self, path: Any, dir_fd: int | None = None) -> str | None:
        """Return a path relative to the folder, ``None`` if it is not below it.

        The last part is not followed if it is a symbolic link.
        """
        text = os.fsdecode(path)
        if dir_fd is not None and not os.path.isabs(text):
            text = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), text)
        text = os.path.abspath(text)
        found = _relative(text, self._given, self._real)
        if found is None:
            # Perhaps by way of a symbolic link, or of the current folder's other name.
            parent, name = os.path.split(text)
            found = _relative(os.path.join(os.path.realpath(parent), name), self._real)
        return found

    def below_fd(self, fd: int) -> str | None:
        """Return the path of an open file, ``None`` if it has none below the folder."""
        text = os.readlink(f"/proc/self/fd/{fd}")
        if text.endswith(" (deleted)") and not os.path.lexists(text):
            return None
        return _relative(text, self._real)


def _relative(path: str, *folders: str) -> str | None:
    for folder in folders:
        if path == folder:
            return "."
        if path.startswith(folder + os.sep):
            return path[len(folder) + 1 :]
    return None


class Recording:
    """Who records now: at most one recorder in a process, for the calls of all threads."""

    __slots__ = ("recorder",)

    def __init__(self) -> None:
        self.recorder: Recorder | None = None

    def forget(self) -> None:
        """Record nothing any more."""
        self.recorder = None


RECORDING = Recording()
# A child works on copies of what its parent noted: nobody would ever look at them.
os.register_at_fork(after_in_child=RECORDING.forget)


@contextmanager
def recording(folder: Path, *, before: Told, after: Told) -> Iterator[Recorder]:
    """Tell of each call below ``folder`` that is made inside the block, by whatever thread.

    Only calls through stand-ins are seen, so patches have to be installed. A recording inside
    another takes its place for the while. A call that raises is told of before only.

    Args:
        folder: Need not exist yet.
        before: Called on the thread of the call; what it raises is noted and goes no further.
        after: Called when the call has returned, before its caller goes on.
    """
    recorder, outer = Recorder(folder, before, after), RECORDING.recorder
    RECORDING.recorder = recorder
    try:
        yield recorder
    finally:
        RECORDING.recorder = outer


# Plans of calls that have a descriptor: used by functions and by file objects alike.


def plan_write(
    recorder: Recorder, name: str, fd: int, data: Any, *, offset: int | None = None
) -> Plan | None:
    """Plan a write, at the position of the descriptor unless ``offset`` is given."""
    path = recorder.below_fd(fd)
    if path is None:
        return None
    data = data if type(data) is bytes else bytes(data)
    status, flags = os.fstat(fd), fcntl.fcntl(fd, fcntl.F_GETFL)
    if not data or not stat.S_ISREG(status.st_mode):
        return None
    is_positioned = offset is not None
    if flags & os.O_APPEND:
        offset = status.st_size
    elif offset is None:
        offset = os.lseek(fd, 0, os.SEEK_CUR)
    call = FileCall(
        name, Change.WRITE, path, (status.st_dev, status.st_ino), offset=offset, data=data,
        is_durable=bool(flags & (os.O_DSYNC | os.O_SYNC)), fd=fd,
    )  # fmt: skip
    return call, _written if is_positioned else _written_at_position


def _written(call: FileCall, returned: int | None) -> FileCall:
    count = returned or 0
    return call if count == len(call.data) else replace(call, data=call.data[:count])


def _written_at_position(call: FileCall, returned: int | None) -> FileCall:
    call = _written(call, returned)
    # Another writer may have moved the end of a file that is appended to.
    offset = os.lseek(call.fd, 0, os.SEEK_CUR) - len(call.data)
    return call if offset == call.offset else replace(call, offset=offset)


def plan_truncate(recorder: Recorder, name: str, fd: int, size: int | None) -> Plan | None:
    """Plan a truncate, at the position of the descriptor for ``None``."""
    path = recorder.below_fd(fd)
    if path is None:
        return None
    status = os.fstat(fd)
    if size is None:
        size = os.lseek(fd, 0, os.SEEK_CUR)
    file = (status.st_dev, status.st_ino)
    return FileCall(name, Change.TRUNCATE, path, file, size=size, fd=fd), as_planned


def plan_open(
    recorder: Recorder, name: str, path: Any, *, flags: int, dir_fd: int | None = None
) -> Plan | None:
    """Plan an open; it changes something only if it creates a file or truncates one."""
    if not flags & (os.O_CREAT | os.O_TRUNC) or flags & os.O_TMPFILE == os.O_TMPFILE:
        return None
    below = recorder.below(path, dir_fd)
    if below is None:
        return None
    try:
        status = os.stat(path, dir_fd=dir_fd)
    except FileNotFoundError:
        return FileCall(name, Change.CREATE, below), _opened
    if not flags & os.O_TRUNC or flags & os.O_EXCL or not stat.S_ISREG(status.st_mode):
        return None
    file = (status.st_dev, status.st_ino)
    return FileCall(name, Change.TRUNCATE, below, file), _opened


def _opened(call: FileCall, fd: int) -> FileCall:
    status = os.fstat(fd)
    return replace(call, file=(status.st_dev, status.st_ino), fd=fd)
