"""Judge how a child died: which clause the machine broke by it, and on which line.

Pure: from an ending and what is known of the subject to a finding, or a reason for none.
"""

from __future__ import annotations

import linecache
import signal
from dataclasses import dataclass, replace

from smcheck.cli.messages import Resolved
from smcheck.cli.stacks import machine_frames, parse, qualified
from smcheck.cli.supervisor import Cause, Ending
from smcheck.cli.survey import OPERATIONS
from smcheck.finding import Breach, Finding, Location, signature

CLAUSES_OF_DEATH = {
    "update": "UPD-8", "lookup": "LKP-4", "observe": "LKP-4", "prepare": "PRE-5",
    "save": "SAV-8", "recover": "REC-3", "restart": "REC-3", "close": "CLO-3", "open": "DSK-10",
}  # fmt: skip
"""Clause that an operation breaks when the process does not survive it."""

CHECK = "process"
"""Name of the check that sees a process end; ``smcheck.engine.draft`` has it too."""

_OPERATION_OF = {method: operation for operation, method in OPERATIONS.items()} | {
    "__init__": "construct"
}
_FROM_OUTSIDE = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP}
_LIMIT_LINES = 3
_TITLES = {
    Cause.ENDED: "ended the process instead of returning or raising",
    Cause.SILENT: "neither returned nor raised",
    Cause.MEMORY: "took more memory than it may",
}


@dataclass(frozen=True, slots=True)
class Death:
    """What the end of a child means: a finding, or why there is none.

    Attributes:
        place: The machine's innermost line, ``None`` where no stack tells it.
    """

    finding: Finding | None
    reason: str
    place: Location | None


def explain(ending: Ending, resolved: Resolved | None, *, is_strict: bool = False) -> Death:
    """Return what the end of a child that did not finish means.

    Args:
        ending: How it ended.
        resolved: The subject, ``None`` if the child did not come so far.
        is_strict: A call that took too long or too much memory is at fault as well; once it
            may be the computer's doing, so whoever asks for this has seen it twice.
    """
    frames = machine_frames(parse(ending.stacks), resolved.roots if resolved else ())
    place = frames[0] if frames else None
    operation = _operation(ending, frames)
    reason = _reason(ending, operation, place)
    clause = CLAUSES_OF_DEATH.get(operation, "")
    is_own = _is_own_doing(ending, place, is_strict=is_strict)
    if resolved is None or not clause or not is_own:
        return Death(None, reason, place)
    return Death(_finding(ending, resolved, operation, place, reason), reason, place)


def _is_own_doing(ending: Ending, place: Location | None, *, is_strict: bool) -> bool:
    """Tell the machine's doing from a kill that may have come from anywhere."""
    if ending.cause is not Cause.ENDED:
        return is_strict and place is not None
    if ending.returncode is None:
        return False
    return place is not None or -ending.returncode not in _FROM_OUTSIDE


def _operation(ending: Ending, frames: tuple[Location, ...]) -> str:
    """Return the operation at fault: with several in flight the stack knows better."""
    for frame in reversed(frames):
        if frame.function in _OPERATION_OF:
            return _OPERATION_OF[frame.function]
    return ending.operation


def _reason(ending: Ending, operation: str, place: Location | None) -> str:
    during = f"during {operation}" if operation else "outside of every operation"
    at = f", at {place.file}:{place.line} in {place.function}" if place else ""
    last = _last_words(ending)
    said = f"; the last words on stderr: {last}" if last else ""
    return f"the process that runs the machine {_how(ending)} {during}{at}{said}"


def _how(ending: Ending) -> str:
    if ending.cause is Cause.SILENT:
        return f"gave no sign of life for {ending.silent_s:.0f} s and was ended"
    if ending.cause is Cause.MEMORY:
        return "took more memory than it may and was ended"
    if ending.returncode is None:
        return "closed its way to the parent and was ended"
    if ending.returncode < 0:
        return f"was killed by {_signal_name(-ending.returncode)}"
    return f"ended with exit status {ending.returncode}"


def _end(ending: Ending) -> str:
    """Return how it ended in words that stay the same whatever it took."""
    kinds = {Cause.SILENT: "no sign of life", Cause.MEMORY: "too much memory"}
    return kinds.get(ending.cause) or _how(ending)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _last_words(ending: Ending) -> str:
    lines = [line.strip() for line in ending.errors.splitlines() if line.strip()]
    return " | ".join(lines[-_LIMIT_LINES:])[-400:]


def _finding(
    ending: Ending, resolved: Resolved, operation: str, place: Location | None, reason: str
) -> Finding:
    clause = CLAUSES_OF_DEATH[operation]
    first = resolved.methods.get(operation) or next(iter(resolved.methods.values()), None)
    named = replace(place, function=qualified(place)) if place is not None else None
    location = named or first or Location(resolved.target, 1, operation)
    breach = Breach(
        clause=clause,
        check=CHECK,
        title=f"{operation} {_TITLES[ending.cause]}",
        message=f"expected {operation} to return or to raise; {reason}",
        method=OPERATIONS.get(operation, operation),
        error=_end(ending),
        locations=(location,),
        evidence=(("end", _how(ending)),),
    )
    source = linecache.getline(location.file, location.line)
    identity = signature(resolved.name, breach, location.function, source)
    return Finding(breach, location, signature=identity).weighed(resolved.known)
