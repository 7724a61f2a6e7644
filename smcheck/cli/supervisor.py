"""Run one child and never be taken down, held up or kept waiting by it.

Knows processes, descriptors and deadlines; what the messages mean is the listener's business.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from math import inf
from pathlib import Path
from types import MappingProxyType

import msgspec
import trio

from smcheck.cli.children import environment, kill_group, kill_marked
from smcheck.cli.messages import Message, Request, Resolved, Stopped, from_line
from smcheck.host.board import Board
from smcheck.host.folders import SCRATCH, scratch_place

CHILD = "smcheck.cli.child"
"""Module that the child runs."""


def _fair_memory_bytes() -> int:
    """Return what a child may take: 4 GiB, but never so much that the system is in danger."""
    physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return min(4 << 30, physical * 3 // 4)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take before it is ended.

    Attributes:
        resolve_s: From the start to the first resolved target, and from one to the next.
        start_s: From the last target resolved to the first call of a machine.
        silent_s: Between two signs of life after that.
        memory_bytes: Resident memory of the child.
        grace_s: From its last message, or a cut stream, to the end of the process.
    """

    resolve_s: float = 30.0
    start_s: float = 15.0
    silent_s: float = 8.0
    memory_bytes: int = field(default_factory=_fair_memory_bytes)
    grace_s: float = 0.5


LIMITS = Limits()
"""What ``converse`` allows."""


class Cause(StrEnum):
    """Why a child is no more."""

    ENDED = "ended"
    SILENT = "silent"
    MEMORY = "memory"


@dataclass(slots=True)
class Ending:
    """How a child ended.

    Attributes:
        returncode: As ``subprocess`` has it; ``None`` when the child did not end by itself.
        operation: The operation in flight at the end, empty without one.
        applied: Entries that had been applied when the latest step of a life began.
        stacks: What faulthandler wrote.
        errors: The last lines of the standard error stream.
        silent_s: For how long there was no sign of life.
    """

    cause: Cause = Cause.ENDED
    returncode: int | None = None
    operation: str = ""
    applied: int = 0
    stacks: str = ""
    errors: str = ""
    silent_s: float = 0.0


@dataclass(slots=True)
class _Child:
    """A running child and what is known of it."""

    process: trio.Process
    board: Board
    stacks: Path
    lines: trio.lowlevel.FdStream
    action: str
    ending: Ending = field(default_factory=Ending)
    errors: deque[bytes] = field(default_factory=lambda: deque(maxlen=16))
    beat_at: float = field(default_factory=trio.current_time)
    beat_count: int = 0
    is_resolved: bool = False
    is_started: bool = False
    is_debugged: bool = False

    def note_message(self, message: Message) -> None:
        self.beat_at = trio.current_time()
        self.is_resolved |= isinstance(message, Resolved) and self.action != "resolve"
        self.is_debugged |= isinstance(message, Stopped)

    def note_board(self) -> None:
        """Take a moved counter as a sign of life, at the moment it is seen."""
        count = self.board.count
        if count != self.beat_count:
            self.beat_count, self.beat_at, self.is_started = count, trio.current_time(), True

    def limit_s(self, limits: Limits) -> float:
        if self.is_debugged:
            return inf
        if not self.is_resolved:
            return limits.resolve_s
        return limits.silent_s if self.is_started else limits.start_s


def converse(
    request: Request, hear: Callable[[Message], None], *, hash_seed: str = "0"
) -> Ending | None:
    """Run a child as ``supervise`` does; ``None`` when SIGINT or SIGTERM ended it."""
    return trio.run(partial(_converse, request, hear, hash_seed))


async def _converse(
    request: Request, hear: Callable[[Message], None], hash_seed: str
) -> Ending | None:
    ending: Ending | None = None
    with trio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(_cancel_on, signals, nursery.cancel_scope)
            ending = await supervise(request, hear, hash_seed=hash_seed, limits=LIMITS)
            nursery.cancel_scope.cancel()
    return ending


async def _cancel_on(signals: AsyncIterator[int], scope: trio.CancelScope) -> None:
    async for _ in signals:
        scope.cancel()


async def supervise(
    request: Request, hear: Callable[[Message], None], *, hash_seed: str = "0",
    limits: Limits = Limits(), marks: Mapping[str, str] = MappingProxyType({}),
    cpus: frozenset[int] = frozenset(),
) -> Ending:  # fmt: skip
    """Run a child for ``request`` until it ends or must be ended.

    Args:
        request: What to do; descriptors and paths are filled in here.
        hear: Called with each message, in order.
        hash_seed: ``PYTHONHASHSEED`` of the child.
        limits: What it may take.
        marks: Further variables of its environment.
        cpus: Where it and whatever it starts may run; empty for anywhere.

    A cancellation kills the child and everything it started before it goes on.
    """
    async with _started(request, hash_seed, marks, cpus) as child:
        with trio.CancelScope() as scope:
            async with trio.open_nursery() as watch:
                watch.start_soon(_watch, child, limits, scope)
                async with trio.open_nursery() as streams:
                    streams.start_soon(_drain, child.process.stdout, None)
                    streams.start_soon(_drain, child.process.stderr, child.errors)
                    streams.start_soon(_until_end, child, scope, limits.grace_s)
                    await _listen(child, hear)
                    _hurry(scope, limits.grace_s)
                watch.cancel_scope.cancel()
        return _ending_of(child)


