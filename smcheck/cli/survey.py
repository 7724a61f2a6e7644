"""Learn of a subject what the parent must know to speak of it without importing it.

Runs in the child only.
"""

from __future__ import annotations

import inspect
import os
import sys
from pathlib import Path

from smcheck.cli.messages import Resolved
from smcheck.contract.profiles import kind_of
from smcheck.finding import Location
from smcheck.subject import Subject
from smcheck.target import resolve

OPERATIONS = {
    "open": "open",
    "update": "update",
    "lookup": "lookup",
    "sync": "sync",
    "prepare": "prepare_snapshot",
    "save": "save_snapshot",
    "recover": "recover_from_snapshot",
    "close": "close",
    "hash": "get_hash",
}
"""Method of the machine by the name of the operation."""


def survey(
    target: str, *, folder: Path | None = None, construct: bool = False
) -> tuple[Resolved, Subject]:
    """Resolve ``target`` and describe what it names.

    Args:
        target: As the user wrote it.
        folder: Where it is looked for; the working directory unless given.
        construct: Also build a machine once, which finds a factory that raises.

    Raises:
        UsageError: The target, the subject or the machine is not what it must be.
    """
    subject = resolve(target, folder=folder)
    subject.factory_arguments()
    kind = _try_out(subject) if construct else ""
    return describe(subject, target, kind=kind), subject


def describe(subject: Subject, target: str, *, kind: str = "") -> Resolved:
    """Describe ``subject``, which ``target`` names; the kind is found unless it is given."""
    machine = subject.machine
    if not kind and inspect.isclass(machine):
        kind = subject.kind or kind_of(machine)
    return Resolved(
        target, subject.name, kind, _methods(machine), _roots(subject), dict(subject.known)
    )


def _try_out(subject: Subject) -> str:
    from smcheck.engine.world import NotControlled, World

    with World(subject) as world:
        try:
            world.try_out()
        except NotControlled:
            # A factory that does not come back is no wrong target: the check says so.
            return ""
        return str(world.kind)


def _methods(machine: object) -> dict[str, Location]:
    found = {operation: _first_line(machine, name) for operation, name in OPERATIONS.items()}
    found["construct"] = _first_line(machine, "__init__") or _place(machine)
    return {operation: place for operation, place in found.items() if place}


def _first_line(machine: object, name: str) -> Location | None:
    return _place(getattr(machine, name, None)) if inspect.isclass(machine) else None


def _place(thing: object) -> Location | None:
    """Return where a function or class is written, ``None`` for what has no source."""
    if not callable(thing):
        return None
    try:
        plain = inspect.unwrap(thing)
        file = inspect.getsourcefile(plain)
        line = inspect.getsourcelines(plain)[1]
    except (TypeError, OSError, ValueError):
        return None
    return Location(os.path.abspath(file or ""), max(line, 1), plain.__qualname__)


def _roots(subject: Subject) -> tuple[str, ...]:
    """Return the folder of each package, or the file of each module, that is the machine's."""
    names = [getattr(subject.machine, "__module__", "") or "", *subject.trace]
    found = []
    for name in names:
        module = sys.modules.get(name.partition(".")[0])
        file = getattr(module, "__file__", None)
        if file:
            path = Path(file).absolute()
            found.append(str(path.parent if path.name == "__init__.py" else path))
    return tuple(dict.fromkeys(found))
