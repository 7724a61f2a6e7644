"""The file that replays one finding: written once, verified, read without running code.

Plain JSON, checked against a schema on reading; what is in it is data and stays data.
"""

from __future__ import annotations

import base64
import os
import platform
import tempfile
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from smcheck._reading import read_file
from smcheck._version import __version__
from smcheck._witness_names import name_for
from smcheck.circumstances.data import is_hash_seed
from smcheck.circumstances.settings import Choice, choose
from smcheck.contract.clauses import CLAUSES
from smcheck.engine.caught import Caught
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


class _Record(msgspec.Struct, forbid_unknown_fields=True):
    """Base of everything in a witness file."""


class _Schema(msgspec.Struct):
    """What says whether the rest of a file is for this version."""

    schema: str


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


class SwitchRecord(_Record):
    """One deviation."""

    task: int
    point: int
    to: int


class BreachRecord(_Record):
    """What was expected and what came, for the reader and for telling *differently*."""

    clause: str
    check: str
    title: str
    message: str
    method: str
    error: str
    signature: str
    raised_in: str = ""


class Witness(_Record):
    """Everything that one replay needs, and what the run that found it looked like."""

    schema: str
    target: str
    subject: str
    folder: str
    seed: int
    hash_seed: str
    breach: BreachRecord
    log: list[CommandRecord]
    queries: list[Any]
    tasks: list[list[CallRecord]]
    schedule: list[SwitchRecord]
    versions: dict[str, str]
    vary: list[str] = []
    dont_vary: list[str] = []

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

    def caught(self) -> Caught:
        """Return the case as the engine runs it."""
        b = self.breach
        raised = (Location("", 0, b.raised_in),) if b.raised_in else ()
        breach = Breach(
            b.clause, b.check, b.title, b.message, b.method, error=b.error, locations=raised
        )
        schedule = tuple(Deviation(d.task, d.point, d.to) for d in self.schedule)
        return Caught(breach, self.plan(), schedule)


def save_witness(world: World, caught: Caught, finding: Finding, folder: Path) -> Finding:
    """Write the witness of a finding and return the finding with its path."""
    path = store(record(world, caught, finding), folder, clause=finding.breach.clause)
    return replace(finding, witness=str(path), replay=f"smcheck replay {path}")


def store(witness: Witness, folder: Path, *, clause: str) -> Path:
    """Write a witness, whole or not at all, and return its path.

    The default folder ignores itself in git.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder.parent / ".gitignore"
    if folder.parent.name == ".smcheck" and not ignore.exists():
        ignore.write_text("*\n")
    path = folder / name_for(witness.subject, clause, witness.breach.signature)
    _write(path, msgspec.json.format(msgspec.json.encode(witness), indent=1))
    return path


def load_witness(path: Path) -> Witness:
    """Read a witness.

    Raises:
        UsageError: There is no such file, or it is no witness of a version that is known.
    """
    try:
        data = read_file(path)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"expected a witness file, {path}: {why}: check the path") from error
    try:
        schema = msgspec.json.decode(data, type=_Schema).schema
        if schema == SCHEMA:
            return _sound(msgspec.json.decode(data, type=Witness))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f"expected a witness written by smcheck, {path} is damaged: {error}: "
            "take another copy, or run smcheck check again"
        ) from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error
    raise UsageError(
        f"expected a witness of schema {SCHEMA!r}, {path} has {schema!r:.60}: "
        "use the smcheck version that wrote it"
    )


def _sound(witness: Witness) -> Witness:
    """Return a witness whose words and numbers name something."""
    _check_words(witness)
    witness.caught()
    _ = witness.choice
    return witness


def record(world: World, caught: Caught, finding: Finding) -> Witness:
    """Return the witness of a case of ``world``."""
    breach, subject = caught.breach, world.subject  # the key of the case, not the name it got later

    return Witness(
        schema=SCHEMA,
        target=world.target or "",
        subject=subject.name,
        folder=os.getcwd(),
        seed=world.seed,
        hash_seed=os.environ.get("PYTHONHASHSEED", "random"),
        breach=BreachRecord(breach.clause, breach.check, breach.title, breach.message,
                            breach.method, breach.error, finding.signature, _raised_in(breach)),
        log=[_command(command, subject) for command in caught.plan.log],
        queries=[to_json(query) for query in caught.plan.queries],
        tasks=[[_call(op) for op in ops] for ops in caught.plan.tasks],
        schedule=[SwitchRecord(d.task, d.point, d.to) for d in caught.schedule],
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
    """Refuse names that name nothing: nothing would be looked for, and so all be fixed."""
    breach = witness.breach
    for what, word, is_known in (
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
    fine &= len(plan.tasks) >= 3 and all(min(d.task + 1, d.point, d.to) >= 0 for d in schedule)
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


def _write(path: Path, data: bytes) -> None:
    """Write beside the place and rename: never a half-written file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".witness-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
