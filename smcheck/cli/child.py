"""The process that searches: imports the user's code, which may do anything to it.

Says everything over one descriptor, in lines, as it happens, because it may not live to say it
later. It must not print: the standard streams are the machine's.
"""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import msgspec

from smcheck.cli.debugging import Terminal
from smcheck.cli.guards import leave_stacks
from smcheck.cli.messages import (
    BadUsage,
    Broken,
    Case,
    CheckOptions,
    Done,
    Found,
    Golden,
    Message,
    Progress,
    Replayed,
    Request,
    Stopped,
    to_line,
)
from smcheck.cli.survey import survey
from smcheck.errors import UsageError
from smcheck.finding import Finding, SubjectReport
from smcheck.host.board import Board
from smcheck.plan import Command
from smcheck.runtime.forks import bound_forks
from smcheck.subject import Subject

_PROGRESS_EVERY_S = 0.1
_leave = os._exit


class Channel:
    """The way to the parent. Writes at once and whole; nothing is kept back."""

    def __init__(self, descriptor: int) -> None:
        os.set_inheritable(descriptor, False)
        self._descriptor = descriptor
        self._owner = os.getpid()

    def send(self, message: Message) -> None:
        """Send one message; a process that the machine forked says nothing."""
        if os.getpid() != self._owner:
            return
        rest = memoryview(to_line(message))
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]


class Reporter:
    """The watcher that tells the parent what the search does."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sent_at = 0.0

    def case(self, text: str) -> None:
        """Tell which case runs next."""
        self._channel.send(Case(text))

    def finding(self, report: SubjectReport, finding: Finding) -> None:
        """Tell a finding."""
        self._channel.send(Found(report, finding))

    def progress(self, report: SubjectReport) -> None:
        """Tell how far the search is, now and then."""
        now = time.monotonic()
        if now - self._sent_at >= _PROGRESS_EVERY_S:
            self._sent_at = now
            # What was found was sent when it was found, and is long.
            self._channel.send(Progress(replace(report, findings=[])))


def serve(
    request: Request, channel: Channel, board: Board, *, terminal: Terminal | None = None
) -> None:
    """Do what ``request`` asks and send what comes of it."""
    if request.action == "replay":
        _replay(request, channel, board, terminal)
        return
    if request.golden is not None:
        channel.send(_golden(request, channel, board))
        return
    if request.journal:
        _fuzz(request, channel, board)
        return
    for target in request.targets:
        found, subject = survey(target, construct=request.action == "resolve")
        channel.send(found)
        log = _own_log(request, subject)
        if request.options is not None:
            done = _check(subject, target, log, request.options, channel, board)
            channel.send(Done(done))


def _own_log(request: Request, subject: Subject) -> tuple[Command, ...]:
    if not request.log:
        return ()
    from smcheck.testing.logs import read_log

    return read_log(Path(request.log), subject)


def _check(
    subject: Subject, target: str, log: tuple[Command, ...], options: CheckOptions,
    channel: Channel, board: Board,
) -> SubjectReport:  # fmt: skip
    from smcheck.circumstances.settings import choose
    from smcheck.testing.check import check_subject
    from smcheck.testing.options import Options

    # What was imported so far stays: a machine that calls gc.collect() need not walk it each time.
    gc.freeze()
    asked = Options(
        seconds=options.seconds,
        max_examples=options.max_examples,
        schedules=options.schedules,
        seed=options.seed,
        only=frozenset(options.only),
        stop_on_first=options.stop_on_first,
        target=target,
        log=log,
        witness_dir=_folder(options),
        board=board,
        watcher=Reporter(channel),
        choice=choose(options.vary, frozenset(options.dont_vary)),
    )
    return check_subject(subject, asked)


def _folder(options: CheckOptions) -> Path | None:
    return Path(options.witness_dir) if options.witness_dir else None


def _replay(request: Request, channel: Channel, board: Board, terminal: Terminal | None) -> None:
    from smcheck.cli.replay_here import ReplayHere

    target = request.targets[0] if request.targets else ""
    case = ReplayHere(Path(request.witness), target=target)
    outcome = case.replay(hear=channel.send, board=board)
    if not request.stops or terminal is None:
        channel.send(outcome)
        return
    # The parent would print it at the same time as the debugger opens, or later.
    case.tell(terminal, is_whole=request.is_whole)
    channel.send(msgspec.structs.replace(outcome, is_told=True))
    case.stop_in(terminal, leave=lambda: _leave(0))


def _fuzz(request: Request, channel: Channel, board: Board) -> None:
    from smcheck.campaign.worker import serve_stint

    serve_stint(
        Path(request.journal), board,
        send=channel.send, progress=Reporter(channel).progress,
    )  # fmt: skip


def _golden(request: Request, channel: Channel, board: Board) -> Golden:
    from smcheck.cli.golden_here import record_here, verify_here

    assert request.golden is not None
    [target] = request.targets
    act = record_here if request.action == "record" else verify_here
    return act(target, request.golden, hear=channel.send, board=board)


def end_with_parent(descriptor: int) -> None:
    """Have the kernel kill this process group when the parent's end of a pipe closes.

    No thread could do it: the machine may hold the interpreter for ever.
    """
    os.set_inheritable(descriptor, False)
    if not hasattr(fcntl, "F_SETSIG"):
        return
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_ASYNC)


def _leave_debugger(channel: Channel) -> None:
    channel.send(Replayed("cannot be replayed", reason="it was ended in the debugger"))
    _leave(0)


def guarded(act: Callable[[], None], channel: Channel) -> None:
    """Run ``act`` and tell the parent how it failed, if it did."""
    try:
        act()
    except UsageError as error:
        channel.send(BadUsage(" ".join(str(error).split())))
    except Exception:  # noqa: BLE001  # whatever it is, it is smcheck's own
        channel.send(Broken(traceback.format_exc()))
    except BaseException:  # noqa: BLE001  # SystemExit and its like: the machine's doing
        traceback.print_exc()
        # The parent sees a process that ended, and the board tells it in which operation.
        _leave(1)


def main() -> None:
    """Serve the one request in ``sys.argv`` and end without the machine's exit handlers."""
    request = msgspec.json.decode(sys.argv[1], type=Request)
    end_with_parent(request.life_fd)
    leave_stacks(request.stacks)
    bound_forks()
    channel, board = Channel(request.messages_fd), Board.open(Path(request.board))
    terminal = None
    if request.terminal_fds:
        terminal = Terminal(request.terminal_fds, told=lambda: channel.send(Stopped()))
        terminal.let_break(leave=lambda: _leave_debugger(channel))
    guarded(lambda: serve(request, channel, board, terminal=terminal), channel)
    _leave(0)


if __name__ == "__main__":
    main()
