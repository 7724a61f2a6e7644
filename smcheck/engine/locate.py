"""Name the line of the machine that a breach is about.

Works on the smallest case, after the breach is proven: what it says is a help to the reader
and part of the signature, never a reason to accuse.
"""

from __future__ import annotations

import inspect
import linecache
import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from smcheck.contract.types import Entry, SnapshotAborted
from smcheck.engine.caught import Caught
from smcheck.engine.held import line_that_changes_result, line_that_keeps_query, line_that_retains
from smcheck.engine.locate_faults import FAULT_FINDERS, METHOD_FIRST
from smcheck.engine.locate_half import half_changed
from smcheck.engine.locate_parting import PARTING, where_updates_part
from smcheck.engine.locate_recover import missing_part
from smcheck.engine.watch import LineWatch, digest
from smcheck.engine.world import NotControlled, StuckLife, World
from smcheck.finding import Breach, Location
from smcheck.history import Call
from smcheck.host.adapted import own_method
from smcheck.host.conduct import Run
from smcheck.host.queries import own_copy
from smcheck.host.replica import Replica
from smcheck.host.streams import Image
from smcheck.plan import READERS, Lookup

Lines = tuple[Location, ...]


def locate(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return the culprit's location first, then the related ones with their roles."""
    breach = caught.breach
    named = tuple(place for place in breach.locations if _is_machine(world, place))
    known = tuple(place for place in named if place.role in ("", "waits"))
    beside = tuple(place for place in named if place not in known)
    if known:
        return _absolute(known[:1] if breach.error else named)
    finder = _FINDERS.get(breach.clause)
    try:
        lines = finder(world, caught, run) if finder else ()
        if not lines and breach.clause in PARTING:
            lines = where_updates_part(world, caught, run)
    except (NotControlled, StuckLife):
        lines = ()
    lines = tuple(line for line in lines if _is_machine(world, line))
    if breach.clause in METHOD_FIRST:
        lines = (_method_line(world, caught), *lines)
    return _absolute((*(lines or (_method_line(world, caught),)), *beside))


def source_of(location: Location) -> str:
    """Return the text of a source line without its indentation."""
    return linecache.getline(location.file, location.line).strip()


def first_line(world: World, method: str) -> Location:
    """Return the ``def`` line of a method of the machine, or the machine's own first line."""
    target = world.own_class
    name = own_method(world.machine_class, method)
    function = (getattr(target, name, None) if name else None) or target
    function = inspect.unwrap(getattr(function, "__func__", function))
    code = getattr(function, "__code__", None)
    if code is not None:
        return Location(code.co_filename, code.co_firstlineno, code.co_qualname)
    try:
        _, line = inspect.getsourcelines(function)
        return Location(inspect.getsourcefile(function) or "", line, function.__qualname__)
    except (OSError, TypeError):
        return Location("", 0, getattr(function, "__qualname__", method))


def _method_line(world: World, caught: Caught) -> Location:
    """Return the first line of the method at fault, or the first one that it runs.

    The latter where an adapter does not say which method of the user's is meant.
    """
    line = first_line(world, caught.breach.method)
    if own_method(world.machine_class, caught.breach.method) and _is_machine(world, line):
        return line
    try:
        return world.alone(lambda: _first_run(world, caught)) or line
    except (NotControlled, StuckLife):
        return line


def _first_run(world: World, caught: Caught) -> Location | None:
    """Live through the log and return the first machine line of the method at fault."""
    replica = Replica(world.subject, folders=world.folders)
    watch = LineWatch(world.traced, lambda: False)
    calls: dict[str, Callable[[], object]] = {
        "lookup": lambda: _ask_all(replica, caught),
        "save_snapshot": lambda: _save(replica, caught),
        "prepare_snapshot": replica.prepare,
        "close": replica.close,
        "get_hash": replica.get_hash,
    }
    method = caught.breach.method
    recovers = method == "recover_from_snapshot"
    updates = watch.watching if method not in calls and not recovers else nullcontext
    try:
        for command in caught.plan.log:
            with updates():
                replica.update([Entry(command.index, command.cmd)])
        if recovers:
            _recover(world, replica, caught, watch)
        elif method in calls:
            with watch.watching():
                calls[method]()
    except Exception:
        return watch.first  # it may be what the breach is about
    return watch.first


def _recover(world: World, replica: Replica, caught: Caught, watch: LineWatch) -> None:
    """Recover the replica's image, into itself where the host does so, and watch that alone."""
    image = _save(replica, caught)
    with watch.watching():
        if replica.profile.recovers_used:
            replica.recover(image)
        else:
            Replica.recovered(world.subject, image, folders=world.folders)


def _is_machine(world: World, place: Location) -> bool:
    return bool(place.file) and world.traced.is_machine_file(place.file)


def _absolute(lines: Lines) -> Lines:
    return tuple(
        replace(line, file=str(Path(line.file).absolute())) if line.file else line for line in lines
    )


def _writes_in(
    call: Callable[[Replica, Caught], Any],
) -> Callable[[World, Caught, Run | None], Lines]:
    """Make a finder for the first line of a call that changes the machine's attributes."""

    def find(world: World, caught: Caught, run: Run | None) -> Lines:
        def body() -> Lines:
            replica = Replica(world.subject, folders=world.folders)
            for version in range(len(caught.plan.log) + 1):
                if version:
                    command = caught.plan.log[version - 1]
                    replica.update([Entry(command.index, command.cmd)])
                found = _first_write(world, replica, lambda: call(replica, caught))
                if found is not None:
                    return (found,)
            return ()

        return world.alone(body)

    return find


def _first_write(world: World, replica: Replica, call: Callable[[], Any]) -> Location | None:
    watch = LineWatch(world.traced, _changes(replica))
    with watch.watching():
        try:
            call()
        except Exception:
            return watch.found
    return watch.found


def _changes(replica: Replica) -> Callable[[], bool]:
    """Return what says whether the machine's attributes are others than now."""
    before = digest(replica.machine)
    return lambda: digest(replica.machine) != before


def _ask_all(replica: Replica, caught: Caught) -> None:
    for query in caught.plan.queries:
        try:
            replica.lookup(own_copy(query))
        except Exception:
            continue


def _save(replica: Replica, caught: Caught) -> Image:
    return replica.save(replica.prepare())


def _answer_line(world: World, caught: Caught, run: Run | None) -> Lines:
    """Find the line at which lookup returns something that is a container."""

    def body() -> Lines:
        replica = Replica(world.subject, folders=world.folders)
        for command in caught.plan.log:
            replica.update([Entry(command.index, command.cmd)])
        for query in caught.plan.queries:
            watch = LineWatch(world.traced, lambda: False)
            with watch.watching():
                answer = replica.lookup(own_copy(query))
            if isinstance(answer, (list, dict, set, bytearray)) and watch.last_return:
                return (watch.last_return,)
        return ()

    return world.alone(body)


def _handed_out(world: World, caught: Caught, run: Run | None) -> Lines:
    """Find the return line of prepare when it shares state, else the line of save that reads."""
    writer = _switch_lines(run, tasks=(0,), role="writer")
    if "path" in dict(caught.breach.evidence):

        def body() -> Lines:
            replica = Replica(world.subject, folders=world.folders)
            watch = LineWatch(world.traced, lambda: False)
            for command in caught.plan.log:
                with suppress(SnapshotAborted), watch.watching():
                    replica.prepare()
                if watch.last_return:
                    break
                replica.update([Entry(command.index, command.cmd)])
            return (watch.last_return,) if watch.last_return else ()

        return (*world.alone(body), *writer)
    reads = _switch_lines(run, tasks=(1,), role="")
    return (*reads, *_first_read(world, run), *writer)[:1] + writer


def _first_read(world: World, run: Run | None) -> Lines:
    """Return the first line of the snapshot task inside save that touches ``self``."""
    if run is None or run.execution is None:
        return ()
    for task, file, line, function in run.execution.steps:
        text = linecache.getline(file, line)
        if task == 1 and "save_snapshot" in function and "self." in text:
            return (Location(file, line, function),)
    return ()


def _interrupted_read(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return the line of lookup that was interrupted, the writer's line beside it."""
    faulty = _faulty_lookup(caught.breach, run)
    tasks = (faulty.task,) if faulty else _readers(caught)
    reads = _switch_lines(run, tasks=tasks, role="")
    writers = _switch_lines(run, tasks=(0,), role="writer")
    whole = _last_read(world, run, faulty) or (first_line(world, "lookup"),)
    return (*(reads or whole), *writers)


def _beside_recover(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return the lookup, and beside it where the recover stood that it looked into."""
    return (_method_line(world, caught), *_switch_lines(run, tasks=(0,), role="writer"))


def _last_read(world: World, run: Run | None, faulty: Call | None) -> Lines:
    """Return the line of the last access to the machine by a lookup that ran inside a write."""
    if run is None or run.execution is None or faulty is None:
        return ()
    lookups = [call for call in run.history.of(Lookup) if call.task == faulty.task]
    if lookups != [faulty]:
        return ()  # the steps do not tell which call they belong to
    steps = [step for step in run.execution.steps if step[0] == faulty.task]
    places = [Location(file, line, function) for _, file, line, function in steps]
    own = [(place, source_of(place)) for place in places if _is_machine(world, place)]
    owners = {"self", *(m[1] for _, text in own if (m := _ALIAS.match(text)))}
    reads = re.compile(rf"\b({'|'.join(sorted(owners))})[.\[]")
    return tuple(place for place, text in own if reads.search(text))[-1:]


_ALIAS = re.compile(r"\s*(\w+) = self\.\w+$")
"""A name that stands for a part of the machine."""


def _faulty_lookup(breach: Breach, run: Run | None) -> Call | None:
    """Return the lookup that the breach is about, by the moment it notes."""
    moment = dict(breach.evidence).get("moment", "")
    if run is None or not moment.isdigit():
        return None
    return next((c for c in run.history.of(Lookup) if c.began == int(moment)), None)


def _switch_lines(run: Run | None, *, tasks: tuple[int, ...], role: str) -> Lines:
    """Return where tasks were switched away from by a deviation, last one first."""
    if run is None or run.execution is None:
        return ()
    found = [
        replace(switch.location, role=role)
        for switch in run.execution.switches
        if switch.task in tasks and switch.location is not None and switch.reason == "chosen"
    ]
    return tuple(dict.fromkeys(reversed(found)))


def _crash(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return the innermost machine line of the exception, the writer beside it."""
    calls = run.history.calls if run else []
    for outcome in (call.outcome for call in calls):
        if outcome and outcome.raised and outcome.error == caught.breach.error:
            own = [place for place in outcome.frames if _is_machine(world, place)]
            writers = _switch_lines(run, tasks=(0,), role="writer")
            return (*own[-1:], *(w for w in writers if w.line != own[-1].line)) if own else ()
    return ()


def _left_by_recover(world: World, caught: Caught, run: Run | None) -> Lines:
    """Return where a lookup was interrupted that puts an older state back, else what is missing."""
    reads = _switch_lines(run, tasks=_readers(caught), role="")
    return reads or missing_part(world, caught, run)


def _readers(caught: Caught) -> tuple[int, ...]:
    return tuple(range(READERS, len(caught.plan.tasks)))


_FINDERS: dict[str, Callable[[World, Caught, Run | None], Lines]] = {
    "UPD-4": line_that_retains,
    "RES-2": line_that_changes_result,
    "UPD-11": half_changed,
    "LKP-1": _writes_in(_ask_all),
    "LKP-2": line_that_keeps_query,
    "SAV-3": _writes_in(_save),
    "HSH-2": _writes_in(lambda replica, caught: replica.get_hash()),
    "CLO-1": _writes_in(lambda replica, caught: replica.close()),
    "LKP-3": _answer_line,
    "SAV-1": _handed_out,
    "SAV-2": _handed_out,
    "RDC-1": _interrupted_read,
    "RDC-2": _interrupted_read,
    "RDC-3": _interrupted_read,
    "BAT-6": _interrupted_read,
    "LKP-5": _beside_recover,
    "CRA-1": _crash,
    "THR-1": _crash,
    "UPD-8": _crash,
    "SAV-8": _crash,
    "PRE-5": _crash,
    "REC-3": _crash,
    "CLO-3": _crash,
    "SAV-4": missing_part,
    "REC-1": _left_by_recover,
    **FAULT_FINDERS,
}
