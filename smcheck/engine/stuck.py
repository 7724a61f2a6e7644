"""Turn an execution that waits for ever into a breach with the lines that wait."""

from __future__ import annotations

from dataclasses import replace

from smcheck.finding import Breach, Location
from smcheck.plan import task_name
from smcheck.runtime.session import Stuck, Waiting


def stuck_breach(stuck: Stuck, check: str) -> Breach:
    """Return PRG-1 for a cycle of holders and waiters, PRG-2 for a signal nobody owes."""
    lines = [_line(waiting) for waiting in stuck.waiting]
    locations = _locations(stuck)
    method = locations[0].function.rpartition(".")[2] if locations else ""
    if stuck.cycle:
        names = " and ".join(task_name(t) for t in sorted(set(stuck.cycle)))
        many = len(set(stuck.cycle)) > 1
        title = (
            f"{names} wait for each other"
            if many
            else f"{names} waits for a lock that is never given back"
        )
        message = "expected every call to return, none can go on: " + "; ".join(lines)
        return Breach("PRG-1", check, title, message, method=method, locations=locations)
    title = "a call waits for a signal that no other call gives"
    message = "expected every call to return, nobody is left to wake these: " + "; ".join(lines)
    return Breach("PRG-2", check, title, message, method=method, locations=locations)


def _line(waiting: Waiting) -> str:
    at = f" at line {waiting.location.line}" if waiting.location else ""
    text = f"{task_name(waiting.task)} waits for {waiting.what}{at}"
    if waiting.holder is not None:
        taken = f" since line {waiting.taken_at.line}" if waiting.taken_at else ""
        text += f", held by {task_name(waiting.holder)}{taken}"
    return text


def _locations(stuck: Stuck) -> tuple[Location, ...]:
    """Return where the machine waits, last wait first, then where the locks were taken."""
    own = [w for w in stuck.waiting if w.kind != "gate" and w.location]
    # Who only waits behind the cycle is a bystander.
    own.sort(key=lambda w: w.task in stuck.cycle)
    waits = [replace(w.location, role="waits") for w in reversed(own) if w.location]
    taken = [replace(w.taken_at, role="holder") for w in own if w.taken_at]
    return tuple(dict.fromkeys((*waits, *taken)))
