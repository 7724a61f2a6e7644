"""Run a plan on one machine: the host's side of a controlled execution.

Makes the calls of each task in order, keeps apart what the profile keeps apart, and records
the history. It decides nothing about order and judges nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from smcheck.checkers.observations import Observation
from smcheck.contract.profiles import Kind
from smcheck.contract.types import Entry, Result, SnapshotAborted
from smcheck.errors import InternalError
from smcheck.finding import Breach
from smcheck.history import Call, History, Outcome
from smcheck.host.answers import may_change
from smcheck.host.board import Board
from smcheck.host.contexts import HandedOut
from smcheck.host.entries import PrivateEntries
from smcheck.host.folders import Folders
from smcheck.host.gate import Gate
from smcheck.host.life import answered, ask_all, raised
from smcheck.host.output import overhearing
from smcheck.host.queries import own_copy
from smcheck.host.replica import NotMade, Replica, nothing
from smcheck.host.streams import Image
from smcheck.plan import (
    READERS,
    Close,
    Hash,
    Lookup,
    Operation,
    Plan,
    Prepare,
    Recover,
    Save,
    Sync,
    Update,
    task_name,
)  # fmt: skip
from smcheck.runtime.session import Execution, Session, Stuck
from smcheck.runtime.tasks import Abandon, TaskStuck, current_task
from smcheck.schedulers.protocol import Scheduler
from smcheck.subject import Subject
from smcheck.values import freeze

_NOTHING = freeze(None)


@dataclass(frozen=True, slots=True)
class Saved:
    """One image made during a run, looked at as one of a certain version.

    Attributes:
        call: The save that made it.
        version: Version of the state at its prepare (at its begin for the regular kind).
            Where updates may run beside prepare, one of those that could be seen meanwhile.
        shared: Path of a mutable object that context and machine shared after prepare, and that
            was seen to change, or "".
        held: Path of one that they shared, whether it changed or not.
        seen: What a fresh machine shows that recovered it; ``None`` when recovering raised.
        error: What recovering, or an update after it, raised, empty without.
        results: Of the rest of the log, applied to that machine, if updates ran from the
            prepare to the end of the save or the plan is bare: part of a state may show in
            these alone.
        last: What that machine shows after the rest of the log.
    """

    call: Call
    version: int
    shared: str
    seen: Observation | None = None
    error: str = ""
    results: tuple[Result, ...] = ()
    last: Observation | None = None
    held: str = ""


@dataclass(slots=True)
class Run:
    """Everything one execution of a plan showed.

    Attributes:
        saved: Images that were made, each looked at as one of every version it may be of.
        changed_answers: Lookups whose answer was another after later calls (LKP-3).
        final: What the machine showed at rest afterwards; ``None`` when it was closed or the
            execution did not end.
        contexts: Save calls whose context shared mutable state with the machine: ordinal to path.
        stuck_after: What the machine waits for when it is asked at rest afterwards.
        noted: Of a recorded run, the points that were noted before each moment of the history.
        output: What was printed and logged in it: task and ordinal of the call, and a line.
    """

    history: History = field(default_factory=History)
    execution: Execution | None = None
    saved: list[tuple[Saved, ...]] = field(default_factory=list)
    final: Observation | None = None
    breaches: dict[str, Breach] = field(default_factory=dict)
    changed_answers: list[tuple[Call, str]] = field(default_factory=list)
    contexts: dict[int, str] = field(default_factory=dict)
    stuck_after: Stuck | None = None
    noted: dict[int, int] = field(default_factory=dict)
    output: list[tuple[int, int, str]] = field(default_factory=list)


class Conductor:
    """Make the calls of one plan on one machine."""

    def __init__(
        self,
        subject: Subject,
        plan: Plan,
        session: Session,
        *,
        folders: Folders,
        donors: Mapping[int, Image],
        board: Board,
    ) -> None:
        self._subject = subject
        self._plan = plan
        self._session = session
        self._folders = folders
        self._donors = donors
        self._board = board
        self._entries = PrivateEntries(buffers=subject.buffers)
        self._answers: list[tuple[Call, object]] = []
        self._images: list[tuple[Call, range, HandedOut, Image]] = []
        self._version = 0
        self._newest = 0
        self._context: object = None
        self._has_context = False
        self._prepared = range(1)
        self._handed_out = HandedOut()
        self._closed = False
        self._records = False
        self._updating: Call
        self.run = Run()

    def conduct(self, scheduler: Scheduler, *, record: bool = False) -> Run:
        """Run the plan and return what it showed."""
        self._replica = self._session.alone(lambda: Replica(self._subject, folders=self._folders))
        self._needs_context = self._replica.kind is not Kind.REGULAR
        self._gate = Gate(self._session, self._replica.profile)
        self._replica.resume, self._replica.pause = (
            self._session.deliver_points,
            self._session.hold_points,
        )
        self._replica.turn, self._replica.committed = self._turn, self._committed
        self._note_return = getattr(scheduler, "note_return", None)
        tasks = range(len(self._plan.tasks))
        self._gate.starts(range(min(READERS, len(self._plan.tasks))))
        bodies = [self._body(task) for task in tasks]
        self._records = record
        with overhearing(self._overhear) if record else nullcontext():
            execution = self._session.run(bodies, scheduler, record=record)
        for error in filter(None, execution.errors):
            raise InternalError(f"the host's own code raised {error!r}") from error
        self.run.execution = execution
        self.run.breaches = dict(self._replica.breaches)
        if not execution.stuck and not execution.halted:
            try:
                self._session.alone(self._look_back)
            except TaskStuck as error:
                self.run.stuck_after = error.stuck
        return self.run

    def _body(self, task: int) -> Callable[[], None]:
        operations = self._plan.tasks[task]

        def body() -> None:
            self._session.hold_points()
            try:
                for ordinal, operation in enumerate(operations):
                    self._session.point()
                    if not self._make(task, ordinal, operation):
                        break
            finally:
                self._gate.ends(task)

        return body

    def _make(self, task: int, ordinal: int, operation: Operation) -> bool:
        """Make one call and return whether the task goes on."""
        if isinstance(operation, Close) and not self._replica.profile.closes:
            return True  # the host makes no such call
        if isinstance(operation, Recover) and not self._replica.profile.recovers_used:
            return True  # nor this one, once there is state
        if isinstance(operation, Prepare) and not self._needs_context:
            return True  # the regular kind has no such call
        if isinstance(operation, Save) and self._needs_context and not self._has_context:
            return True  # its prepare was aborted: the library drops this snapshot
        if isinstance(operation, Hash) and not self._replica.has_hash:
            return True  # the machine has no such call
        if isinstance(operation, Sync) and self._replica.kind is not Kind.ON_DISK:
            return True  # the machine keeps no files of its own
        name = type(operation).__name__.lower()
        with self._gate.call(task, self._gated_as(operation)):
            if isinstance(operation, Hash) and self._closed:
                return True  # never after close (CONTRACT A5)
            call = self.run.history.begin(task, ordinal, operation)
            self._note_moment()
            before = self._session.machine_points(task)
            self._board.begin(name)
            try:
                outcome = self._call(call, operation)
            except SnapshotAborted as error:
                outcome = raised(error)
            except Abandon:
                raise
            except BaseException as error:
                outcome = raised(error)
            self._board.end()
            if isinstance(operation, Prepare) and self._has_context:
                self._handed_out = HandedOut(self._context, self._replica.machine)
            elif isinstance(operation, (Update, Recover)):
                self._handed_out.look()
            call.reached = self._session.machine_points(task) - before
            self.run.history.end(call, outcome)
            self._note_moment()
            if isinstance(operation, Prepare) and self._has_context and self._saves(task, ordinal):
                self._gate.owes(task, "save")
            if self._note_return is not None:
                self._note_return(task)
        return not outcome.raised or isinstance(operation, (Lookup, Hash, Prepare, Save))

    def _note_moment(self) -> None:
        if self._records:
            self.run.noted[self.run.history.moment] = self._session.noted

    def _overhear(self, line: str) -> None:
        """Note a line of output for the call of the task that wrote it."""
        task = current_task()
        calls = [c for c in self.run.history.calls if task is not None and c.task == task.number]
        if calls:
            self.run.output.append((calls[-1].task, calls[-1].ordinal, line))

    def _gated_as(self, operation: Operation) -> str:
        """Return the name under which the profile knows an operation."""
        if isinstance(operation, Lookup):
            return self._replica.profile.read_of(self._plan.queries[operation.query])
        return type(operation).__name__.lower()

    def _saves(self, task: int, ordinal: int) -> bool:
        """Whether the context of the prepare at ``ordinal`` is saved and not abandoned."""
        return self._plan.tasks[task][ordinal + 1 : ordinal + 2] == (Save(),)

    def _call(self, call: Call, operation: Operation) -> Outcome:
        replica = self._replica
        if isinstance(operation, Update):
            return self._update(call, operation)
        if isinstance(operation, Lookup):
            answer = replica.lookup(own_copy(self._plan.queries[operation.query]))
            frozen = freeze(answer)
            if may_change(answer):
                self._answers.append((call, answer))
            return Outcome(frozen)
        if isinstance(operation, Hash):
            return answered(replica.get_hash)
        if isinstance(operation, Prepare):
            since = self._version
            self._has_context = False
            self._context = replica.prepare()
            self._has_context = True
            self._prepared = range(since, self._newest + 1)
        elif isinstance(operation, Save):
            self._save(call)
        elif isinstance(operation, Recover):
            replica.recover(self._donors[operation.upto])
            replica.sync()
            self._version = self._newest = operation.upto
        elif isinstance(operation, Sync):
            replica.sync()
        else:
            self._closed = True
            replica.close()
        return Outcome(_NOTHING)

    def _update(self, call: Call, operation: Update) -> Outcome:
        self._updating = call
        commits = self._replica.profile.commits
        call.shown = [] if commits else None
        self._newest = self._version if commits else operation.stop
        entries = self._entries.hand_out(self._plan.log[operation.start : operation.stop])
        results = self._replica.update(entries)
        self._version = operation.stop
        return Outcome(_NOTHING, results=results)

    def _turn(self, operation: str) -> None:
        """Have the gate let an update go on, and note from when its entry may be seen."""
        call = self._updating
        self._gate.goes_on(call.task, operation)
        if operation == "commit" and call.shown is not None:
            call.shown.append(self.run.history.tick())
            self._newest = self._version + 1

    def _committed(self) -> None:
        """Note that one entry more is part of the state, though its update goes on."""
        self._version += 1

    def _save(self, call: Call) -> None:
        now = range(self._version, self._version + 1)
        versions = self._prepared if self._needs_context else now
        handed_out = self._handed_out
        self.run.contexts[call.ordinal] = handed_out.path
        context, self._context, self._has_context = self._context, None, False
        try:
            image = self._replica.save(context, writer=handed_out.writer())
        except RuntimeError as error:
            handed_out.note(error)
            raise
        finally:
            handed_out.look()
            self.run.contexts[call.ordinal] = handed_out.live
        self._images.append((call, versions, handed_out, image))

    def _look_back(self) -> None:
        """Ask the machine at rest, look at old answers again, recover what was saved."""
        self._replica.resume = self._replica.pause = nothing
        for call, answer in self._answers:
            text = freeze(answer).text
            if call.outcome is not None and text != call.outcome.value.text:
                self.run.changed_answers.append((call, text))
        if not self._closed:
            self.run.final = ask_all(self._replica, self._subject, self._plan.queries)
        for call, versions, handed_out, image in self._images:
            seen_as = (self._recovered(call, version, handed_out, image) for version in versions)
            self.run.saved.append(tuple(seen_as))

    def _recovered(self, call: Call, version: int, made_by: HandedOut, image: Image) -> Saved:
        shared, held = made_by.live, made_by.path
        try:
            fresh = Replica.recovered(self._subject, image, folders=self._folders)
        except NotMade:
            raise
        except Exception as error:
            return Saved(call, version, shared, error=raised(error).value.text, held=held)
        seen = ask_all(fresh, self._subject, self._plan.queries)
        saved = Saved(call, version, shared, seen, held=held)
        goes_on = self._plan.is_bare or self._met_updates(saved)
        return self._gone_on(saved, fresh) if goes_on else saved

    def _met_updates(self, saved: Saved) -> bool:
        """Return whether the state changed from the prepare to the end of the save."""
        calls, ended = self.run.history.calls, saved.call.ended or 0
        prepares = [
            c.began for c in calls
            if isinstance(c.operation, Prepare) and c.began < saved.call.began
        ]  # fmt: skip
        since = max(prepares, default=saved.call.began)
        return any(
            isinstance(c.operation, (Update, Recover)) and c.began < ended
            and (c.ended is None or c.ended > since)
            for c in calls
        )  # fmt: skip

    def _gone_on(self, saved: Saved, fresh: Replica) -> Saved:
        """Apply the rest of the log to the machine that recovered the image."""
        results: list[Result] = []
        try:
            for command in self._plan.log[saved.version :]:
                results += fresh.update([Entry(command.index, command.cmd)])
        except Exception as error:
            return replace(saved, error=raised(error).value.text)
        last = ask_all(fresh, self._subject, self._plan.queries)
        return replace(saved, results=tuple(results), last=last)


def describe_call(plan: Plan, call: Call, subject: Subject) -> str:
    """Return an operation as reports print it, for example ``updates: update 3..4``."""
    return f"{task_name(call.task)}: {describe(plan, call.operation, subject)}"


def describe(plan: Plan, operation: Operation, subject: Subject) -> str:
    """Return one operation with its commands or query, in at most some eighty characters."""
    if isinstance(operation, Update):
        shown = [
            describe_command(plan.log[i].cmd, subject)
            for i in range(operation.start, operation.stop)
        ]
        return f"update [{', '.join(shown)}]"
    if isinstance(operation, Lookup):
        return f"lookup {freeze(plan.queries[operation.query]).text}"
    if isinstance(operation, Recover):
        return f"recover from an image of version {operation.upto}"
    return type(operation).__name__.lower()


def describe_command(cmd: bytes, subject: Subject) -> str:
    """Return a command in the subject's own words, or its bytes."""
    text = subject.text_of(cmd) or repr(cmd)
    return text if len(text) <= 60 else text[:57] + "…"