async def _until_end(child: _Child, scope: trio.CancelScope, grace_s: float) -> None:
    await child.process.wait()
    _hurry(scope, grace_s)


def _hurry(scope: trio.CancelScope, grace_s: float) -> None:
    """Wait no longer for the rest: a forked process may hold the streams open for ever."""
    scope.deadline = min(scope.deadline, trio.current_time() + grace_s)


async def _listen(child: _Child, hear: Callable[[Message], None]) -> None:
    """Hand every whole line on; the stream ends with the child, or when it closes it."""
    rest = b""
    async for chunk in child.lines:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            try:
                message = from_line(line)
            except msgspec.DecodeError:
                # Only a machine that writes to descriptors it did not open gets here.
                continue
            child.note_message(message)
            hear(message)


async def _drain(stream: trio.abc.ReceiveStream | None, tail: deque[bytes] | None) -> None:
    """Read what the machine prints, so that it never waits for a reader; keep the end."""
    assert stream is not None
    async for chunk in stream:
        if tail is not None:
            tail.append(bytes(chunk[-4096:]))


async def _watch(child: _Child, limits: Limits, scope: trio.CancelScope) -> None:
    """End the child when it gives no sign of life, or takes too much memory."""
    while True:
        await trio.sleep(0.1)
        child.note_board()
        silent_s = trio.current_time() - child.beat_at
        if silent_s > child.limit_s(limits):
            child.ending.cause, child.ending.silent_s = Cause.SILENT, silent_s
        elif resident_bytes(child.process.pid) > limits.memory_bytes:
            child.ending.cause = Cause.MEMORY
        else:
            continue
        await _ask_for_stacks(child)
        scope.cancel()


async def _ask_for_stacks(child: _Child) -> None:
    """Have faulthandler write the stacks, which works while C code holds the interpreter."""
    if child.process.poll() is not None:
        return
    os.kill(child.process.pid, signal.SIGUSR1)
    size = -1
    with trio.move_on_after(1.0):
        while size <= 0 or size != child.stacks.stat().st_size:
            size = child.stacks.stat().st_size
            await trio.sleep(0.05)


def _ending_of(child: _Child) -> Ending:
    """Take down what the dead, or soon dead, child left."""
    ending = child.ending
    ending.returncode = child.process.poll()
    ending.operation, ending.applied = child.board.operation, child.board.applied
    ending.stacks = child.stacks.read_text(errors="replace")
    ending.errors = b"".join(child.errors).decode(errors="replace")
    return ending


@asynccontextmanager
async def _started(
    request: Request, hash_seed: str, marks: Mapping[str, str], cpus: frozenset[int]
) -> AsyncIterator[_Child]:
    """Start a child in a folder and a process group of its own, and leave neither behind."""
    with _temporary(None) as folder, _temporary(scratch_place()) as scratch:
        (folder / "tmp").mkdir()
        stacks = folder / "stacks"
        stacks.touch()
        board = Board.create(folder / "board")
        life_read, life_write = os.pipe()
        lines_read, lines_write = os.pipe()
        filled = msgspec.structs.replace(
            request, messages_fd=lines_write, life_fd=life_read, board=str(folder / "board"),
            stacks=str(stacks), terminal_fds=_terminal() if request.action == "replay" else (),
        )  # fmt: skip
        try:
            own = {
                "PYTHONHASHSEED": hash_seed, "TMPDIR": str(folder / "tmp"), SCRATCH: str(scratch),
                **marks,
            }  # fmt: skip
            process = await _open(filled, environment(own))
            _settle_on(process.pid, cpus)
        finally:
            for descriptor in (lines_write, life_read, *filled.terminal_fds):
                os.close(descriptor)
        child = _Child(process, board, stacks, trio.lowlevel.FdStream(lines_read), request.action)
        try:
            yield child
        finally:
            kill_group(process.pid)
            with trio.CancelScope(shield=True):
                await process.wait()
                kill_marked(SCRATCH, str(scratch))
                for stream in (child.lines, process.stdout, process.stderr):
                    if stream is not None:
                        await trio.aclose_forcefully(stream)
            os.close(life_write)


async def _open(request: Request, environment: dict[str, str]) -> trio.Process:
    # -P: a file of the working directory must not stand in for one that the child needs.
    command = [sys.executable, "-P", "-m", CHILD, msgspec.json.encode(request).decode()]
    return await trio.lowlevel.open_process(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        pass_fds=(request.messages_fd, request.life_fd, *request.terminal_fds),
        start_new_session=True, env=environment,
    )  # fmt: skip


def _settle_on(pid: int, cpus: frozenset[int]) -> None:
    """Have a process that has just begun run on some CPUs only, where the system can do that."""
    if cpus and hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(pid, cpus)


def _terminal() -> tuple[int, ...]:
    """Return descriptors of standard input and output for a debugger; none if one is closed."""
    try:
        reads = os.dup(0)
    except OSError:
        return ()
    try:
        return reads, os.dup(1)
    except OSError:
        os.close(reads)
        return ()


@contextmanager
def _temporary(place: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(
        prefix="smcheck-", dir=place, ignore_cleanup_errors=True
    ) as name:
        yield Path(name)


def resident_bytes(pid: int) -> int:
    """Return the resident memory of a process, 0 where the system does not tell."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except (OSError, IndexError):
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
