"""Opens of a folder that holds a log, during which the host says that it is closing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from smcheck.checkers.observations import Observation
from smcheck.contract.profiles import Kind
from smcheck.engine.compare import differ_observed
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.engine.twins.opening import Opening
from smcheck.engine.twins.trial import Stop, attempt, stops, trials
from smcheck.finding import Breach
from smcheck.host.faults import Signal
from smcheck.host.trials import Came
from smcheck.values import freeze

CHECK = "stopped-opens"


@dataclass(frozen=True, slots=True)
class _Shown:
    """How one open came out.

    Attributes:
        came: The index as text.
        gave_up: It raised what a stopped open may raise.
        seen: What the machine showed if it returned.
    """

    came: Came[str]
    gave_up: bool
    seen: Observation = ()


def check_stopped_opens(ask: Ask) -> list[Breach]:
    """Set the signal before and during an open of what was synced and closed."""
    world = ask.world
    if world.kind is not Kind.ON_DISK or "directory" not in world.subject.factory_arguments():
        return []
    folder = attempt(ask, lambda: trials(ask).left(len(ask.plan.log)))
    if folder is None:
        return []
    never = Signal()
    whole = attempt(ask, partial(_open_once, ask, folder, never))
    if whole is None or whole.came.outcome is not None:
        return []  # the checks of restarts say it
    world.tally.saw("DSK-10")
    for stop in stops(never.asked, 0):
        signal = stop.signal()
        shown = attempt(ask, partial(_open_once, ask, folder, signal))
        if shown is None or not signal.is_on:
            continue
        after = attempt(ask, partial(_open_once, ask, folder, Signal()))
        found = _judge(shown, stop, whole) or (after and _judge_after(after, stop, whole))
        if found:
            return [found]
    return []


def _open_once(ask: Ask, folder: Path, signal: Signal) -> _Shown:
    makes = trials(ask)
    opening = Opening(makes.on_folder(folder), signal)
    came = makes.call("open", lambda: freeze(opening.open()).text)
    if came.outcome is not None:
        return _Shown(came, opening.gave_up)
    seen = makes.ask(opening.replica)
    makes.call("close", opening.replica.close)
    return _Shown(came, opening.gave_up, seen)


def _judge(shown: _Shown, stop: Stop, whole: _Shown) -> Breach | None:
    if shown.gave_up:
        return None
    if shown.came.outcome is not None:
        title = "open raises something else than OpenStopped when it is told to stop"
        return _breach(title, shown, stop, f"{whole.came.value} or OpenStopped")
    if shown.came.value != whole.came.value:
        title = "open gives another index when it is told to stop"
        return _breach(title, shown, stop, f"{whole.came.value} or OpenStopped")
    difference = _difference(whole, shown)
    if difference:
        title = "open returns with another state when it is told to stop"
        return _breach(title, shown, stop, f"the whole state or OpenStopped; {difference}")
    return None


def _judge_after(after: _Shown, stop: Stop, whole: _Shown) -> Breach | None:
    """Hold the next open, which nobody stops, to what it gave before."""
    difference = _difference(whole, after)
    if after.came.outcome is None and after.came.value == whole.came.value and not difference:
        return None
    title = "after a stopped open the folder opens otherwise than before"
    expected = f"{whole.came.value} from the next open{difference and f'; {difference}'}"
    return _breach(title, after, stop, expected)


def _difference(whole: _Shown, shown: _Shown) -> str:
    found = differ_observed((whole.seen,), (shown.seen,)) if shown.seen else None
    if found is None or found.only_order:
        return ""
    return f"{found.label}: expected {found.expected}, got {found.got}"


def _breach(title: str, shown: _Shown, stop: Stop, expected: str) -> Breach:
    outcome = shown.came.outcome
    got = shown.came.text if outcome else shown.came.value
    return Breach(
        "DSK-10", CHECK, title,
        f"the signal was set {stop.text}: expected {expected}, open gave {got}",
        method="open", error=outcome.error if outcome else "",
        locations=innermost(outcome) if outcome else (),
        evidence=stop.evidence,
    )  # fmt: skip
