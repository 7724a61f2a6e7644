"""The Hypothesis state machine that draws plans: what happens, and a first interleaving.

Its rules record; the plan is run when the machine is torn down, under the drawn interleaving
and then under many more. Nothing is drawn outside the test's own thread.
"""

from __future__ import annotations

import sys
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
from smcheck.subject import Subject
from smcheck.testing.bench import Bench
from smcheck.testing.commands import command_of, commands_of
from smcheck.testing.likely import likely_profile
from smcheck.testing.plan_builder import READER_TASKS, TASKS, PlanBuilder


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
            "advance": rule(task=st.sampled_from(range(TASKS)), points=st.integers(1, 30))(
                _advance
            ),
            "finish": rule(task=st.sampled_from(range(TASKS)))(_finish),
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
        self._builder = PlanBuilder(self.subject, self._profile(self.subject))

    def propose(self, command: Any) -> None:
        """Append a command to the log; plain data where the subject has ``encode``.

        Raises:
            UsageError: What was drawn is not ``bytes`` (after ``encode``).
        """
        self._builder.append(command_of(self.subject, command, index=0))

    def ask(self, query: object) -> object:
        """Return what a replica at rest answers that has applied everything proposed so far."""
        return self._bench().ask(tuple(self._builder.log), query)

    def teardown(self) -> None:
        """Run the plan and raise what it breaks, unless the drawing itself failed."""
        if sys.exc_info()[0] is None:
            self._bench().judge(self._builder.plan(), tuple(self._builder.drawn))

    def _bench(self) -> Bench:
        kind = type(self)
        if kind.bench is None:
            kind.bench = Bench.standing(self.subject)
        return kind.bench


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
    self._builder.append_again(back)


def _ask_first(self: ContractMachine, queries: list[object]) -> None:
    """Choose what is asked of the machine at rest, and of its twins."""
    for query in queries:
        self._builder.number_of(query)


def _begin_update(self: ContractMachine, size: int) -> None:
    """Begin to apply the next commands as one batch."""
    self._builder.begin_update(size)


def begin_lookup(self: ContractMachine, reader: int, query: object) -> None:
    """Begin a lookup on one of the reading threads."""
    self._builder.begin_lookup(reader, query)


def _begin_hash(self: ContractMachine, reader: int) -> None:
    """Ask for the hash on one of the reading threads."""
    self._builder.begin_hash(reader)


def _prepare(self: ContractMachine, save: bool) -> None:
    """Prepare a snapshot and go on to save it, or abandon it."""
    self._builder.prepare(save=save)


def _recover(self: ContractMachine, skip: int) -> None:
    """Recover from another replica's image that is some entries ahead."""
    self._builder.recover(skip)


def _sync(self: ContractMachine) -> None:
    """Make durable what was applied."""
    self._builder.sync()


def _advance(self: ContractMachine, task: int, points: int) -> None:
    """Let one task pass some points."""
    self._builder.advance(task, points)


def _finish(self: ContractMachine, task: int) -> None:
    """Let the present call of one task return."""
    self._builder.advance(task, 0)


def _close(self: ContractMachine) -> None:
    """Close the machine once updates and snapshots are done."""
    self._builder.close()
