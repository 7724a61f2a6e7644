"""One stored failure as literals, for a regression test that a person can read and edit.

``smcheck export`` writes them. No strategy is drawn from: what happens is what is written down.
"""

from __future__ import annotations

import base64
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from smcheck.engine.whereabouts import find_target
from smcheck.engine.witness import BreachRecord, Witness, load_witness, to_bytes
from smcheck.engine.witness_records import (
    SCHEMA,
    AnchorRecord,
    CallRecord,
    CommandRecord,
    SwitchRecord,
    require_sound,
)
from smcheck.errors import UsageError
from smcheck.finding import Finding
from smcheck.plan import READERS, task_name
from smcheck.subject import Subject
from smcheck.target import resolve, target_of
from smcheck.testing.bench import Broken
from smcheck.values import to_json

_NUMBERS = {"update": ("start", "stop"), "lookup": ("query",), "recover": ("upto",)}
"""What an operation has besides its name."""
_READER = "reader "


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One failure of a machine: what happens to it, when, and what it broke by that.

    Args:
        subject: Name of the subject.
        clause: Id of the clause.
        check: Name of the check that saw it, such as ``"schedules"``.
        signature: Of the finding.
        log: Commands in the order of the log, each with its index: ``(1, b"set a 1")``; a third
            item ``"added"`` where the host made it, for a machine that takes any bytes.
        queries: What lookups ask, and what twins are compared by.
        tasks: Operations by task, ``"updates"``, ``"snapshots"``, ``"closer"``, ``"reader 1"``
            and so on: ``("update", 0, 2)`` applies ``log[0:2]``, ``("lookup", 0)`` asks
            ``queries[0]``, ``("recover", 3)`` starts from another replica's image of
            ``log[:3]``; the others have their name alone.
        schedule: Where a task is interrupted: the task, its how many-th point, the task that goes
            on, and if it is known function, line, how many-th visit of it, and points from there.
            Whatever is not named so runs on.
        method: Of the machine, that is at fault.
        error: Type of the exception that came, empty without one.
        raised_in: Function that it came from.
        at: Function and line that were blamed.
        hash_seed: ``PYTHONHASHSEED`` of the process.
        seed: Of whatever is drawn while the check is made.
        vary: Circumstances that were varied beyond the usual ones.
        dont_vary: Circumstances that were not.

    >>> case = Case(subject="Counter", clause="UPD-2", check="model", signature="0123456789ab",
    ...             log=[(1, b"add")], tasks={"updates": [("update", 0, 1)]})
    >>> case.witness("counter.py:subject").plan().log[0].cmd
    b'add'
    """

    subject: str
    clause: str
    check: str
    signature: str
    log: Sequence[tuple[Any, ...]]
    tasks: Mapping[str, Sequence[tuple[Any, ...]]]
    queries: Sequence[object] = ()
    schedule: Sequence[tuple[Any, ...]] = ()
    method: str = ""
    error: str = ""
    raised_in: str = ""
    at: tuple[str, str] = ("", "")
    hash_seed: str = "0"
    seed: int = 0
    vary: Sequence[str] = ()
    dont_vary: Sequence[str] = field(default=())

    def witness(self, target: str, folder: str = "") -> Witness:
        """Return the witness of this case.

        Args:
            target: Of the subject.
            folder: Where the target is found.

        Raises:
            UsageError: Something in it is not what it must be.
        """
        try:
            witness = self._witness(target, folder)
        except (TypeError, ValueError, AttributeError) as error:
            raise UsageError(
                f"Case of {self.subject!r:.40}: expected a case as `smcheck export` writes it, got "
                f"what is none ({error}): export it again"
            ) from error
        return require_sound(witness)

    def _witness(self, target: str, folder: str) -> Witness:
        function, line = self.at
        return Witness(
            schema=SCHEMA,
            target=target,
            subject=self.subject,
            folder=folder,
            seed=self.seed,
            hash_seed=self.hash_seed,
            breach=BreachRecord(
                self.clause, self.check, "", "", self.method, self.error, self.signature,
                self.raised_in, function, line,
            ),
            log=[_command(*entry) for entry in self.log],
            queries=[to_json(query) for query in self.queries],
            tasks=_tasks(self.tasks),
            schedule=[_switch(*switch) for switch in self.schedule],
            versions={},
            vary=list(self.vary),
            dont_vary=list(self.dont_vary),
        )  # fmt: skip


def reproduce(
    subject: Subject | str, case: Case, *, near: str | Path = "", here: bool = False
) -> None:
    """Return if the machine does not fail in ``case`` any more.

    Args:
        subject: The subject, or a target such as ``"path/to/file.py:name"``, which is looked for
            in the folder of ``near``, in those above it, and in the working directory.
        case: What to run.
        near: A file, ``__file__`` as a rule.
        here: Run it in this process, where a debugger of the caller stops in the machine. By
            default it runs in a process of its own with the hash seed of the case, as far as the
            subject has a name that another process can import.

    Raises:
        AssertionError: It still fails, or fails differently: the text is that of the finding. Also
            where the case cannot be replayed: nothing is known to be mended then.
        UsageError: There is no such subject, or the case is none.
    """
    target = subject if isinstance(subject, str) else target_of(subject)
    folder = ""
    if isinstance(subject, str):
        base = Path(near or Path.cwd() / "here").absolute()
        target, folder = find_target(subject, "", near=base)
    witness = case.witness(target or "", folder or str(Path.cwd()))
    # Signals, by which the other process is ended, come to the main thread only.
    is_main = threading.current_thread() is threading.main_thread()
    if here or target is None or not is_main:
        found = subject if isinstance(subject, Subject) else resolve(
            witness.target, folder=Path(witness.folder)
        )  # fmt: skip
        _judge(*_replayed_here(witness, found))
    else:
        _judge(*_replayed_in_child(witness))


def case_of(witness: Witness) -> Case:
    """Return the case that a witness holds."""
    told, plan = witness.breach, witness.plan()
    names = _names(len(plan.tasks))
    return Case(
        subject=witness.subject, clause=told.clause, check=told.check, signature=told.signature,
        log=[(c.index, c.cmd, "added") if c.added else (c.index, c.cmd) for c in plan.log],
        queries=plan.queries,
        tasks={names[n]: [_operation(op) for op in ops]
               for n, ops in enumerate(witness.tasks) if ops or n == len(witness.tasks) - 1 > 2},
        schedule=[_deviation(names, switch) for switch in witness.schedule],
        method=told.method, error=told.error, raised_in=told.raised_in,
        at=(told.function, told.line), hash_seed=witness.hash_seed, seed=witness.seed,
        vary=witness.vary, dont_vary=witness.dont_vary,
    )  # fmt: skip


Outcome = tuple[str, Finding | None, str]
"""Status, finding and reason, as a replay says them."""


def _replayed_here(witness: Witness, subject: Subject) -> Outcome:
    from smcheck.engine.draft import CHECK, relive
    from smcheck.engine.replay import replay

    outcome = (relive if witness.breach.check == CHECK else replay)(witness, subject)
    return str(outcome.status), outcome.finding, outcome.reason


def _replayed_in_child(witness: Witness) -> Outcome:
    # Fetched here because the command line is needed for nothing else.
    from smcheck.cli.replay import replay_in_child

    with _stored(witness) as path:
        try:
            outcome = replay_in_child(path)
        except UsageError as error:
            raise UsageError(str(error).removeprefix(f"{path}: ")) from None
    return outcome.status, outcome.finding, outcome.reason


@contextmanager
def _stored(witness: Witness) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="smcheck-") as folder:
        path = Path(folder) / "case.json"
        path.write_bytes(to_bytes(witness))
        load_witness(path)
        yield path


def _judge(status: str, finding: Finding | None, reason: str) -> None:
    """Raise unless the case is fixed."""
    from smcheck.report.text import finding_text

    __tracebackhide__ = True
    if status == "fixed":
        return
    if finding is None:
        raise Broken(f"{status}: {reason}; so nothing is known to be mended")
    text = finding_text(finding)
    raise Broken(text if status == "still fails" else f"{status}:\n\n{text}")


def _names(tasks: int) -> list[str]:
    return [task_name(number) for number in range(tasks)]


def _number(task: object) -> int:
    """Return the number of a task; threads that the machine starts have one instead of a name."""
    if isinstance(task, int):
        return task
    if isinstance(task, str) and task.startswith(_READER):
        number = int(task.removeprefix(_READER))
        if 0 < number <= 1000:
            return READERS - 1 + number
    if task in (names := _names(READERS)):
        return names.index(str(task))
    raise ValueError(f"no task is called {task!r:.40}")


def _tasks(given: Mapping[str, Sequence[tuple[Any, ...]]]) -> list[list[CallRecord]]:
    by_number = {_number(str(name)): ops for name, ops in given.items()}
    last = max(by_number, default=0)
    return [
        [_call(*op) for op in by_number.get(number, ())] for number in range(max(last + 1, READERS))
    ]


def _command(index: int, cmd: bytes, added: str = "") -> CommandRecord:
    return CommandRecord(index, base64.b64encode(cmd).decode(), added=added == "added")


def _call(op: str, *numbers: int) -> CallRecord:
    return CallRecord(op, **dict(zip(_NUMBERS.get(op, ()), numbers, strict=True)))


def _operation(call: CallRecord) -> tuple[Any, ...]:
    return (call.op, *(getattr(call, name) for name in _NUMBERS.get(call.op, ())))


def _switch(
    task: object, point: int, to: object, anchor: tuple[str, str, int, int] | None = None
) -> SwitchRecord:
    return SwitchRecord(
        _number(task), point, _number(to), AnchorRecord(*anchor) if anchor else None
    )


def _deviation(names: Sequence[str], switch: SwitchRecord) -> tuple[Any, ...]:
    def name(task: int) -> str | int:
        return names[task] if 0 <= task < len(names) else task

    anchor = switch.anchor
    told = ((anchor.function, anchor.text, anchor.visit, anchor.step),) if anchor else ()
    return (name(switch.task), switch.point, name(switch.to), *told)
