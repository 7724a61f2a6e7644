"""The worker processes of one target: started in the background, asked all at once, replaced.

One thread runs one trio loop for as long as the pool lives; callers of other threads hand it
jobs and wait. What a life shows is not judged here.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Generic, TypeVar

import trio

from smcheck.circumstances.data import Setting
from smcheck.circumstances.process import WorkerLost, WorkerProcess
from smcheck.circumstances.wire import (
    Broke,
    Lived,
    LiveScript,
    LoadTarget,
    Reopen,
    Reopened,
    Request,
    Response,
    Trace,
    Traced,
    TraceScript,
    pack_script,
    unpack_life,
)
from smcheck.errors import InternalError
from smcheck.host.folders import scratch_place
from smcheck.host.life import Life, Script
from smcheck.host.trees import Tree
from smcheck.runtime.affinity import AT_START, stand

T = TypeVar("T")
Answers = list[Response | WorkerLost]

_START_S = 60.0  # importing the user's file may take that long
_LIMIT_STARTS = 4  # deaths on the way in a row before a worker is given up
_CLOSE_S = 5.0
_BEAT_S = 0.5


class Pending(Generic[T]):
    """Answers of all workers that are still to come."""

    def __init__(
        self, future: Future[Answers], read: Callable[[Response | WorkerLost], T | WorkerLost]
    ) -> None:
        self._future = future
        self._read = read

    def wait_answers(self, *, beat: Callable[[], None] = lambda: None) -> list[T | WorkerLost]:
        """Wait for the last worker and return one answer per setting, in their order.

        Args:
            beat: Called now and then while waiting, to tell whoever watches this process.
        """
        while True:
            try:
                return [self._read(answer) for answer in self._future.result(_BEAT_S)]
            except TimeoutError:
                beat()


class Pool:
    """Workers of one target, one per setting. Any thread that is not controlled may call.

    Attributes:
        settings: One per worker, in the order in which answers come.
    """

    def __init__(
        self,
        target: str,
        settings: Sequence[Setting],
        *,
        timeout_s: float = 10.0,
        folder: Path | None = None,
        scratch: Path | None = None,
        same_addresses: bool = False,
    ) -> None:
        """Note what to start; nothing is started yet.

        Args:
            target: What ``smcheck.target.resolve`` takes.
            timeout_s: Longest wait for the answer of one worker; then it is killed.
            folder: Where a relative target starts; the working directory if not given.
            scratch: Folder for homes and working directories; one of the pool's own, in
                memory, if not given. Workers of one setting see the same paths below it.
            same_addresses: Do without the system's randomised addresses where it allows it.
        """
        self.settings = tuple(settings)
        self._target = target
        self._timeout_s = timeout_s
        self._folder = str((folder or Path.cwd()).absolute())
        self._given_scratch = scratch
        self._same_addresses = same_addresses
        self._path = tuple(sys.path)
        self._ids = itertools.count(1)
        self._thread: Thread | None = None
        self._token: Future[trio.lowlevel.TrioToken] = Future()
        self._closed = False
        self._open: set[Future[Answers]] = set()
        self._slots = [_Slot() for _ in self.settings]

    def start(self) -> None:
        """Begin to start the workers and return at once; asking does it too."""
        if self._thread is None and not self._closed:
            prefix = f"smcheck-twins-{os.getpid()}-"
            self._own = Path(tempfile.mkdtemp(prefix=prefix, dir=scratch_place()))
            self._scratch = self._given_scratch or self._own
            self._thread = Thread(target=self._run, name="smcheck pool", daemon=True)
            self._thread.start()
            atexit.register(self.close)
            self._post(lambda _: None)

    def live(
        self, script: Script, *, settings: Sequence[Setting] | None = None
    ) -> list[Life | WorkerLost]:
        """Let every worker live through ``script`` at once and return what each showed."""
        return self.live_soon(script, settings=settings).wait_answers()

    def live_soon(
        self, script: Script, *, settings: Sequence[Setting] | None = None
    ) -> Pending[Life]:
        """Ask for the same and return before the answers are there.

        Args:
            settings: Circumstances of this life, one per worker, instead of the worker's own;
                what only a new process can have (place ``process``) does not change.
        """
        wire = pack_script(script)
        used = self._used(settings)

        future = self._post(lambda k: LiveScript(next(self._ids), wire, used[k]))
        return Pending(future, partial(_read_life, script))

    def live_one(
        self, number: int, script: Script, setting: Setting, *, apart: bool = False
    ) -> Life | WorkerLost:
        """Let worker ``number`` alone live through ``script`` under ``setting``.

        Args:
            apart: In a process in which no machine has lived, where the system has forks.
        """
        wire = pack_script(script)
        request = LiveScript(next(self._ids), wire, setting, apart)
        future = self._post(lambda k: request if k == number else None)
        return Pending(future, partial(_read_life, script)).wait_answers()[number]

    def reopen(
        self, script: Script, trees: Sequence[Tree], *, apart: bool
    ) -> list[Life | None] | WorkerLost:
        """Let one machine for each tree live through ``script``, whose folder holds that tree.

        The first worker does it, under its own setting.

        Args:
            apart: Give each machine a process of its own, where the system has forks. It costs
                some ten milliseconds, and no machine finds what an earlier one left in memory.

        Returns:
            One life per tree, ``None`` where a machine took its process down or did not end.
        """
        wire = pack_script(script)

        def read(answer: Response | WorkerLost) -> list[Life | None] | WorkerLost:
            if isinstance(answer, Reopened):
                return [unpack_life(life, script) if life else None for life in answer.lives]
            return _not_lived(answer)

        request = Reopen(next(self._ids), wire, self.settings[0], tuple(trees), apart)
        future = self._post(lambda k: None if k else request)
        return Pending(future, read).wait_answers()[0]

    def trace_one(
        self, number: int, script: Script, setting: Setting, *, first: int, last: int
    ) -> tuple[Life, Trace] | WorkerLost:
        """Do the same and return the lines of some steps too.

        Args:
            first: Position of the first step whose lines are wanted, -1 for the construction.
            last: Position of the last one.
        """
        wire = pack_script(script)

        def read(answer: Response | WorkerLost) -> tuple[Life, Trace] | WorkerLost:
            if isinstance(answer, Traced):
                return unpack_life(answer.life, script), answer.trace
            return _not_lived(answer)

        request = TraceScript(next(self._ids), wire, setting, first, last)
        future = self._post(lambda k: request if k == number else None)
        return Pending(future, read).wait_answers()[number]

    def close(self) -> None:
        """Kill every worker; nothing of them is left afterwards. May be called twice."""
        if self._closed:
            return
        self._closed = True
        atexit.unregister(self.close)
        if self._thread is not None:
            try:
                self._token.result().run_sync_soon(self._scope.cancel)
            except trio.RunFinishedError:
                pass
            self._thread.join(_CLOSE_S)
            shutil.rmtree(self._own, ignore_errors=True)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _used(self, settings: Sequence[Setting] | None) -> Sequence[Setting]:
        used = self.settings if settings is None else settings
        if len(used) != len(self.settings):
            raise InternalError(
                f"expected {len(self.settings)} settings, one per worker, got {len(used)}"
            )
        return used

    def _post(self, request: Callable[[int], Request | None]) -> Future[Answers]:
        """Hand a job to the loop: what to ask worker ``k``, ``None`` to only start it."""
        future: Future[Answers] = Future()
        if self._closed:
            future.set_result(self._all_lost("the pool is closed"))
            return future
        self.start()
        self._open.add(future)
        future.add_done_callback(self._open.discard)
        try:
            token = self._token.result()
            token.run_sync_soon(self._jobs.send_nowait, (request, future))
        except trio.RunFinishedError:
            _settle(future, self._all_lost("the pool is closed"))
        return future

    def _run(self) -> None:
        """Run the loop; the thread that made the pool may be pinned to one CPU, this is not."""
        stand(AT_START)
        reason = "the pool is closed"
        try:
            trio.run(self._serve)
        except BaseException as error:  # noqa: BLE001 - a thread of ours must not die silently
            reason = f"the pool broke: {error!r}"
        if not self._token.done():
            self._token.set_exception(InternalError(reason))
        for future in list(self._open):
            _settle(future, self._all_lost(reason))

    async def _serve(self) -> None:
        self._jobs, jobs = trio.open_memory_channel[
            tuple[Callable[[int], Request | None], Future[Answers]]
        ](10_000)
        with trio.CancelScope() as self._scope:
            async with trio.open_nursery() as nursery:
                self._token.set_result(trio.lowlevel.current_trio_token())
                try:
                    async for request, future in jobs:
                        await self._do(nursery, request, future)
                finally:
                    for slot in self._slots:
                        if slot.worker is not None:
                            await slot.worker.kill()

    async def _do(
        self,
        outer: trio.Nursery,
        request: Callable[[int], Request | None],
        future: Future[Answers],
    ) -> None:
        answers: Answers = self._all_lost("the pool is closed")

        async def ask(number: int) -> None:
            answers[number] = await self._ask(outer, number, request(number))

        async with trio.open_nursery() as nursery:
            for number in range(len(self.settings)):
                nursery.start_soon(ask, number)
        _settle(future, answers)

    async def _ask(
        self, nursery: trio.Nursery, number: int, request: Request | None
    ) -> Response | WorkerLost:
        """Ask a worker, and once more if it ends: if the machine did that, it does it again."""
        answer = await self._ask_once(nursery, number, request)
        if isinstance(answer, WorkerLost) and answer.ended:
            answer = await self._ask_once(nursery, number, request)
        return answer

    async def _ask_once(
        self, nursery: trio.Nursery, number: int, request: Request | None
    ) -> Response | WorkerLost:
        slot = self._slots[number]
        if slot.given_up is not None:
            return slot.given_up
        if slot.worker is None:
            lost = await self._start_worker(nursery, number, slot)
            if lost is not None:
                slot.given_up = lost
                return lost
        if request is None:
            return WorkerLost("nothing was asked", died=False)
        assert slot.worker is not None
        answer = await slot.worker.ask(request, timeout_s=self._timeout_s)
        if isinstance(answer, Broke) and answer.spoiled:
            await slot.worker.kill()
            slot.worker = None
        elif isinstance(answer, WorkerLost) and answer.died:
            slot.worker = None
        return answer

    async def _start_worker(
        self, nursery: trio.Nursery, number: int, slot: _Slot
    ) -> WorkerLost | None:
        """Start a worker, again if it dies on the way, and return why there is none."""
        lost: WorkerLost | None = None
        for _ in range(_LIMIT_STARTS):
            slot.worker = WorkerProcess(self._load(number), same_addresses=self._same_addresses)
            lost = await slot.worker.start(nursery, timeout_s=_START_S)
            if lost is None:
                return None
            slot.worker = None
            if self.settings[number].encoding == "ascii":
                # Not every file can be imported there, and none has to.
                self._settle_for_utf8(number)
            elif not lost.died:
                break
        return lost

    def _settle_for_utf8(self, number: int) -> None:
        settings = [*self.settings]
        settings[number] = replace(settings[number], encoding="utf-8")
        self.settings = tuple(settings)

    def _load(self, number: int) -> LoadTarget:
        return LoadTarget(
            target=self._target,
            folder=self._folder,
            path=self._own_path() if self.settings[number].python else self._path,
            setting=self.settings[number],
            scratch=str(self._scratch),
            machines=str(self._own / "machines" / str(number)),
            board=str(self._own / "boards" / str(number)),
            leftovers=str(self._own),
            # A worker that gives up itself can say at which line. It looks twice before it does,
            # and has to be heard before our own time is over.
            timeout_s=self._timeout_s / 3,
        )

    def _own_path(self) -> tuple[str, ...]:
        """Return where modules of the user's are; another interpreter has libraries of its own."""
        homes = (os.path.join(sys.prefix, ""), os.path.join(sys.base_prefix, ""))
        return tuple(place for place in self._path if not place.startswith(homes))

    def _all_lost(self, reason: str) -> Answers:
        return [WorkerLost(reason) for _ in self.settings]


class _Slot:
    """The place of one worker, which is replaced when it dies."""

    def __init__(self) -> None:
        self.worker: WorkerProcess | None = None
        self.given_up: WorkerLost | None = None


def _settle(future: Future[Answers], answers: Answers) -> None:
    if not future.done():
        future.set_result(answers)


def _read_life(script: Script, answer: Response | WorkerLost) -> Life | WorkerLost:
    if isinstance(answer, Lived):
        return replace(unpack_life(answer.life, script), reads=answer.reads)
    return _not_lived(answer)


def _not_lived(answer: Response | WorkerLost) -> WorkerLost:
    if isinstance(answer, WorkerLost):
        return answer
    if isinstance(answer, Broke):
        return WorkerLost(answer.message, operation=answer.operation, died=answer.spoiled)
    return WorkerLost(f"the worker answered {type(answer).__name__}", died=False)
