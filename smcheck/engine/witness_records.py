"""What replays one finding, as plain records: the case, and what was expected and came.

Everything in them is data and stays data. ``witness`` writes them to a file and reads them.
"""

from __future__ import annotations

import base64
import os
import platform
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from smcheck._version import __version__
from smcheck.circumstances.data import is_hash_seed
from smcheck.circumstances.settings import Choice, choose
from smcheck.contract.clauses import CLAUSES
from smcheck.engine.anchors import Anchor, anchors_of
from smcheck.engine.caught import Caught
from smcheck.engine.locate import source_of
from smcheck.engine.twins import FIRST, SEQUENTIAL
from smcheck.engine.world import World
from smcheck.errors import UsageError
from smcheck.finding import Breach, Finding, Location
from smcheck.plan import (
    Close,
    Command,
    Hash,
    Lookup,
    Operation,
    Plan,
    Prepare,
    Recover,
    Save,
    Sync,
    Update,
)  # fmt: skip
from smcheck.schedule import Deviation
from smcheck.subject import Subject
from smcheck.values import from_json, to_json

SCHEMA = "smcheck/witness/1"


LIMIT_COMMANDS = 250_000
"""Entries of a log, and operations of a task."""
LIMIT_DEVIATIONS = 10_000
_LIMIT_QUERIES = 10_000
_LIMIT_TASKS = 200
_LIMIT_NAMES = 100
_LIMIT_POINT = 1 << 40
_LIMIT_THREADS = 1 << 16
_SIGNATURE = re.compile("[0-9a-f]{12}")


_Line = Annotated[str, Meta(max_length=100_000)]


class _Record(msgspec.Struct):
    """Base of everything in a witness file.

    A newer version may have written fields that are not here; they are passed over.
    """


class CommandRecord(_Record):
    """One command: index and base64 bytes, with a text for the reader.

    Attributes:
        added: By the host, for a subject that takes any bytes.
    """

    index: int
    cmd: str
    text: str = ""
    added: bool = False


class CallRecord(_Record):
    """One operation: its name, and its numbers by name."""

    op: str
    start: int = 0
    stop: int = 0
    query: int = 0
    upto: int = 0


class AnchorRecord(_Record):
    """Where in the code a deviation lies; see ``smcheck.engine.anchors.Anchor``."""

    function: _Line
    text: _Line
    visit: int
    step: int


class SwitchRecord(_Record):
    """One deviation."""

    task: int
    point: int
    to: int
    anchor: AnchorRecord | None = None


class BreachRecord(_Record):
    """What was expected and what came, for the reader and for telling *differently*.

    Attributes:
        function: Of the line at fault, by its qualified name.
        line: The text of that line.
    """

    clause: str
    check: str
    title: str
    message: str
    method: str
    error: str
    signature: str
    raised_in: str = ""
    function: _Line = ""
    line: _Line = ""


class Witness(_Record):
    """Everything that one replay needs, and what the run that found it looked like.

    Attributes:
        folder: Where the target is looked for first; a relative one is relative to the file.
        digest: Of all the rest, as ``witness`` makes it; files of old have none.
    """

    schema: str
    target: str
    subject: str
    folder: str
    seed: int
    hash_seed: str
    breach: BreachRecord
    log: Annotated[list[CommandRecord], Meta(max_length=LIMIT_COMMANDS)]
    queries: Annotated[list[Any], Meta(max_length=_LIMIT_QUERIES)]
    tasks: Annotated[
        list[Annotated[list[CallRecord], Meta(max_length=LIMIT_COMMANDS)]],
        Meta(min_length=3, max_length=_LIMIT_TASKS),
    ]
    schedule: Annotated[list[SwitchRecord], Meta(max_length=LIMIT_DEVIATIONS)]
    versions: Annotated[dict[str, str], Meta(max_length=_LIMIT_NAMES)]
    vary: Annotated[list[str], Meta(max_length=_LIMIT_NAMES)] = []
    dont_vary: Annotated[list[str], Meta(max_length=_LIMIT_NAMES)] = []
    digest: str = ""

    @property
    def choice(self) -> Choice:
        """Which circumstances were varied.

        Raises:
            UsageError: Nothing is called so; the file is damaged.
        """
        return choose(dict.fromkeys(self.vary, ""), frozenset(self.dont_vary))

    def plan(self) -> Plan:
        """Return the plan.

        Raises:
            UsageError: An operation or a value is not one.
        """
        log = tuple(Command(c.index, _bytes(c.cmd), c.added) for c in self.log)
        tasks = tuple(tuple(map(_operation, ops)) for ops in self.tasks)
        plan = Plan(log, tuple(map(from_json, self.queries)), tasks)
        _check_numbers(plan, self.schedule)
        return plan

    def anchors(self) -> tuple[Anchor | None, ...]:
        """Return where in the code each deviation lies, ``None`` where nobody noted it."""
        return tuple(
            Anchor(a.function, a.text, a.visit, a.step) if (a := d.anchor) else None
            for d in self.schedule
        )

    def caught(self) -> Caught:
        """Return the case as the engine runs it."""
        b = self.breach
        raised = (Location("", 0, b.raised_in),) if b.raised_in else ()
        breach = Breach(
            b.clause, b.check, b.title, b.message, b.method, error=b.error, locations=raised
        )
        schedule = tuple(Deviation(d.task, d.point, d.to) for d in self.schedule)
        return Caught(breach, self.plan(), schedule)


