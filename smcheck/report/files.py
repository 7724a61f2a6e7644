"""Files that reports and witnesses go to: tried out before the work, written whole or not at all.

Knows paths only, not what is in the files.
"""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from smcheck.errors import UsageError

DEFAULT_WITNESS_DIR = Path(".smcheck/witnesses")


def require_writable(path: Path, option: str) -> None:
    """Make sure that ``write_whole(path, ...)`` can work, leaving nothing behind.

    Raises:
        UsageError: It cannot; the message names ``option``.
    """
    try:
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder")
        if _is_special(path):
            with path.open("ab"):
                return
        with tempfile.NamedTemporaryFile(dir=_real(path).parent, prefix=".smcheck-"):
            pass
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{option}: expected a file that can be written, got {os.fspath(path)!r}: "
            f"{_why(error)}; name a file in a folder that exists and is writable"
        ) from error


def require_free(path: Path, option: str, *, force: bool) -> None:
    """Refuse to write over what is there, unless that is asked for and it is a file.

    Raises:
        UsageError: Something is there; the message names ``option``.
    """
    if os.path.lexists(path) and not (force and path.is_file()):
        raise UsageError(
            f"{option}: expected a file that does not exist, got {os.fspath(path)!r}, which does: "
            + ("name another one, or say --force" if path.is_file() else "name a file")
        )


def write_whole(path: Path, data: bytes, *, option: str) -> None:
    """Write ``data`` so that the file is never seen half written.

    Raises:
        UsageError: The disk or the folder refuses.
    """
    try:
        if _is_special(path):
            path.write_bytes(data)
            return
        _replace(_real(path), data)
    except OSError as error:
        raise UsageError(
            f"{option}: expected to write {os.fspath(path)!r}, could not: {_why(error)}; "
            "nothing was written"
        ) from error


def require_folder(path: Path, option: str) -> None:
    """Make sure that ``path`` is a folder for new files, or can be made; leave nothing behind.

    Raises:
        UsageError: It is not and cannot; the message names ``option``.
    """
    try:
        there = next(one for one in (path, *path.absolute().parents) if one.exists())
        with tempfile.TemporaryDirectory(dir=there, prefix=".smcheck-"):
            pass
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{option}: expected a folder that can be written to, got {os.fspath(path)!r}: "
            f"{_why(error)}; name another one"
        ) from error


def make_folder(path: Path, option: str) -> None:
    """Make a folder for new files where it is not there yet.

    Raises:
        UsageError: It is none and cannot be made; the message names ``option``.
    """
    require_folder(path, option)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"{option}: expected a folder, got {str(path)!r}: {error.strerror}; name another one"
        ) from error


def _replace(path: Path, data: bytes) -> None:
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".smcheck-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, mode)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _is_special(path: Path) -> bool:
    """Tell a device or a pipe: those are written to, never replaced."""
    return path.exists() and not path.is_file()


def _real(path: Path) -> Path:
    """Follow links, so that a link goes on pointing to the file."""
    return Path(os.path.realpath(path))


def _why(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
