"""Where plans are judged: the seam between what Hypothesis draws and what the engine finds.

A bench remembers what each plan showed, so that Hypothesis sees the same plan fail the same
way every time, and keeps the smallest failing case of the signature that is being shrunk.
"""

from __future__ import annotations

import atexit
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hypothesis import event
from hypothesis.control import current_build_context

from smcheck.circumstances.settings import derive_seed
from smcheck.contract.families import families_of, family_of
from smcheck.engine.caught import Caught
from smcheck.engine.findings import build
from smcheck.engine.minimise import minimise
from smcheck.engine.suite import Effort, examine
from smcheck.engine.twins.model import MANY, UNDECIDED
from smcheck.engine.verdict import MINIMUM_PLANS
from smcheck.engine.world import World
from smcheck.finding import Finding, Severity, known_as
from smcheck.plan import Command, Plan
from smcheck.schedulers.drawn import Advance
from smcheck.subject import Subject
from smcheck.values import freeze

Key = tuple[str, ...]

_standing: list[Bench] = []
"""The standing bench whose turn it is, if any."""

_LIMIT_SHRINKS = 60
_SHRINK_S = 4.0
"""Seconds that Hypothesis has at least to make a case smaller, however late it was found."""
_PATIENT_EXAMPLES = 8
_SCHEDULES_WHILE_SHRINKING = 8
_LIMIT_TRIES = 40


class Broken(AssertionError):
    """The machine breaks the contract; each signature has a subclass of its own.

    Attributes:
        findings: What its text tells, as data.
    """

    findings: tuple[Finding, ...] = ()


class Enough(BaseException):
    """Ends a round: the case is small enough, or time is up. Never a failure by itself."""


