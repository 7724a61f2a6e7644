"""Recovers during which the host says that it is closing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from smcheck.checkers.observations import Observation
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.engine.twins.trial import Stop, attempt, stops, trials
from smcheck.finding import Breach, Severity
from smcheck.host.faults import Signal, SignallingReader
from smcheck.host.streams import Image
from smcheck.host.trials import Came, not_called

CHECK = "stopped-recovers"


@dataclass(slots=True)
class _Shown:
    """What one recover showed during which the signal was set, or never.

    Attributes:
        came: How it came out.
        seen: Answers of the machine afterwards.
        closed: How close came out.
    """

    came: Came[None] = field(default_factory=not_called)
    seen: Observation = ()
    closed: Came[None] = field(default_factory=not_called)


def versions(ask: Ask) -> tuple[int, int]:
    """Return the version of the instance and that of the image."""
    last = len(ask.plan.log)
    return (last // 2 if ask.world.profile.recovers_used else 0), last


def check_stopped_recovers(ask: Ask) -> list[Breach]:
    """Set the signal before and during a recover; then only lookups and close follow."""
    world = ask.world
    if {"snapshots", "lookups"} & world.subject.without or not world.profile.has_stop_signal:
        return []
    made = attempt(ask, partial(_made, ask))
    if made is None:
        return []
    image, old = made
    never = Signal()
    done = attempt(ask, partial(_recover_once, ask, image, never))
    if done is None or done.came.outcome is not None:
        return []  # check_restart and check_recover say it
    for stop in stops(never.asked, never.moved):
        signal = stop.signal()
        shown = attempt(ask, partial(_recover_once, ask, image, signal))
        if shown is None or not signal.is_on:
            continue
        found = _judge(ask, shown, stop, old=old, new=done.seen)
        if found is not None:
            return [found]
    return []


def _made(ask: Ask) -> tuple[Image, Observation] | None:
    """Return an image, and what the instance answers that will recover it."""
    makes, (before, after) = trials(ask), versions(ask)
    image = makes.save(makes.grown(after)).value
    return None if image is None else (image, makes.ask_lookups(makes.grown(before)))


def _recover_once(ask: Ask, image: Image, signal: Signal) -> _Shown:
    makes = trials(ask)
    before = versions(ask)[0]
    replica = makes.grown(before) if before else makes.fresh()
    reader = SignallingReader(image.data, signal)
    came = makes.recover(replica, image, reader=reader, stopped=signal)
    return _Shown(came, makes.ask_lookups(replica), makes.call("close", replica.close))


def _judge(
    ask: Ask, shown: _Shown, stop: Stop, *, old: Observation, new: Observation
) -> Breach | None:
    came = shown.came
    if came.outcome is not None and not came.is_stopped:
        return Breach(
            "REC-3", CHECK, "recover raises something else when it is told to stop",
            f"the signal was set {stop.text}: expected the state of the image or SnapshotStopped, "
            f"got {came.text}: the host stops the process on it",
            method="recover_from_snapshot", error=came.outcome.error,
            locations=innermost(came.outcome),
        )  # fmt: skip
    if came.outcome is not None and any(
        left != right for left, right in zip(old, new, strict=True)
    ):
        ask.saw_state("REC-4")
    if shown.closed.outcome is not None:
        return Breach(
            "CLO-3", CHECK, "close raises after a stopped recover",
            f"expected nothing, got {shown.closed.text}: the host stops the process on it",
            method="close", error=shown.closed.outcome.error,
            locations=innermost(shown.closed.outcome),
        )  # fmt: skip
    if not _parts(new, shown.seen):
        return None
    mixed = _parts(old, shown.seen)
    if not mixed:
        return _nothing_done(stop) if came.outcome is None else None
    return _mixture(came, stop, old=old, new=new, seen=shown.seen)


def _parts(expected: Observation, got: Observation) -> bool:
    """Return whether any answer is another; an exception is none."""
    return any(
        not right.text.startswith("raise ") and left.loose != right.loose
        for (_, left), (_, right) in zip(expected, got, strict=True)
    )


def _nothing_done(stop: Stop) -> Breach:
    return Breach(
        "REC-4", CHECK, "recover returns with nothing done when it is told to stop",
        f"the signal was set {stop.text}: expected the state of the image or SnapshotStopped, "
        "recover returned and lookups answer as before it",
        method="recover_from_snapshot", severity=Severity.HAZARD, evidence=stop.evidence,
    )  # fmt: skip


def _mixture(
    came: Came[None], stop: Stop, *, old: Observation, new: Observation, seen: Observation
) -> Breach:
    rows = zip(old, new, seen, strict=True)
    label, before, after, got = next(
        (label, a.text, b.text, c.text)
        for (label, a), (_, b), (_, c) in rows
        if not c.text.startswith("raise ") and b.loose != c.loose
    )
    how = "raised SnapshotStopped" if came.outcome else "returned"
    return Breach(
        "REC-4", CHECK, "after a stopped recover lookups answer from a state that never was",
        f"the signal was set {stop.text} and recover {how}: expected every answer of the old "
        f"state, every one of the new state, or an exception; {label}: {before} before, {after} in "
        f"the image, got {got}; build the new state beside the old one and put it in at once",
        method="recover_from_snapshot", evidence=stop.evidence,
    )  # fmt: skip
