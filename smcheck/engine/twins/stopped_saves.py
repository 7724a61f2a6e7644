"""Saves during which the host says that it is closing."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from functools import partial

from smcheck.checkers.observations import Observation
from smcheck.contract.profiles import Kind
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.engine.twins.trial import Stop, attempt, held_up, middle, parting, stops, trials
from smcheck.engine.world import StuckLife
from smcheck.finding import Breach, Location
from smcheck.host.faults import Signal, SignallingWriter
from smcheck.host.life import Observe
from smcheck.host.streams import Image
from smcheck.host.trials import Came, Shown, not_called
from smcheck.runtime.descriptors import open_files
from smcheck.runtime.held import held_locks

CHECK = "stopped-saves"

_ENOUGH = 3
"""In so many stopped saves a file must stay open before that counts."""


@dataclass(slots=True)
class _Stopped:
    """What one save showed during which the signal was set.

    Attributes:
        returned: The save came back, whether or not what follows does.
        seen: Answers of the machine afterwards.
        closed: How close came out.
        locks: Paths of locks that are still held after all, which were free before prepare.
        files: How many more files are open.
    """

    came: Came[Image] | None = None
    returned: bool = False
    seen: Observation = ()
    closed: Came[None] = field(default_factory=not_called)
    locks: dict[str, Location | None] = field(default_factory=dict)
    files: int = 0


def check_stopped_saves(ask: Ask) -> list[Breach]:
    """Set the signal before and during a save; then only lookups and close follow."""
    if "snapshots" in ask.world.subject.without or not ask.world.profile.has_stop_signal:
        return []
    makes, version, never = trials(ask), middle(ask), Signal()
    writer = SignallingWriter(never)
    good = attempt(
        ask, lambda: makes.save(makes.grown(version), writer=writer, stopped=never).value
    )
    if good is None:
        return []  # check_saves says it
    whole = attempt(ask, partial(_recovered, ask, good))
    if whole is None or not whole.is_whole:
        return []
    with_files = 0
    for stop in stops(never.asked, never.moved):
        signal, shown = stop.signal(), _Stopped()
        try:
            attempt(ask, partial(_save_once, ask, signal, shown))
        except StuckLife as error:
            if not shown.returned or ask.world.kind is Kind.REGULAR:
                raise
            title = "what a stopped save took is never given back"
            return [held_up(error.stuck, CHECK, "SAV-6", title, "save_snapshot")]
        if shown.came is None or not signal.is_on:
            continue
        found = _judge(ask, shown, stop, whole)
        if found is not None:
            return [found]
        with_files += shown.files > 0
    return [_left_open(with_files)] if with_files >= _ENOUGH else []


def _recovered(ask: Ask, image: Image) -> Shown:
    makes, version = trials(ask), middle(ask)
    replica = makes.fresh()
    return makes.show(makes.recover(replica, image), replica, version)


def _save_once(ask: Ask, signal: Signal, shown: _Stopped) -> None:
    makes = trials(ask)
    replica = makes.grown(middle(ask))
    held, files = held_locks(replica.machine), open_files()
    writer = SignallingWriter(signal)
    shown.came = makes.save(replica, writer=writer, stopped=signal)
    shown.returned = True
    shown.seen = makes.ask_lookups(replica)
    shown.closed = makes.call("close", replica.close)
    after = held_locks(replica.machine)
    shown.locks = {path: line for path, line in after.items() if path not in held}
    if open_files() - files:
        gc.collect()  # what is garbage is not open because of the machine
    shown.files = len(open_files() - files)


def _judge(ask: Ask, shown: _Stopped, stop: Stop, whole: Shown) -> Breach | None:
    came = shown.came
    assert came is not None
    if came.value is not None:
        ask.saw_state("SAV-7")
        found = _not_whole(ask, came.value, stop, whole)
    elif came.is_stopped or came.is_aborted:
        ask.saw_state("SAV-7", *([] if ask.world.kind is Kind.REGULAR else ["SAV-6"]))
        found = None
    else:
        found = _other_exception(came, stop)
    return found or _after(ask, shown, stop)


def _not_whole(ask: Ask, image: Image, stop: Stop, whole: Shown) -> Breach | None:
    shown = attempt(ask, partial(_recovered, ask, image))
    if shown is None:
        return None
    if shown.came.outcome is not None:
        wrong = f"recovering it gives {shown.came.text}"
    else:
        wrong = parting(ask, whole, shown, version=middle(ask))
    if not wrong:
        return None
    return Breach(
        "SAV-7", CHECK, "save returns with a part of the image when it is told to stop",
        f"the signal was set {stop.text}: expected a whole image or SnapshotStopped, save returned "
        f"and {wrong}: the host takes that image for a good one; raise SnapshotStopped",
        method="save_snapshot",
    )  # fmt: skip


def _other_exception(came: Came[Image], stop: Stop) -> Breach:
    assert came.outcome is not None
    return Breach(
        "SAV-7", CHECK, "save raises something else when it is told to stop",
        f"the signal was set {stop.text}: expected a whole image or SnapshotStopped, got "
        f"{came.text}: the host stops the process on it",
        method="save_snapshot", error=came.outcome.error, locations=innermost(came.outcome),
    )  # fmt: skip


def _after(ask: Ask, shown: _Stopped, stop: Stop) -> Breach | None:
    """Judge the machine at which only lookups and close came after the save."""
    if shown.locks and ask.world.kind is not Kind.REGULAR:
        path, line = next(iter(shown.locks.items()))
        return Breach(
            "SAV-6", CHECK, "what a stopped save took is never given back",
            f"the signal was set {stop.text}: expected no lock to be held once save had ended, "
            f"{path} is held also after close, and nobody is left to release it",
            method="save_snapshot", locations=(line,) if line else (),
            evidence=(("path", path),),
        )  # fmt: skip
    if shown.closed.outcome is not None:
        return Breach(
            "CLO-3", CHECK, "close raises after a stopped save",
            f"expected nothing, got {shown.closed.text}: the host stops the process on it",
            method="close", error=shown.closed.outcome.error,
            locations=innermost(shown.closed.outcome),
        )  # fmt: skip
    asked_once = ask.live(*ask.all_updates[: middle(ask)], Observe()).observations
    expected = dict(asked_once[-1]) if asked_once else {}
    for label, got in shown.seen:
        wanted = expected.get(label)
        if wanted is None or got.text.startswith("raise ") or wanted.loose == got.loose:
            continue
        return Breach(
            "SAV-3", CHECK, "a stopped save changes what lookups answer",
            f"{label}: expected {wanted.text}, got {got.text} after a save during which the "
            "signal was set",
            method="save_snapshot",
        )  # fmt: skip
    return None


def _left_open(times: int) -> Breach:
    return Breach(
        "SAV-6", CHECK, "what a stopped save took is never given back",
        f"expected no file to stay open once save had ended, one was open after close in {times} "
        "stopped saves",
        method="save_snapshot",
    )  # fmt: skip
