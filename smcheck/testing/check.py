"""Hold one subject to the contract: rounds of drawing, shrinking, minimising, naming.

Each round ends with one defect made small, or with nothing new; the next passes over what is
known. Counts decide when it is enough; the clock only ever ends a check early, and then says so.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Any

import msgspec
from hypothesis import Phase, Verbosity, settings
from hypothesis import seed as with_seed
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from smcheck.engine.draft import draft
from smcheck.engine.verdict import conclude
from smcheck.engine.world import NotControlled, World
from smcheck.finding import Report, SubjectReport, Verdict
from smcheck.plan import Lookup, Plan, Update
from smcheck.subject import Subject
from smcheck.target import target_of
from smcheck.testing.bench import Bench, Broken, Enough, quiet_drops, rest_standing
from smcheck.testing.commands import command_of, commands_of
from smcheck.testing.contract_machine import ContractMachine
from smcheck.testing.drawn import draw_each
from smcheck.testing.options import Options
from smcheck.testing.own_log import PIECES, log_machine, whole
from smcheck.testing.search import Search
from smcheck.testing.stored import Replayed, replay_first
from smcheck.testing.validate import HEALTH_CHECKS, drawing, require_plain, validate
from smcheck.values import freeze

DEFAULT_LIMIT_S = 7.0
_PATIENT_S = 60.0
"""Seconds beyond the default limit: a busy computer still gives a verdict, later."""
_STEPS = 24
_LONG_LOG = 30
_LONG_LOGS = 6
_AGAIN = 5
"""Retries at the end of a long log: far from the entries that they repeat (SES-2)."""
_QUERIES = 4
_OWN_LOG_ROUND = 1_000


def machine_for(
    subject: Subject,
    base: type[ContractMachine] = ContractMachine,
    *,
    bench: Bench | None = None,
) -> type[ContractMachine]:
    """Return a ``ContractMachine`` that draws for ``subject``."""
    return type(f"{subject.name}Contract", (base,), {"subject": subject, "bench": bench})


def check(
    subject: Subject,
    *,
    seconds: float | None = None,
    max_examples: int = 100,
    schedules: int = 20,
    seed: int | None = None,
) -> Report:
    """Hold ``subject`` to the contract in this process and return what came out.

    Args:
        subject: The machine and what it takes.
        seconds: Wall time after which it ends early; by default counts alone decide.
        max_examples: Plans to draw.
        schedules: Executions of each plan.
        seed: Of everything; random unless given, and in the report.

    Raises:
        UsageError: The subject is not what it must be.

    A machine that holds the interpreter or ends the process takes this process with it:
    ``smcheck check`` survives that.
    """
    options = Options(seconds, max_examples, schedules, seed)
    return Report([check_subject(subject, options)])


def check_subject(subject: Subject, options: Options) -> SubjectReport:
    """Check one subject; see ``check`` for what is raised."""
    seed = secrets.randbelow(2**31) if options.seed is None else options.seed
    validate(subject, options.only)
    rest_standing()
    target = options.target or target_of(subject)
    with quiet_drops():
        stored = replay_first(
            subject, target, options.witness_dir, only=options.only, board=options.board
        )
    if options.seconds is None:
        options.started += stored.seconds
    with quiet_drops(), World(subject, board=options.board) as world:
        try:
            world.try_out()
        except NotControlled as error:
            return _no_machine(subject, seed, str(error))
        world.seed, world.target = seed, target
        world.choice = options.choice
        return _Checking(world, options, seed).run(stored)


def _no_machine(subject: Subject, seed: int, reason: str) -> SubjectReport:
    """Return the report of a subject whose factory does not come back."""
    report = SubjectReport(subject.name, subject.kind or "", verdict=Verdict.INCONCLUSIVE)
    report.stats.seed, report.stats.error = seed, reason
    report.reasons.append(f"no machine could be made: {reason}")
    return report


class _Checking:
    """One check of one subject."""

    def __init__(self, world: World, options: Options, seed: int) -> None:
        self._world = world
        self._options = options
        self._seed = seed
        self._bench = Bench(world, seed, options.schedules)
        self._search = Search(
            world, self._bench, witness_dir=options.witness_dir, watcher=options.watcher,
            only=options.only, started=options.started,
        )  # fmt: skip
        world.deadline = self._deadline()
        if options.seconds is not None:
            world.patience.limit = None
        else:
            self._bench.patient_s = _PATIENT_S
        self._bench.limit_examples = options.max_examples
        if options.seconds is None and options.max_examples is None:
            self._bench.limit_examples = 100
        if options.watcher is not None:
            self._bench.on_case = self._on_case

    def _deadline(self) -> float | None:
        """Return when to stop: counts that were asked for are kept, whatever they take."""
        seconds = self._options.seconds
        if seconds is None and (self._options.max_examples is not None or self._options.log):
            return None
        return self._options.started + (DEFAULT_LIMIT_S if seconds is None else seconds)

    def _on_case(self, plan: Plan) -> None:
        assert self._options.watcher is not None
        self._search.refresh()
        self._options.watcher.progress(self._search.report)
        if self._options.target is not None:
            self._options.watcher.case(msgspec.json.encode(draft(self._world, plan)).decode())

    def run(self, stored: Replayed) -> SubjectReport:
        """Draw rounds until the examples or the time are spent; what is stored is told first."""
        report = self._search.report
        report.target, report.replayed = self._world.target or "", stored.outcomes
        try:
            return self._run(stored)
        except KeyboardInterrupt:
            if self._options.interrupted is not None:
                self._search.refresh()
                self._options.interrupted(report)
            raise

    def _run(self, stored: Replayed) -> SubjectReport:
        self._world.start_workers()
        for finding in stored.findings:
            self._bench.known.add(finding.breach.key)
            self._search.behind.note(finding.breach.key, finding)
            self._search.tell(finding)
        self._try_own_log()
        self._try_examples()
        self._try_long_logs()
        self._rounds(1)
        late = self._bench.was_cut()
        self._search.behind.look(self._draw, self._search.take, self._is_first)
        self._search.take_hazards()
        self._search.refresh()
        report = self._search.report
        conclude(report, self._world, self._bench.families, self._options.only, late=late)
        report.reasons += stored.notes
        return report

    def _is_over(self) -> bool:
        bench = self._bench
        counted = bench.limit_examples is not None and bench.examples >= bench.limit_examples
        return counted or bench.is_late() or self._is_first() or self._world.patience.is_over

    def _is_first(self) -> bool:
        """Return whether a violation was found where the first one is enough."""
        return self._options.stop_on_first and self._search.has_violation

    def _rounds(self, number: int, base: type[ContractMachine] | None = None) -> None:
        """Run rounds, of which the first has this number, until another one makes no sense."""
        while not self._is_over() and self._round(number, base):
            number += 1

    def _round(self, number: int, base: type[ContractMachine] | None) -> bool:
        """Run one round; return whether another one makes sense."""
        self._bench.start_round()
        before = self._bench.examples
        try:
            self._draw(number, base=base)
        except (Broken, Enough):
            pass
        return self._search.keep_best() or self._bench.examples > before

    def _draw(
        self, number: int, limit: int = 10_000, *, base: type[ContractMachine] | None = None
    ) -> None:
        base = base or self._options.machine or ContractMachine
        machine: Any = machine_for(self._world.subject, base, bench=self._bench)
        left = limit
        if self._bench.limit_examples is not None and self._bench.behind is None:
            left = max(1, self._bench.limit_examples - self._bench.examples)
        # What rules of the user's own raise is theirs to say.
        guard = nullcontext() if self._options.machine else drawing(self._world.subject)
        with guard:
            run_state_machine_as_test(
                with_seed(self._seed * 1_009 + number)(machine),
                settings=settings(
                    max_examples=left,
                    stateful_step_count=_STEPS,
                    database=None,
                    deadline=None,
                    derandomize=False,
                    print_blob=False,
                    report_multiple_bugs=False,
                    verbosity=Verbosity.quiet,
                    phases=[Phase.generate, Phase.shrink],
                    suppress_health_check=HEALTH_CHECKS,
                ),
            )

    def _try_own_log(self) -> None:
        """Judge the user's own log whole, then pieces of it in drawn circumstances."""
        log, bench, world = self._options.log, self._bench, self._world
        if not log:
            return
        queries = self._some_queries()
        plan = whole(log, queries, seed=self._seed)
        while not self._is_over() and self._search.try_plan(plan):
            pass
        limit, deadline = bench.limit_examples, world.deadline
        most = bench.examples + PIECES
        bench.limit_examples = most if limit is None else min(most, (limit + 1) // 2)
        world.deadline = deadline and (time.monotonic() + deadline) / 2
        self._rounds(_OWN_LOG_ROUND, log_machine(log))
        bench.limit_examples, world.deadline = limit, deadline
        if self._options.seconds is None and self._options.max_examples is None:
            world.deadline = time.monotonic() + DEFAULT_LIMIT_S

    def _some_queries(self) -> tuple[object, ...]:
        """Draw some queries that differ, of the probes if the subject has no others."""
        subject, found = self._world.subject, dict[str, object]()
        if subject.queries is None:
            return tuple(subject.probes)

        def note(query: object) -> None:
            require_plain(subject, query)
            if len(found) < _QUERIES:
                found.setdefault(freeze(query).text, query)

        draw_each(subject, subject.queries, note, seed=self._seed, count=4 * _QUERIES)
        return tuple(found.values())

    def _try_examples(self) -> None:
        """Run the subject's own logs first, with a lookup of nothing but its probes."""
        for commands in self._world.subject.examples:
            self._try_log(commands, tuple(self._world.subject.probes))

    def _try_long_logs(self) -> None:
        """Judge a few long logs: some state takes more commands than a plan has.

        They cost little, for there is one task and nothing to interleave, and what they show
        is made smaller without Hypothesis.
        """
        subject = self._world.subject
        logs = st.lists(commands_of(subject), min_size=_LONG_LOG, max_size=_LONG_LOG)
        again = st.lists(st.integers(0, _LONG_LOG - 1), max_size=_AGAIN)
        queries = st.none() if subject.queries is None else subject.queries
        some = int(subject.queries is not None)
        asked = st.lists(queries, min_size=some, max_size=3 * some)

        def judge(drawn: tuple[list[Any], list[int], list[object]]) -> None:
            commands, again, queries = drawn
            log = commands + [commands[position] for position in again]
            while not self._is_over() and self._try_log(log, tuple(queries)):
                pass

        drawn = st.tuples(logs, again, asked)
        draw_each(subject, drawn, judge, seed=self._seed, count=_LONG_LOGS)

    def _try_log(self, commands: Sequence[Any], queries: tuple[object, ...]) -> bool:
        """Judge one log on one task; return whether it showed something new."""
        subject = self._world.subject
        for query in queries:
            require_plain(subject, query)
        log = tuple(command_of(subject, cmd, index=i) for i, cmd in enumerate(commands, 1))
        readers = tuple(Lookup(q) for q in range(len(queries)))
        return self._search.try_plan(
            Plan(log, queries, ((Update(0, len(log)),) if log else (), (), (), readers))
        )
