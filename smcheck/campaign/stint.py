"""Work off one stint: compose plans by a seed, judge them, make small what they show.

Runs in a worker process, which the machine may take down at any moment: each case is in the
journal before it runs, and each finding before it is told.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator

import msgspec

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.defects import traits_of
from smcheck.campaign.journal import Journal
from smcheck.campaign.plans import Drawn, Plans
from smcheck.campaign.records import Effort, Seed, Sighting
from smcheck.campaign.simplify import simplify
from smcheck.campaign.vocabulary import draw_vocabulary
from smcheck.circumstances.settings import choose
from smcheck.contract.profiles import has_method
from smcheck.engine.behaviour import KINDS, Behaviour
from smcheck.engine.caught import Caught
from smcheck.engine.draft import draft
from smcheck.engine.execute import conduct
from smcheck.engine.minimise import minimise
from smcheck.engine.witness import Witness, record, to_bytes
from smcheck.engine.world import NotControlled, World, seeded
from smcheck.errors import UsageError
from smcheck.finding import Finding, SubjectReport
from smcheck.host.board import Board
from smcheck.plan import Lookup, Plan, Update
from smcheck.schedulers.drawn import Advance, DrawnScheduler
from smcheck.subject import Subject
from smcheck.testing.bench import Bench, quiet_drops
from smcheck.testing.commands import command_of
from smcheck.testing.search import Search
from smcheck.testing.validate import require_plain, validate

_VARIED = 0.3
"""How many of the plans are variations of the corpus, where there is one."""
_CORPUS = 64
_DEFECTS_OF_PLAN = 4


class Told:
    """How a stint is told meanwhile; what is heard need not be kept."""

    def met(self, met: Met) -> None:
        """Hear of a finding that is in the journal."""

    def progress(self, report: SubjectReport) -> None:
        """Hear how far it is."""


def work(stint: Stint, subject: Subject, *, board: Board, journal: Journal, told: Told) -> Worked:
    """Work off ``stint`` and return what came of it.

    Raises:
        UsageError: The subject is not what it must be.
        JournalError: The disk is full.
    """
    validate(subject)
    with quiet_drops(), World(subject, board=board) as world:
        try:
            world.try_out()
        except NotControlled as error:
            return Worked(subject=subject.name, kind="", effort=Effort(), doubts={str(error): 1})
        world.seed, world.target = stint.seed, stint.target
        world.choice = choose(stint.vary, frozenset(stint.dont_vary))
        world.patience.limit = None
        return _Working(world, stint, journal, told).work()


class _Working:
    """One stint at work."""

    def __init__(self, world: World, stint: Stint, journal: Journal, told: Told) -> None:
        self._world, self._stint, self._journal, self._told = world, stint, journal, told
        self._began = time.monotonic()
        self._behaviour = world.behaviour = Behaviour(stint.seen)
        self._bench = Bench(world, stint.seed, stint.schedules)
        self._bench.known.update(stint.known)
        # Which checks are made on a plan goes by its number: the chain goes on counting.
        self._bench.examples = stint.first
        self._search = _Finding(world, self._bench, stint, journal=journal, told=told)
        self._new: dict[str, set[int]] = {kind: set() for kind in KINDS}
        self._seeds: list[Seed] = []

    def work(self) -> Worked:
        """Try plan after plan until the stint is over."""
        self._world.start_workers()
        for plan, drawn in self._plans():
            if time.monotonic() - self._began > self._stint.limit_s:
                break
            self._try(plan, drawn)
        self._search.take_hazards()
        return self._worked()

    def _plans(self) -> Iterator[Drawn]:
        stint, world = self._stint, self._world
        subject = world.subject
        if stint.number == 0:
            yield from self._examples()
        words = draw_vocabulary(subject, seed=stint.seed)
        has_hash = has_method(world.machine_class, "get_hash") and "hash" not in subject.without
        plans = Plans(subject, world.profile, words, has_hash=has_hash, seed=stint.seed)
        corpus = list(self._corpus())
        rng = seeded(stint.seed, "corpus")
        for number in range(stint.first, stint.first + stint.plans):
            if corpus and rng.random() < _VARIED:
                yield plans.varied(rng.choice(corpus), number)
            else:
                yield plans.plan(number)

    def _examples(self) -> Iterator[Drawn]:
        """Yield the subject's own logs, asked nothing but its probes."""
        subject = self._world.subject
        probes = tuple(subject.probes)
        for query in probes:
            require_plain(subject, query)
        asked = tuple(Lookup(number) for number in range(len(probes)))
        for commands in subject.examples:
            log = tuple(command_of(subject, one, index=i) for i, one in enumerate(commands, 1))
            updates = (Update(0, len(log)),) if log else ()
            yield Plan(log, probes, (updates, (), (), asked)), ()

    def _corpus(self) -> Iterator[Plan]:
        """Yield what was kept; it may come from elsewhere, or from before an edit."""
        for case in self._stint.corpus:
            try:
                plan = msgspec.json.decode(case, type=Witness).plan()
            except (msgspec.DecodeError, UsageError):
                continue
            if plan.log:
                yield plan

    def _try(self, plan: Plan, drawn: tuple[Advance, ...]) -> None:
        """Judge one plan, as often as it shows something, and note what was new."""
        world = self._world
        case = msgspec.json.encode(draft(world, plan))
        self._journal.case(case)
        before = dict(world.tally.exercised)
        for _ in range(_DEFECTS_OF_PLAN):
            if not self._search.try_plan(plan, drawn):
                break
        self._search.refresh()
        self._told.progress(self._search.report)
        self._look_at(plan, drawn, before)
        new = self._behaviour.take_new()
        for kind, digests in new.items():
            self._new[kind] |= digests
        news = sum(len(digests) for kind, digests in new.items() if kind != "states")
        if news and len(self._seeds) < _CORPUS:
            digest = f"{self._bench.seed_of(plan):016x}"
            self._seeds.append(Seed(target=self._stint.target, digest=digest, case=case, news=news))

    def _look_at(self, plan: Plan, drawn: tuple[Advance, ...], before: dict[str, int]) -> None:
        """Note which lines ran, in one more execution, and what was put to the test."""
        tally = self._world.tally
        exercised = [one for one, times in tally.exercised.items() if times > before.get(one, 0)]
        kinds = {type(op).__name__ for ops in plan.tasks for op in ops}
        self._behaviour.see_contexts(exercised, kinds)
        run = conduct(self._world, plan, DrawnScheduler(drawn), record=True)
        if run is not None and run.execution is not None:
            self._behaviour.see_execution(run.execution)
        self._world.tidy()

    def _worked(self) -> Worked:
        world, stint = self._world, self._stint
        world.close()  # what its processes took is known when they have ended
        own = resource.getrusage(resource.RUSAGE_SELF)
        twins = resource.getrusage(resource.RUSAGE_CHILDREN)
        effort = Effort(
            stints=1, plans=self._bench.examples - stint.first, executions=world.tally.schedules,
            operations=world.tally.operations, seconds=time.monotonic() - self._began,
            cpu_s=own.ru_utime + own.ru_stime + twins.ru_utime + twins.ru_stime,
            **{kind: len(digests) for kind, digests in self._new.items()},
        )  # fmt: skip
        return Worked(
            subject=world.subject.name, kind=str(world.kind), effort=effort,
            memory_bytes=own.ru_maxrss << 10,
            new={kind: sorted(digests) for kind, digests in self._new.items()},
            seeds=tuple(self._seeds), exercised=dict(sorted(world.tally.exercised.items())),
            doubts=dict(world.tally.doubts),
        )  # fmt: skip


class _Finding(Search):
    """A search whose findings go into the journal before anybody hears of them."""

    def __init__(
        self, world: World, bench: Bench, stint: Stint, *, journal: Journal, told: Told
    ) -> None:
        super().__init__(world, bench)
        self._stint, self._journal, self._told_to = stint, journal, told

    def _small(self, caught: Caught) -> Caught:
        small = minimise(self.world, caught)
        return simplify(self.world, small)

    def take(self, caught: Caught, finding: Finding) -> None:
        """Take in the finding of a case, unless it is there already."""
        if finding.signature in self.findings:
            return
        self.tell(finding)
        finding = self.findings[finding.signature]
        sighting = Sighting(
            target=self._stint.target, subject=self.world.subject.name, finding=finding,
            traits=traits_of(finding, caught),
            witness=to_bytes(record(self.world, caught, finding)), stint=self._stint.place,
        )  # fmt: skip
        met = Met(sighting, caught.breach.key)
        self._journal.met(met)
        self._told_to.met(met)