def require_sound(witness: Witness) -> Witness:
    """Return a witness whose words and numbers name something.

    Raises:
        UsageError: They do not: nothing would be looked for, and so all be fixed.
    """
    _check_words(witness)
    witness.caught()
    _ = witness.choice
    return witness


def record(world: World, caught: Caught, finding: Finding) -> Witness:
    """Return the witness of a case of ``world``."""
    breach, subject = caught.breach, world.subject  # the key of the case, not the name it got later
    place = finding.location
    anchors = anchors_of(world, caught) if caught.schedule else ()
    return Witness(
        schema=SCHEMA,
        target=world.target or "",
        subject=subject.name,
        folder=os.getcwd(),
        seed=world.seed,
        hash_seed=os.environ.get("PYTHONHASHSEED", "random"),
        breach=BreachRecord(breach.clause, breach.check, breach.title, breach.message,
                            breach.method, breach.error, finding.signature, _raised_in(breach),
                            place.function, source_of(place) if place.file else ""),
        log=[_command(command, subject) for command in caught.plan.log],
        queries=[to_json(query) for query in caught.plan.queries],
        tasks=[[_call(op) for op in ops] for ops in caught.plan.tasks],
        schedule=_switches(caught.schedule, anchors),
        versions={"smcheck": __version__, "python": platform.python_version()},
        vary=world.choice.added(),
        dont_vary=world.choice.left_out(),
    )  # fmt: skip


_CHECKS = frozenset({*FIRST, *SEQUENTIAL, "schedules", "process"})

_NAMES: dict[str, type] = {
    "update": Update, "lookup": Lookup, "prepare": Prepare, "save": Save, "recover": Recover,
    "close": Close, "sync": Sync, "hash": Hash,
}  # fmt: skip


def _command(command: Command, subject: Subject) -> CommandRecord:
    cmd = base64.b64encode(command.cmd).decode()
    return CommandRecord(command.index, cmd, subject.text_of(command.cmd), command.added)


def _switches(
    schedule: Sequence[Deviation], anchors: Sequence[Anchor | None]
) -> list[SwitchRecord]:
    return [
        SwitchRecord(*deviation, AnchorRecord(*anchor) if anchor else None)
        for deviation, anchor in zip(schedule, anchors, strict=True)
    ]


def _call(op: Operation) -> CallRecord:
    name = type(op).__name__.lower()
    if isinstance(op, Update):
        return CallRecord(name, start=op.start, stop=op.stop)
    if isinstance(op, Lookup):
        return CallRecord(name, query=op.query)
    return CallRecord(name, upto=op.upto) if isinstance(op, Recover) else CallRecord(name)


def _operation(call: CallRecord) -> Operation:
    if call.op == "update":
        return Update(call.start, call.stop)
    if call.op == "lookup":
        return Lookup(call.query)
    if call.op == "recover":
        return Recover(call.upto)
    simple: dict[str, Operation] = {
        "prepare": Prepare(), "save": Save(), "close": Close(), "sync": Sync(), "hash": Hash(),
    }  # fmt: skip
    if call.op not in simple:
        raise UsageError(f"expected an operation, got {call.op!r:.40}: the file is damaged")
    return simple[call.op]


def _check_words(witness: Witness) -> None:
    """Refuse names that name nothing."""
    breach = witness.breach
    for what, word, is_known in (
        ("a signature", breach.signature, _SIGNATURE.fullmatch(breach.signature) is not None),
        ("a clause", breach.clause, breach.clause in CLAUSES),
        ("a check", breach.check, breach.check in _CHECKS),
        ("a hash seed", witness.hash_seed, is_hash_seed(witness.hash_seed)),
    ):
        if not is_known:
            raise UsageError(f"expected {what} that exists, got {word!r:.40}: the file is damaged")


def _check_numbers(plan: Plan, schedule: list[SwitchRecord]) -> None:
    """Refuse numbers that name nothing."""
    n = len(plan.log)
    indexes = [0, *(command.index for command in plan.log)]
    fine = all(a < b for a, b in pairwise(indexes)) and indexes[-1] < 1 << 64
    # Threads that the machine started have numbers above those of the plan's tasks.
    fine &= all(
        -1 <= d.task < _LIMIT_THREADS and 0 <= d.to < _LIMIT_THREADS and 0 <= d.point < _LIMIT_POINT
        for d in schedule
    )
    fine &= len({(d.task, d.point) for d in schedule}) == len(schedule)
    for op in (op for ops in plan.tasks for op in ops):
        if isinstance(op, Update):
            fine &= 0 <= op.start < op.stop <= n
        elif isinstance(op, Lookup):
            fine &= op.query in range(len(plan.queries))
        elif isinstance(op, Recover):
            fine &= 0 <= op.upto <= n
    if not fine:
        raise UsageError("expected numbers that fit the plan: the file is damaged")


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise UsageError(f"expected base64, got {text!r:.40}: the file is damaged") from error


def _raised_in(breach: Breach) -> str:
    """Return the function that raised, which is part of a breach's key."""
    return breach.locations[0].function if breach.error and breach.locations else ""
