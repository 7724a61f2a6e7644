"""A worker process: take on a setting, import the user's file, live through what comes.

``python -m smcheck.circumstances.worker`` reads requests from standard input and answers on
standard output until the input closes. It must not import Hypothesis; the user's file may.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import NoReturn

from smcheck.circumstances.apply import Surroundings, of_the_thread
from smcheck.circumstances.data import Setting
from smcheck.circumstances.forked import has_forks, in_fork, write_all
from smcheck.circumstances.guard import Guard
from smcheck.circumstances.lines import LineRecorder, StepBoard
from smcheck.circumstances.pristine import Apart, Pristine
from smcheck.circumstances.role import become_twin
from smcheck.circumstances.wire import (
    Broke,
    Bye,
    Lived,
    LiveScript,
    LoadTarget,
    Ready,
    Refused,
    Reopen,
    Reopened,
    Request,
    Response,
    Traced,
    TraceScript,
    WireError,
    WireLife,
    frame,
    pack_life,
    requests,
    unpack_script,
)  # fmt: skip
from smcheck.errors import SmcheckError, UsageError
from smcheck.host.folders import Folders
from smcheck.host.life import Life, Script, live
from smcheck.host.replica import NotMade
from smcheck.host.trees import write_tree
from smcheck.runtime.clock import Clock
from smcheck.runtime.entropy import reseed
from smcheck.runtime.executor import Executor
from smcheck.runtime.forks import bound_forks
from smcheck.runtime.reads import heard
from smcheck.runtime.tasks import TaskDied, TaskHalted
from smcheck.runtime.traced import Traced as TracedCode
from smcheck.runtime.traced import packages_of
from smcheck.target import resolve
from smcheck.values import freeze_exception

_CHUNK_BYTES = 1 << 16
_GRACE_S = 1.0
_APART_S = 2.0
# Taken now: later os.getpid answers what the setting says.
_getpid = os.getpid


class Channel:
    """The two pipes to the parent, out of reach of what the machine prints and reads.

    Attributes:
        leftovers: Folder of a pool, to be removed when the parent is gone without closing it.
        descriptors: The two pipes.
    """

    leftovers: Path | None = None

    def __init__(self) -> None:
        self._input, self._output = os.dup(0), os.dup(1)
        self.descriptors = (self._input, self._output)
        self._owner = _getpid()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        self._arrived: SimpleQueue[Request | None] = SimpleQueue()
        threading.Thread(target=self._read, name="smcheck channel", daemon=True).start()

    def requests(self) -> Iterator[Request]:
        """Give the requests until the parent has closed its end."""
        while (request := self._arrived.get()) is not None:
            yield request

    def answer(self, response: Response) -> None:
        """Send one response; a copy of the process that the machine forked ends instead."""
        if _getpid() != self._owner:
            os._exit(0)
        write_all(self._output, frame(response))

    def _read(self, _sleep: Callable[[float], None] = time.sleep) -> NoReturn:
        """Read in a thread of its own, so that the end is seen while a machine runs on."""
        frames = requests()
        try:
            while data := os.read(self._input, _CHUNK_BYTES):
                for request in frames.feed(data):
                    self._arrived.put(request)
        except WireError as error:
            print(error, file=sys.stderr)
        self._arrived.put(None)
        _sleep(_GRACE_S)
        self.clean_up()
        os._exit(0)

    def clean_up(self) -> None:
        """Remove what the parent would have removed."""
        if self.leftovers is not None:
            shutil.rmtree(self.leftovers, ignore_errors=True)


class Worker:
    """The subject of this process, and everything its lives need."""

    def __init__(self, load: LoadTarget, *, keeps: tuple[int, ...] = ()) -> None:
        """Take on the setting and import the target, in this order.

        Args:
            keeps: Descriptors that no copy of this process may hold open.

        Raises:
            UsageError: The target is wrong.
        """
        sys.path[:] = [*load.path, *(sys.path if load.setting.python else ())]
        self._surroundings = Surroundings(Path(load.scratch))
        self._surroundings.enter(load.setting)
        self._subject = resolve(load.target, folder=Path(load.folder))
        self._traced = TracedCode.of([*packages_of(self._subject.machine), *self._subject.trace])
        self._executor = Executor(self._traced, granularity="none", timeout_s=load.timeout_s)
        self._place = Path(load.machines)
        self._folders = OwnFolders(self._place)
        self._board = StepBoard.open(Path(load.board))
        self.name = self._subject.name
        with self._executor.session(trace=False):
            pass  # puts everything in place, for the copies too
        gc.freeze()  # what a machine's gc.collect() need not walk each time
        self._pristine = Pristine(self._answer_apart, keeps=keeps) if has_forks else None

    def answer(self, request: LiveScript | TraceScript | Reopen) -> Response:
        """Let a machine live through the script of a request."""
        if self._pristine is not None and not isinstance(request, TraceScript) and request.apart:
            return self._pristine.ask(request)
        try:
            if isinstance(request, Reopen):
                return self._reopen(request)
            script = unpack_script(request.script)
            if isinstance(request, LiveScript):
                guard = Guard(self._traced)

                def guarded(body: Callable[[], Life]) -> Life:
                    with heard(guard.hear):
                        return body()

                life = self._live(script, request.setting, guarded)
                return Lived(request.id, pack_life(life), tuple(guard.reads))
            recorder = LineRecorder(
                self._traced, self._board, request.first, request.last, place=str(self._place)
            )

            def recorded(body: Callable[[], Life]) -> Life:
                with recorder:
                    return body()

            life = self._live(script, request.setting, recorded)
            return Traced(request.id, pack_life(life), recorder.trace())
        except TaskDied as error:
            return self._broke(request.id, error.cause)
        except BaseException as error:  # noqa: BLE001 - whatever a machine raises, the worker stays
            return self._broke(request.id, error)
        finally:
            self._folders.clear()

    def _answer_apart(self, request: Apart) -> Response:
        """Do the same in the pristine copy, which makes a copy of itself for each life."""
        script = unpack_script(request.script)
        first = partial(
            in_fork, partial(self._pack_life, script, request.setting), timeout_s=_APART_S
        )
        if isinstance(request, Reopen):
            return self._reopened(request, script, first)
        self._folders = OwnFolders(self._place / "apart")
        life = first()
        return Lived(request.id, life) if life else Broke(request.id, "no life came of it", "")

    def _reopen(self, request: Reopen) -> Response:
        """Have one machine for each tree open the folder, in this process."""
        script = unpack_script(request.script)
        return self._reopened(request, script, partial(self._pack_life, script, request.setting))

    def _reopened(
        self, request: Reopen, script: Script, open_once: Callable[[], WireLife | None]
    ) -> Response:
        lives: list[WireLife | None] = []
        for tree in request.trees:
            write_tree(tree, Path(script.folder))
            lives.append(open_once())
        return Reopened(request.id, tuple(lives))

    def _pack_life(self, script: Script, setting: Setting) -> WireLife | None:
        try:
            return pack_life(self._live(script, setting, lambda body: body()))
        except BaseException:  # noqa: BLE001 - whatever a machine raises, it gave no life
            return None

    def _live(
        self, script: Script, setting: Setting, around: Callable[[Callable[[], Life]], Life]
    ) -> Life:
        self._surroundings.enter(setting)
        if not self._surroundings.has_threads(setting):
            self._executor.close()
            self._surroundings.start_threads(setting)
        self._board.restart()
        clock = Clock(
            setting.wall_s,
            rate=setting.rate,
            monotonic_s=setting.monotonic_s,
            pauses_s=setting.pauses_s,
            jumps_s=setting.jumps_s,
        )

        def body() -> Life:
            with of_the_thread(setting):
                return live(self._subject, script, folders=self._folders, board=self._board)

        with (
            reseed(setting.random_seed),
            self._executor.session(
                clock=clock, trace=False, entries=len(script.log), collects=setting.collects
            ) as session,
        ):
            return session.alone(lambda: around(body))

    def _broke(self, request_id: int, error: BaseException) -> Broke:
        operation = self._board.latest or "construction"
        if isinstance(error, NotMade):
            error = error.cause
        said = str(error) if isinstance(error, SmcheckError) else freeze_exception(error).text
        first_line = said.partition("\n")[0]
        halted = isinstance(error, TaskHalted)
        return Broke(request_id, f"{operation}: {first_line}", operation, halted)


class OwnFolders(Folders):
    """Folders below a place that the parent removes, even if this process is killed."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        # A worker before this one may have been killed in the middle of a life.
        shutil.rmtree(root, ignore_errors=True)
        self._place = root
        self._given = self._cleared = 0

    def fresh(self) -> Path:
        """Return a new, empty folder, under a name that no life before had."""
        self._given += 1
        folder = self._place / str(self._given)
        folder.mkdir(parents=True)
        return folder

    def clear(self) -> None:
        """Remove every folder given out so far."""
        if self._given > self._cleared:
            shutil.rmtree(self._place, ignore_errors=True)
            self._cleared = self._given


def main() -> None:
    """Answer requests until the parent closes its end of the pipe."""
    # Ctrl-C goes to the whole group: the parent decides what becomes of the workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    bound_forks()
    become_twin()
    channel = Channel()
    worker: Worker | None = None
    for request in channel.requests():
        if isinstance(request, Bye):
            break
        if isinstance(request, LoadTarget):
            channel.leftovers = Path(request.leftovers)
            try:
                worker = Worker(request, keeps=channel.descriptors)
            except UsageError as error:
                channel.answer(Refused(str(error)))
            else:
                channel.answer(Ready(worker.name))
        elif worker is not None:
            try:
                channel.answer(worker.answer(request))
            except WireError as error:
                channel.answer(Broke(request.id, str(error), ""))
    channel.clean_up()


if __name__ == "__main__":
    main()
