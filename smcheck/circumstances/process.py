"""One worker process, as the parent sees it: start, ask, lose. Runs under trio only.

It knows frames and deadlines; what a life is and why it is wanted it does not know.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import trio

from smcheck.circumstances.plugins import without_plugins
from smcheck.circumstances.wire import (
    LoadTarget,
    Ready,
    Refused,
    Request,
    Response,
    WireError,
    frame,
    responses,
)
from smcheck.host.board import Board

_TAIL_BYTES = 4096
_CHUNK_BYTES = 1 << 16
_GRACE_S = 1.0
_ENDED = "ended"
_BOOT = "import sys; sys.path.insert(0, sys.argv.pop()); import {0}; {0}.main()"


@dataclass(frozen=True, slots=True)
class WorkerLost:
    """Say why a worker gave no life.

    Attributes:
        reason: One sentence without a full stop.
        stderr: The last bytes that the process printed, as text.
        operation: What the machine was asked when it happened, empty if nothing.
        died: The process ended, or had to be killed; otherwise the target was refused or only
            this life is gone.
        ended: The process ended without being killed by us: the machine did it, or somebody else.
    """

    reason: str
    stderr: str = ""
    operation: str = ""
    died: bool = True
    ended: bool = False


class WorkerProcess:
    """A process that answers one request at a time."""

    def __init__(self, load: LoadTarget, *, same_addresses: bool) -> None:
        self._load = load
        self._prefix = _without_randomised_addresses() if same_addresses else ()
        self._responses = responses()
        self._arrived: list[Response] = []
        self._tail = bytearray()
        self._process: trio.Process | None = None
        self._board: Board | None = None
        self._printed = trio.Event()

    async def start(self, nursery: trio.Nursery, *, timeout_s: float) -> WorkerLost | None:
        """Start the process, let it import the target, and return why that failed."""
        board = Path(self._load.board)
        board.parent.mkdir(parents=True, exist_ok=True)
        self._board = Board.create(board)
        setting = self._load.setting
        environ = {
            **os.environ,
            **without_plugins(),
            "PYTHONHASHSEED": str(setting.hash_seed),
            "PYTHONBREAKPOINT": "0",  # the input of a worker is no terminal
            "PYTHONUTF8": str(int(setting.utf8_mode)),
            "PYTHONCOERCECLOCALE": "0",
            "PYTHONIOENCODING": "utf-8:backslashreplace",  # what is printed shows nowhere
            "LC_CTYPE": "C" if setting.encoding == "ascii" else "C.UTF-8",
            "LANG": setting.language,
        }
        environ.pop("LC_ALL", None)
        python = (setting.python or sys.executable, *(("-O",) if setting.optimised else ()))
        boot = _BOOT.format("smcheck.circumstances.worker")
        root = str(Path(__file__).parents[2])
        self._process = await trio.lowlevel.open_process(
            [*self._prefix, *python, "-P", "-u", "-c", boot, root],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environ, cwd=self._load.folder,
        )  # fmt: skip
        nursery.start_soon(self._keep_tail, self._process)
        answer = await self.ask(self._load, timeout_s=timeout_s)
        if isinstance(answer, Refused):
            await self.kill()
            return WorkerLost(answer.message, self._text(), died=False)
        if isinstance(answer, (WorkerLost, Ready)):
            return answer if isinstance(answer, WorkerLost) else None
        return await self._lose(f"answered {type(answer).__name__} instead of Ready")

    async def ask(self, request: Request, *, timeout_s: float) -> Response | WorkerLost:
        """Send a request and return its answer; a worker that gives none is killed."""
        process = self._process
        if process is None or process.stdin is None:
            return WorkerLost("the worker was never started")
        try:
            data = frame(request)
        except WireError as error:
            return WorkerLost(str(error), died=False)
        try:
            with trio.fail_after(timeout_s):
                await process.stdin.send_all(data)
                return await self._answer(process)
        except trio.TooSlowError:
            return await self._lose(f"did not answer within {timeout_s:g} s")
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return await self._lose(_ENDED)
        except WireError as error:
            return await self._lose(f"sent what is no answer: {error}")

    async def _answer(self, process: trio.Process) -> Response:
        while not self._arrived:
            if process.stdout is None:
                raise trio.ClosedResourceError
            data = await process.stdout.receive_some(_CHUNK_BYTES)
            if not data:
                raise trio.BrokenResourceError
            self._arrived += self._responses.feed(bytes(data))
        return self._arrived.pop(0)

    async def _lose(self, what: str) -> WorkerLost:
        operation = self._board.operation if self._board else ""
        process = self._process
        ended = what == _ENDED
        if ended and process is not None:
            # Its pipe closes before its status is there, and the status says how it ended.
            with trio.move_on_after(_GRACE_S):
                what = f"{_ENDED} with {_status_text(await process.wait())}"
        await self.kill()
        return WorkerLost(f"the worker {what}", self._text(), operation, ended=ended)

    async def kill(self) -> None:
        """End the process whatever it does; nothing happens if it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        with trio.CancelScope(shield=True):
            process.kill()
            await process.wait()
            # A child that the machine forked may hold the pipe open for ever.
            with trio.move_on_after(_GRACE_S):
                await self._printed.wait()
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream is not None:
                    await stream.aclose()

    async def _keep_tail(self, process: trio.Process) -> None:
        """Read what the process prints, so that it never waits for us to."""
        try:
            with suppress(trio.ClosedResourceError, trio.BrokenResourceError):
                while process.stderr is not None:
                    data = await process.stderr.receive_some(_CHUNK_BYTES)
                    if not data:
                        break
                    self._tail += data
                    del self._tail[:-_TAIL_BYTES]
        finally:
            self._printed.set()

    def _text(self) -> str:
        return self._tail.decode(errors="replace").strip()


def _status_text(status: int) -> str:
    if status >= 0:
        return f"exit status {status}"
    names = {number.value: number.name for number in signal.Signals}
    return f"signal {names.get(-status, -status)}"


@lru_cache(maxsize=1)
def _without_randomised_addresses() -> tuple[str, ...]:
    """Return what must stand before a command for equal addresses, nothing if it cannot be."""
    program = shutil.which("setarch")
    if program is None:
        return ()
    tried = subprocess.run([program, "-R", "true"], capture_output=True, check=False)
    return (program, "-R") if tried.returncode == 0 else ()