@dataclass(slots=True)
class Bench:
    """Judge plans of one subject.

    Attributes:
        world: Runs them.
        seed: Of all schedules.
        schedules: Executions per plan.
        known: Keys of breaches that were found before and are passed over.
        families: Plans in which each family was exercised.
        examples: Plans judged so far.
        hazards: First case of each hazard, by key.
        behind: Key to look behind: the round ends with the next case of it, which is not shrunk.
        patient_s: How long past the world's deadline plans are judged that a verdict lacks.
    """

    world: World
    seed: int
    schedules: int = 20
    limit_examples: int | None = None
    patient_s: float = 0.0
    is_standing: bool = False
    known: set[Key] = field(default_factory=set)
    families: Counter[str] = field(default_factory=Counter)
    examples: int = 0
    hazards: dict[Key, Caught] = field(default_factory=dict)
    target: Key | None = None
    best: Caught | None = None
    behind: Key | None = None
    _memory: dict[tuple[object, ...], Caught | None] = field(default_factory=dict)
    _commands: set[bytes] = field(default_factory=set)
    _shrinks: int = 0
    on_case: object = None

    @classmethod
    def standing(cls, subject: Subject) -> Bench:
        """Return a bench for a test case that a test runner drives by itself."""
        from smcheck.testing.settings import current

        settings = current()
        world = World(subject)
        world.seed = settings.seed or 0
        world.try_out()
        world.start_workers()
        atexit.register(world.close)
        return cls(world, settings.seed or 0, settings.schedules, is_standing=True)

    def start_round(self) -> None:
        """Forget the target of the round before."""
        self.target, self.best, self._shrinks = None, None, 0
        self._memory.clear()

    def ask(self, log: tuple[Command, ...], query: object) -> object:
        """Return what a machine at rest answers after ``log``."""
        self._take_turn()

        def body() -> object:
            from smcheck.contract.types import Entry
            from smcheck.host.replica import Replica

            replica = Replica(self.world.subject, folders=self.world.folders)
            for command in log:
                replica.update([Entry(command.index, command.cmd)])
            return replica.lookup(query)

        return self.world.alone(body)

    def judge(self, plan: Plan, drawn: tuple[Advance, ...]) -> None:
        """Examine ``plan`` and raise what it breaks.

        Raises:
            Broken: A violation that was not known, one class per key.
            Enough: The round is over.
        """
        self._take_turn()
        with quiet_drops():
            self._judge(plan, drawn)

    def _judge(self, plan: Plan, drawn: tuple[Advance, ...]) -> None:
        # Queries may be lists and dicts, and True is not the query that 1 is: their text counts.
        case = (plan.log, plan.tasks, freeze(plan.queries).text, drawn)
        if case not in self._memory:
            self._memory[case] = self._examine(plan, drawn)
        caught = self._memory[case]
        if caught is None:
            return
        if self.best is None or _size(caught) <= _size(self.best):
            self.best = caught
        raise self._error(caught)

    def _examine(self, plan: Plan, drawn: tuple[Advance, ...]) -> Caught | None:
        if self.target is not None and not self.is_standing:
            return self._examine_smaller(plan, drawn)
        if self.behind is not None:
            self._look_behind(plan, drawn)
            return None
        if self.is_late() or (self.world.patience.is_over and not self.is_standing):
            raise Enough
        if self.limit_examples is not None and self.examples >= self.limit_examples:
            raise Enough
        self.examples += 1
        if len(self._commands) < MANY:
            self._commands.update(command.cmd for command in plan.log)
        before = dict(self.world.tally.exercised)
        if callable(self.on_case):
            self.on_case(plan)
        effort = Effort(
            self.schedules, self.seed_of(plan), self.known,
            number=self.examples - 1, until_s=self._share_ends(), is_patient=self.patient_s > 0,
        )  # fmt: skip
        found = examine(self.world, plan, effort, drawn=drawn)
        self.world.tidy()
        self._count_families(before)
        violations = [
            c
            for c in found
            if c.breach.severity is Severity.VIOLATION
            and not self._tells_later(c)
            and not self._is_known(c)
        ]
        for caught in found:
            if caught.breach.severity is not Severity.VIOLATION:
                self.hazards.setdefault(caught.breach.key, caught)
        if not violations:
            self._require_control()
            return None
        if not self.is_standing:
            self.target = violations[0].breach.key
            self.world.extend(_SHRINK_S)
        return violations[0]

    def _is_known(self, caught: Caught) -> bool:
        """Return whether a test that raises by itself must not raise this one."""
        known = self.world.subject.known
        if not self.is_standing or not known:
            return False
        finding = build(self.world, minimise(self.world, caught, limit_tries=_LIMIT_TRIES))
        if known_as(known, finding.breach.clause, finding.signature) is None:
            return False
        self.known.add(caught.breach.key)
        return True

    def _look_behind(self, plan: Plan, drawn: tuple[Advance, ...]) -> None:
        """End the round with the first case of the key that is looked behind."""
        if self.world.is_late():
            raise Enough
        if callable(self.on_case):
            self.on_case(plan)
        effort = Effort(_SCHEDULES_WHILE_SHRINKING, self.seed_of(plan), self.known)
        found = examine(self.world, plan, effort, drawn=drawn)
        self.best = next((c for c in found if c.breach.key == self.behind), None)
        if self.best is not None:
            raise Enough
        self.world.tidy()

    def _tells_later(self, caught: Caught) -> bool:
        """Leave to longer logs what they decide, where the subject has the commands for them."""
        if self.is_standing or UNDECIDED not in caught.breach.evidence:
            return False
        return len(self._commands) >= MANY or self.examples <= _PATIENT_EXAMPLES

    def _take_turn(self) -> None:
        """Have the standing bench before this one rest: two at once would share locks."""
        if self.is_standing and not any(bench is self for bench in _standing):
            rest_standing()
            _standing.append(self)

    def _require_control(self) -> None:
        """Fail a test that nobody else would tell that its run said nothing."""
        doubts = "; ".join(self.world.tally.doubts)
        if self.is_standing and doubts:
            raise Broken(f"inconclusive, not held: {doubts}")

    def is_late(self) -> bool:
        """Return whether no further plan may begin: a verdict has the plans that it needs."""
        is_short = self.examples < 2 * MINIMUM_PLANS
        if self.examples < 4 * MINIMUM_PLANS:
            # What was put to the test now and then comes to be often enough.
            families = families_of(self.world.kind, self.world.lacks)
            is_short |= any(0 < self.families[name] < MINIMUM_PLANS for name in families)
        return self.world.is_late(grace_s=self.patient_s if is_short else 0.0)

    def was_cut(self) -> bool:
        """Return whether it is the time that no further plan is judged for."""
        is_counted = self.limit_examples is not None and self.examples >= self.limit_examples
        return self.is_late() and not is_counted and not self.world.patience.is_over

    def _share_ends(self) -> float | None:
        """Return when this plan has had its share of the time; ``None`` without a limit.

        Where plans are slow, some schedules of each are worth less than the plans that a
        verdict needs.
        """
        if self.world.deadline is None:
            return None
        families = families_of(self.world.kind, self.world.lacks)
        missing = MINIMUM_PLANS - min(self.families[name] for name in families)
        # A family that cannot be put to the test at all must not cost schedules for ever.
        missing = min(missing, 2 * MINIMUM_PLANS - self.examples)
        now = time.monotonic()
        return now + (self.world.deadline - now) / max(1, missing)

    def _examine_smaller(self, plan: Plan, drawn: tuple[Advance, ...]) -> Caught | None:
        """Make only the check that found the target, while Hypothesis shrinks."""
        assert self.target is not None
        self._shrinks += 1
        if self._shrinks > _LIMIT_SHRINKS or self.world.is_late():
            raise Enough
        known = self.known - {self.target}
        effort = Effort(_SCHEDULES_WHILE_SHRINKING, self.seed_of(plan), known, only=self.target[1])
        for caught in examine(self.world, plan, effort, drawn=drawn):
            hides = self.best is not None and caught.breach.is_weaker_than(self.best.breach)
            if caught.breach.key == self.target and not hides:
                return caught
        return None

    def seed_of(self, plan: Plan) -> int:
        """Return the seed of a plan's schedules: its own, and the same whenever it comes again."""
        return derive_seed(self.seed, plan.log, plan.tasks)

    def _count_families(self, before: dict[str, int]) -> None:
        touched = {
            family_of(clause)
            for clause, times in self.world.tally.exercised.items()
            if times > before.get(clause, 0)
        }
        self.families.update(name for name in touched if name)
        for name in sorted(touched) if self.is_standing else ():
            event(f"exercises {name}")

    def _error(self, caught: Caught) -> Broken:
        """Return what is raised: with the whole finding where a runner prints it."""
        kind = _class_for(caught.breach.key)
        if not self.is_standing:
            return kind(caught.breach.title)
        event(f"breaks {caught.breach.clause}")
        if not current_build_context().is_final:
            return kind(caught.breach.title)
        from smcheck.report.text import finding_text

        small = minimise(self.world, caught, limit_tries=_LIMIT_TRIES)
        finding = build(self.world, small)
        error = kind(finding_text(finding))
        error.findings = (finding,)
        return error


@contextmanager
def quiet_drops() -> Iterator[None]:
    """Have Python not warn of files that a dropped machine had open: close may never come."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield


def rest_standing() -> None:
    """Have the standing bench that worked last, if any, give the standard library back."""
    while _standing:
        _standing.pop().world.rest()


def _size(caught: Caught) -> tuple[int, int, int]:
    plan = caught.plan
    return (
        len(plan.log) + plan.operations,
        sum(len(c.cmd) for c in plan.log),
        len(caught.schedule),
    )


_CLASSES: dict[Key, type[Broken]] = {}


def _class_for(key: Key) -> type[Broken]:
    """Return the exception class of one key: Hypothesis tells defects apart by class."""
    if key not in _CLASSES:
        _CLASSES[key] = type(f"Broken_{key[0].replace('-', '_')}", (Broken,), {})
    return _CLASSES[key]
