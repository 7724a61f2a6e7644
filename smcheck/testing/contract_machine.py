"""The Hypothesis state machine that draws plans: what happens, and a first interleaving.

Its rules record; the plan is run when the machine is torn down, under the drawn interleaving
and then under many more. Nothing is drawn outside the test's own thread.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import wraps
from typing import Any, ClassVar

import hypothesis.strategies as st
from hypothesis import Phase, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from smcheck.contract.profiles import Profile, has_method
from smcheck.plan import (
    CLOSER,
    READERS,
    SNAPSHOTS,
    UPDATES,
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
from smcheck.schedulers.drawn import Advance
from smcheck.subject import Subject
from smcheck.testing.bench import Bench
from smcheck.testing.commands import command_of, commands_of
from smcheck.testing.likely import likely_profile
from smcheck.testing.validate import require_plain
from smcheck.values import freeze

READER_TASKS = 3
_TASKS = READERS + READER_TASKS
_LIMIT_LOG = 24


class ContractMachine(RuleBasedStateMachine):
    """Draw operations and interleavings of one subject and hold it to the contract.

    Subclass it with ``subject = ...``; add rules that call ``propose`` and ``ask``, and
    invariants that call ``ask``: they see a replica at rest that has applied, one entry at a
    time, everything proposed so far. What the machine breaks is raised at teardown, as one
    exception class per signature, so that Hypothesis shrinks each defect by itself.
    """

    subject: ClassVar[Subject]
    bench: ClassVar[Bench | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        subject = cls.__dict__.get("subject")
        if subject is not None:
            cls._add_rules(subject)
        if cls.bench is None:
            _leave_explaining_out(cls)

    @classmethod
    def _add_rules(cls, subject: Subject) -> None:
        """Make the rules that this subject can have."""
        drawn = commands_of(subject)
        rules: dict[str, Any] = {
            "propose_first": initialize(commands=st.lists(drawn, min_size=1, max_size=6))(
                _propose_some
            ),
            "propose_some": rule(commands=st.lists(drawn, min_size=1, max_size=4))(_propose_some),
            "propose_again": rule(back=st.integers(1, 8))(_propose_again),
            "begin_update": rule(size=st.integers(1, 4))(_begin_update),
            "advance": rule(task=st.sampled_from(range(_TASKS)), points=st.integers(1, 30))(
                _advance
            ),
            "finish": rule(task=st.sampled_from(range(_TASKS)))(_finish),
        }
        profile = cls._profile(subject)
        if profile.closes:
            rules["close"] = rule()(_close)
        if "lookups" not in subject.without:
            reader = st.integers(0, READER_TASKS - 1)
            asked = st.lists(subject.queries, min_size=1, max_size=3)
            rules["ask_first"] = initialize(queries=asked)(_ask_first)
            rules["begin_lookup"] = rule(reader=reader, query=subject.queries)(begin_lookup)
        if "snapshots" not in subject.without:
            rules["prepare"] = rule(save=st.booleans())(_prepare)
            if profile.recovers_used:
                rules["recover"] = rule(skip=st.integers(1, 3))(_recover)
        if "sync" in profile.methods:
            rules["sync"] = rule()(_sync)
        if cls._may_hash(subject):
            rules["begin_hash"] = rule(reader=st.integers(0, READER_TASKS - 1))(_begin_hash)
        for name, function in rules.items():
            setattr(cls, name, function)

    @classmethod
    def _profile(cls, subject: Subject) -> Profile:
        """Return how the host calls the machines, by their class while there is none yet."""
        return cls.bench.world.profile if cls.bench else likely_profile(subject)

    @classmethod
    def _may_hash(cls, subject: Subject) -> bool:
        """Return whether machines may have a hash; of a factory that is a function nobody knows."""
        made = cls.bench.world.machine_class if cls.bench else subject.machine
        known = isinstance(made, type)
        return "hash" not in subject.without and (not known or has_method(made, "get_hash"))

    def __init__(self) -> None:
        super().__init__()
        self._log: list[Command] = []
        self._queries: list[object] = []
        self._texts: dict[str, int] = {}
        self._tasks: list[list[Operation]] = [[] for _ in range(_TASKS)]
        self._drawn: list[Advance] = []
        self._applied = 0
        self._limit_log = _LIMIT_LOG

    def propose(self, command: Any) -> None:
        """Append a command to the log; plain data where the subject has ``encode``.

        Raises:
            UsageError: What was drawn is not ``bytes`` (after ``encode``).
        """
        self._append(command_of(self.subject, command, index=0))

    def _append(self, command: Command) -> None:
        if len(self._log) < self._limit_log:
            # A step of 1 or 2 leaves the gaps that configuration changes leave (LOG-1).
            is_dense = self._profile(self.subject).dense_indexes
            gap = 2 if not is_dense and (len(self._log) + len(command.cmd)) % 3 == 0 else 1
            last = self._log[-1].index if self._log else 0
            self._log.append(replace(command, index=last + gap))

    def ask(self, query: object) -> object:
        """Return what a replica at rest answers that has applied everything proposed so far."""
        return self._bench().ask(tuple(self._log), query)

    def teardown(self) -> None:
        """Run the plan and raise what it breaks, unless the drawing itself failed."""
        if sys.exc_info()[0] is None:
            self._bench().judge(self._plan(), tuple(self._drawn))

    def _bench(self) -> Bench:
        kind = type(self)
        if kind.bench is None:
            kind.bench = Bench.standing(self.subject)
        return kind.bench

    def _plan(self) -> Plan:
        tasks = [list(ops) for ops in self._tasks]
        if self._applied < len(self._log):
            tasks[UPDATES].append(Update(self._applied, len(self._log)))
        self._fill(tasks)
        return Plan(tuple(self._log), tuple(self._queries), tuple(map(tuple, tasks)))

    def _fill(self, tasks: list[list[Operation]]) -> None:
        """Add one lookup of each query, one snapshot and one sync where none was drawn.

        A plan without them exercises little; leaving out what is not needed comes later.
        """
        if not any(tasks[READERS:]):
            tasks[READERS] += [Lookup(query) for query in range(len(self._queries))]
        if not tasks[SNAPSHOTS] and "snapshots" not in self.subject.without:
            tasks[SNAPSHOTS] += [Prepare(), Save()]
        if "sync" in self._profile(self.subject).methods and Sync() not in tasks[UPDATES]:
            tasks[UPDATES].append(Sync())

    def _query_number(self, query: object) -> int:
        require_plain(self.subject, query)
        text = freeze(query).text
        if text not in self._texts:
            self._texts[text] = len(self._queries)
            self._queries.append(query)
        return self._texts[text]

    def _begin(self, task: int, operation: Operation) -> None:
        self._tasks[task].append(operation)
        self._drawn.append(Advance(task, 1))


def _leave_explaining_out(machine: type[ContractMachine]) -> None:
    """Have the machine's test run without Hypothesis's phase ``explain``.

    It wants the tracer for itself, takes minutes, and names lines of smcheck.
    """
    case: Any = machine.TestCase
    run_whole = case.runTest

    @wraps(run_whole)
    def run(self: Any) -> None:
        phases = [phase for phase in self.settings.phases if phase is not Phase.explain]
        run_state_machine_as_test(machine, settings=settings(self.settings, phases=phases))

    case.runTest = run


def _propose_some(self: ContractMachine, commands: list[Any]) -> None:
    """Append commands to the log; an update applies them later."""
    for command in commands:
        self.propose(command)


def _propose_again(self: ContractMachine, back: int) -> None:
    """Append a command of the log once more, as a client does that got no answer (SES-2)."""
    if self._log:
        self._append(self._log[-min(back, len(self._log))])


def _ask_first(self: ContractMachine, queries: list[object]) -> None:
    """Choose what is asked of the machine at rest, and of its twins."""
    for query in queries:
        self._query_number(query)


def _begin_update(self: ContractMachine, size: int) -> None:
    """Begin to apply the next commands as one batch."""
    stop = min(self._applied + size, len(self._log))
    if stop > self._applied:
        self._begin(UPDATES, Update(self._applied, stop))
        self._applied = stop


def begin_lookup(self: ContractMachine, reader: int, query: object) -> None:
    """Begin a lookup on one of the reading threads."""
    self._begin(READERS + reader, Lookup(self._query_number(query)))


def _begin_hash(self: ContractMachine, reader: int) -> None:
    """Ask for the hash on one of the reading threads."""
    self._begin(READERS + reader, Hash())


def _prepare(self: ContractMachine, save: bool) -> None:
    """Prepare a snapshot and go on to save it, or abandon it."""
    self._begin(SNAPSHOTS, Prepare())
    if save:
        self._begin(SNAPSHOTS, Save())


def _recover(self: ContractMachine, skip: int) -> None:
    """Recover from another replica's image that is some entries ahead."""
    upto = min(self._applied + skip, len(self._log))
    if upto > self._applied:
        self._begin(UPDATES, Recover(upto))
        self._applied = upto


def _sync(self: ContractMachine) -> None:
    """Make durable what was applied."""
    self._begin(UPDATES, Sync())


def _advance(self: ContractMachine, task: int, points: int) -> None:
    """Let one task pass some points."""
    self._drawn.append(Advance(task, points))


def _finish(self: ContractMachine, task: int) -> None:
    """Let the present call of one task return."""
    self._drawn.append(Advance(task, 0))


def _close(self: ContractMachine) -> None:
    """Close the machine once updates and snapshots are done."""
    if not self._tasks[CLOSER]:
        self._begin(CLOSER, Close())
