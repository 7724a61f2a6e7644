"""Have a child look at a class, and outlive whatever importing it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import trio

from smcheck.cli.children import environment, kill_group
from smcheck.cli.first_test.child import Looked
from smcheck.errors import InternalError, UsageError

CHILD = "smcheck.cli.first_test.child"
LIMIT_S = 30.0


def ask_child(target: str, beside: Path) -> Looked:
    """Return what a child sees in the class that ``target`` names.

    Raises:
        UsageError: The target is wrong, or importing it ends the process or never ends.
        InternalError: smcheck failed; the message is the traceback.
    """
    looked = trio.run(_ask, target, beside)
    if looked.usage:
        raise UsageError(looked.usage)
    if looked.broken:
        raise InternalError(looked.broken)
    return looked


async def _ask(target: str, beside: Path) -> Looked:
    read, write = os.pipe()
    command = [sys.executable, "-P", "-m", CHILD, target, str(beside.absolute()), str(write)]
    try:
        process = await trio.lowlevel.open_process(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, pass_fds=(write,), start_new_session=True,
            env=environment({}),
        )  # fmt: skip
    finally:
        os.close(write)
    data = b""
    try:
        with trio.move_on_after(LIMIT_S) as scope:
            async with trio.lowlevel.FdStream(read) as stream:
                async for chunk in stream:
                    data += chunk
            await process.wait()
    finally:
        kill_group(process.pid)
        with trio.CancelScope(shield=True):
            await process.wait()
    return _read(data, target, process.returncode, is_late=scope.cancelled_caught)


def _read(data: bytes, target: str, returncode: int | None, *, is_late: bool) -> Looked:
    try:
        return msgspec.json.decode(data, type=Looked)
    except msgspec.DecodeError:
        how = f"took longer than {LIMIT_S:.0f} s" if is_late else _ended(returncode)
        raise UsageError(
            f"target {target!r}: expected a module that can be imported, but importing it {how}: "
            "mend the module first"
        ) from None


def _ended(returncode: int | None) -> str:
    if returncode is not None and returncode < 0:
        return f"killed the process with {signal.Signals(-returncode).name}"
    return f"ended the process with exit status {returncode}"
