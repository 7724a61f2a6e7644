"""The functions of ``os`` that change files, each with a stand-in that tells of the call.

``shutil``, ``pathlib`` and ``tempfile`` are made of these and of ``open``. Not told of: ``close``
and ``lseek``, which change no file (a descriptor is looked up at each call instead), and what
changes only who may do what (``chmod``, ``utime``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from smcheck.runtime.clock import as_builtin
from smcheck.runtime.file_calls import (
    LIMIT_COPIED,
    RECORDING,
    Change,
    FileCall,
    Identity,
    Plan,
    Recorder,
    as_planned,
    plan_open,
    plan_truncate,
    plan_write,
)

Planner = Callable[..., Plan | None]


def _open(
    recorder: Recorder, path: Any, flags: int, mode: int = 0, *, dir_fd: int | None = None
) -> Plan | None:
    return plan_open(recorder, "os.open", path, flags=flags, dir_fd=dir_fd)


def _write(recorder: Recorder, fd: int, data: Any, /) -> Plan | None:
    return plan_write(recorder, "os.write", fd, data)


def _writev(recorder: Recorder, fd: int, buffers: Sequence[Any], /) -> Plan | None:
    return plan_write(recorder, "os.writev", fd, _joined(buffers))


def _pwrite(recorder: Recorder, fd: int, data: Any, offset: int, /) -> Plan | None:
    return plan_write(recorder, "os.pwrite", fd, data, offset=offset)


def _pwritev(
    recorder: Recorder, fd: int, buffers: Sequence[Any], offset: int, flags: int = 0, /
) -> Plan | None:
    planned = plan_write(recorder, "os.pwritev", fd, _joined(buffers), offset=offset)
    if planned is None or not flags & (os.RWF_DSYNC | os.RWF_SYNC):
        return planned
    return replace(planned[0], is_durable=True), planned[1]


def _joined(buffers: Sequence[Any]) -> bytes:
    return b"".join(map(bytes, buffers))


def _sendfile(
    recorder: Recorder, out_fd: int, in_fd: int, offset: int | None, count: int
) -> Plan | None:
    return _copy(recorder, "os.sendfile", in_fd, out_fd, count=count, offset_in=offset)


def _copy_file_range(
    recorder: Recorder, src: int, dst: int, count: int,
    offset_src: int | None = None, offset_dst: int | None = None,
) -> Plan | None:  # fmt: skip
    name = "os.copy_file_range"
    return _copy(recorder, name, src, dst, count=count, offset_in=offset_src, offset_out=offset_dst)


def _copy(
    recorder: Recorder, name: str, source: int, target: int, *, count: int,
    offset_in: int | None = None, offset_out: int | None = None,
) -> Plan | None:  # fmt: skip
    if recorder.below_fd(target) is None:
        return None
    if offset_in is None:
        offset_in = os.lseek(source, 0, os.SEEK_CUR)
    data = os.pread(source, min(count, LIMIT_COPIED), offset_in)
    return plan_write(recorder, name, target, data, offset=offset_out)


def _ftruncate(recorder: Recorder, fd: int, length: int, /) -> Plan | None:
    return plan_truncate(recorder, "os.ftruncate", fd, length)


def _truncate(recorder: Recorder, path: Any, length: int) -> Plan | None:
    if isinstance(path, int):
        return plan_truncate(recorder, "os.truncate", path, length)
    below = recorder.below(path)
    if below is None:
        return None
    status = os.stat(path)
    file = (status.st_dev, status.st_ino)
    return FileCall("os.truncate", Change.TRUNCATE, below, file, size=length), as_planned


def _fallocate(recorder: Recorder, fd: int, offset: int, length: int, /) -> Plan | None:
    size = max(os.fstat(fd).st_size, offset + length)
    return plan_truncate(recorder, "os.posix_fallocate", fd, size)


def _syncing(name: str) -> Planner:
    def plan(recorder: Recorder, fd: Any) -> Plan | None:
        number = fd if isinstance(fd, int) else fd.fileno()
        path, status = recorder.below_fd(number), os.fstat(number)
        if path is None:
            return None
        file = (status.st_dev, status.st_ino)
        return FileCall(name, Change.SYNC, path, file, fd=number), as_planned

    return plan


def _sync(recorder: Recorder) -> Plan | None:
    return FileCall("os.sync", Change.SYNC), as_planned


def _renaming(name: str) -> Planner:
    def plan(
        recorder: Recorder, src: Any, dst: Any, *,
        src_dir_fd: int | None = None, dst_dir_fd: int | None = None,
    ) -> Plan | None:  # fmt: skip
        return _moved(recorder, name, Change.RENAME, (src, src_dir_fd), (dst, dst_dir_fd))

    return plan


def _link(
    recorder: Recorder, src: Any, dst: Any, *, src_dir_fd: int | None = None,
    dst_dir_fd: int | None = None, follow_symlinks: bool = True,
) -> Plan | None:  # fmt: skip
    return _moved(recorder, "os.link", Change.LINK, (src, src_dir_fd), (dst, dst_dir_fd))


def _moved(recorder: Recorder, name: str, change: Change, *ends: tuple[Any, Any]) -> Plan | None:
    old, new = (recorder.below(path, dir_fd) for path, dir_fd in ends)
    if old is None and new is None:
        return None
    file = _identity(*ends[0])
    return FileCall(name, change, old or "", file, target=new or ""), as_planned


def _removing(name: str, change: Change) -> Planner:
    def plan(recorder: Recorder, path: Any, *, dir_fd: int | None = None) -> Plan | None:
        below = recorder.below(path, dir_fd)
        if below is None:
            return None
        return FileCall(name, change, below, _identity(path, dir_fd)), as_planned

    return plan


def _mkdir(
    recorder: Recorder, path: Any, mode: int = 0, *, dir_fd: int | None = None
) -> Plan | None:
    return _made("os.mkdir", Change.FOLDER, recorder.below(path, dir_fd))


def _symlink(
    recorder: Recorder, src: Any, dst: Any, target_is_directory: bool = False, *,
    dir_fd: int | None = None,
) -> Plan | None:  # fmt: skip
    return _made("os.symlink", Change.CREATE, recorder.below(dst, dir_fd))


def _made(name: str, change: Change, path: str | None) -> Plan | None:
    return None if path is None else (FileCall(name, change, path), as_planned)


def _identity(path: Any, dir_fd: int | None) -> Identity:
    status = os.lstat(path, dir_fd=dir_fd)
    return status.st_dev, status.st_ino


_PLANNERS: dict[str, Planner] = {
    "open": _open, "write": _write, "writev": _writev, "pwrite": _pwrite, "pwritev": _pwritev,
    "sendfile": _sendfile, "copy_file_range": _copy_file_range,
    "ftruncate": _ftruncate, "truncate": _truncate, "posix_fallocate": _fallocate,
    "fsync": _syncing("os.fsync"), "fdatasync": _syncing("os.fdatasync"), "sync": _sync,
    "rename": _renaming("os.rename"), "replace": _renaming("os.replace"),
    "link": _link, "symlink": _symlink, "mkdir": _mkdir,
    "unlink": _removing("os.unlink", Change.UNLINK),
    "remove": _removing("os.remove", Change.UNLINK),
    "rmdir": _removing("os.rmdir", Change.FOLDER),
}  # fmt: skip
ORIGINALS: dict[str, Any] = {name: getattr(os, name) for name in _PLANNERS if hasattr(os, name)}
"""The real functions, by name."""


def _telling(original: Callable[..., Any], planner: Planner) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        recorder = RECORDING.recorder
        if recorder is None:
            return original(*args, **kwargs)
        planned = recorder.plan(planner, *args, **kwargs)
        returned = original(*args, **kwargs)
        if planned is not None:
            recorder.finish(planned, returned)
        return returned

    return as_builtin(call, original)


FILE_FUNCTIONS: dict[str, Any] = {
    name: _telling(original, _PLANNERS[name]) for name, original in ORIGINALS.items()
}
"""What stands for the functions of ``os`` that change files, by name."""

# Whoever asks whether a function takes descriptors asks about the one that it found.
for _capable in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
    _capable.update(FILE_FUNCTIONS[n] for n, old in ORIGINALS.items() if old in _capable)
