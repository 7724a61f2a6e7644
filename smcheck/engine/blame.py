"""Find out which of several calls is to blame where one execution does not say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain

from smcheck.engine.caught import Caught
from smcheck.engine.execute import conduct, execute, updates_alone
from smcheck.engine.overlap import (
    as_lost,
    as_threaded,
    as_written,
    is_disturbance,
    is_stale_at_rest,
)
from smcheck.engine.raised import has_own_threads
from smcheck.engine.reference import Reference
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.surroundings import check_itself, is_steady
from smcheck.engine.twins.updates import check_cuts
from smcheck.engine.world import World, seeded
from smcheck.finding import Breach, Severity
from smcheck.plan import SNAPSHOTS, UPDATES, Close, Hash, Lookup, Plan, Prepare, Recover, Save
from smcheck.schedulers.drawn import Advance, DrawnScheduler
from smcheck.schedulers.portfolio import PortfolioScheduler
from smcheck.schedulers.replay import ReplayScheduler

_MIXED = frozenset({"RDC-3", "BAT-6", "LKP-5", "LKP-8"})
"""Clauses of an answer that no version gives."""


@dataclass(frozen=True, slots=True)
class Blame:
    """Tries other executions of a plan that went wrong.

    Attributes:
        reference: Of that plan.
        schedules: Executions that one question may take.
        seed: Of their schedules.
    """

    world: World
    reference: Reference
    schedules: int
    seed: int
    _answers: dict[tuple[str, ...], bool] = field(default_factory=dict)

    def of(self, caught: Caught) -> Caught:
        """Return what was caught, or what shows the same with fewer calls to blame."""
        found = self._with_less(caught)
        compared = is_disturbance(found.breach) or found.breach.clause == "THR-1"
        return (compared and self._by_cuts(found)) or found

    def _with_less(self, caught: Caught) -> Caught:
        if caught.breach.clause == "CRA-1":
            by_thread = (c for c in self._calm(caught.plan) if c.breach.clause == "THR-1")
            same = (c for c in by_thread if c.breach.error == caught.breach.error)
            return next(same, None) or self._written_beside(caught)
        itself = self._by_itself(caught)
        if itself is not None:
            return itself
        if caught.breach.clause in ("SAV-1", "SAV-2"):
            found = self._by_other_thread(caught)
            return self._written_beside(caught) if found is caught else found
        if is_stale_at_rest(caught.breach):
            return self._lost_by_own_threads(caught) or self._written_by_lookup(caught)
        if is_disturbance(caught.breach):
            return self._disturbed_with_less(caught)
        if caught.breach.clause in _MIXED:
            whole = self._whole_calls(caught.plan.without(Close))
            return self._written(caught, whole) or caught
        return caught

    def needs_lookups(self, caught: Caught) -> bool:
        """Return whether what is wrong with other calls shows only where lookups run.

        Lookups that are known to write explain it then.
        """
        key = ("lookups", *caught.breach.key)
        is_answer = caught.breach.method == "lookup" and not is_stale_at_rest(caught.breach)
        if is_answer or not caught.plan.has(Lookup):
            return False
        if key not in self._answers:
            less = caught.plan.without(Lookup)
            same = execute(self.world, less, self.reference, ReplayScheduler(caught.schedule))
            found = chain(same, self._under_many(less))
            self._answers[key] = all(other.breach.key != caught.breach.key for other in found)
        return self._answers[key]

    def needs_batches(self, caught: Caught) -> bool:
        """Return whether something shows only where several entries come in one call.

        An update that makes another state of them is known to, and explains it then.
        """
        key = ("batches", *caught.breach.key)
        single = caught.plan.one_at_a_time()
        if single == caught.plan:
            return False
        if key not in self._answers:
            same = execute(self.world, single, self.reference, ReplayScheduler(caught.schedule))
            found = chain(same, self._under_many(single))
            self._answers[key] = all(o.breach.clause != caught.breach.clause for o in found)
        return self._answers[key]

    def needs_interruption(self, caught: Caught) -> bool:
        """Return whether an older answer shows only where calls are interrupted.

        Half an entry, which is known to show, may look like an older state.
        """
        key = ("whole calls", caught.breach.clause)
        if key not in self._answers:
            found = self._whole_calls(caught.plan)
            self._answers[key] = all(o.breach.clause != caught.breach.clause for o in found)
        return self._answers[key]

    def _written_beside(self, caught: Caught) -> Caught:
        """Blame lookups that write for what another call falls over, or an image lacks.

        It must need them, and they must be seen to change what comes of the plan.
        """
        if caught.breach.evidence or not self.needs_lookups(caught):
            return caught
        return self._written(caught, self._under_many(caught.plan)) or caught

    def _written(self, caught: Caught, found: Iterator[Caught]) -> Caught | None:
        """Return the first of some executions in which lookups change what comes of the plan.

        A state that only they made may show as an answer that no version gives, or as an image.
        Asked once while it finds nothing.
        """
        key = ("written", *caught.breach.key)
        if key in self._answers:
            return None
        for other in found:
            if is_disturbance(other.breach) or is_stale_at_rest(other.breach):
                blamed = self._with_less(other)
                if blamed.breach.clause == "LKP-1":
                    return blamed
        self._answers[key] = False
        return None

    def is_steady(self, caught: Caught) -> bool:
        """Return whether the log comes to the same wherever it is lived, with nothing beside."""
        key = ("steady",)
        if key not in self._answers:
            self._answers[key] = is_steady(Ask(self.world, caught.plan, self.reference))
        return self._answers[key]

    def goes_wrong_calm(self, caught: Caught) -> bool:
        """Return whether the plan goes wrong where each call runs on as soon as it begins.

        A machine that is known to mind on which thread it is called shows that as anything.
        """
        key = ("no switch",)
        if key not in self._answers:
            found = self._calm(caught.plan)
            self._answers[key] = any(o.breach.severity is Severity.VIOLATION for o in found)
        return self._answers[key]

    def _by_itself(self, caught: Caught) -> Caught | None:
        """Blame no call where the reference is another already when it is lived again."""
        if caught.breach.clause.startswith("PRG"):
            return None
        return self._alone(caught, "itself", check_itself)

    def _by_cuts(self, caught: Caught) -> Caught | None:
        """Blame the batches where the updates alone come to the same, on one thread."""
        return self._alone(caught, "cuts", check_cuts)

    def _alone(
        self, caught: Caught, name: str, check: Callable[[Ask], list[Breach]]
    ) -> Caught | None:
        """Return what a sequential check finds on the plan; asked once while it finds nothing."""
        key = (name, *caught.breach.key)
        if caught.breach.error or caught.plan.is_long or key in self._answers:
            return None
        found = check(Ask(self.world, caught.plan, self.reference))
        if found:
            return Caught(found[0], caught.plan)
        self._answers[key] = False
        return None

    def _by_other_thread(self, caught: Caught) -> Caught:
        """Blame the thread where an image is wrong though no call comes near it."""
        saves = caught.plan.tasks[SNAPSHOTS]
        if not any(isinstance(op, Save) for op in saves) or caught.breach.evidence:
            return caught
        plan = updates_alone(caught.plan.without(Recover))
        made = tuple(op for op in (Prepare(), Save()) if op in saves)
        plan = replace(plan, tasks=(plan.tasks[UPDATES], made, *plan.tasks[2:]))
        calls = len(plan.tasks[UPDATES])
        for before in range(calls + 1):
            turns = [Advance(UPDATES, 0)] * before + [Advance(SNAPSHOTS, 0)] * len(made)
            for other in execute(self.world, plan, self.reference, DrawnScheduler(turns)):
                if other.breach.clause == "THR-1":
                    return other
        return caught

    def _disturbed_with_less(self, caught: Caught) -> Caught:
        """Blame a hash or a save where the same happens with nothing else (CONTRACT A5).

        The thread that updates comes first: what happens with no other call at all, nobody
        disturbs.
        """
        updates = updates_alone(caught.plan.without(Recover))
        for other in self._under_many(updates):
            if other.breach.clause in ("THR-1", "UPD-1"):
                return other
        suspects = (
            ((Hash,), (Lookup, Save, Prepare)),
            ((Save, Prepare), (Lookup, Hash)),
        )
        for needed, others in suspects:
            less = caught.plan.without(*others)
            if not less.has(*needed):
                continue
            for other in self._under_many(less):
                if is_disturbance(other.breach):
                    return other
        return caught

    def _lost_by_own_threads(self, caught: Caught) -> Caught | None:
        """Blame update where its own threads lose an entry with no call beside."""
        updates = updates_alone(caught.plan.without(Recover))
        if not self._has_threads(updates):
            return None
        stale = (other for other in self._under_many(updates) if is_stale_at_rest(other.breach))
        lost = next(stale, None)
        return None if lost is None else replace(lost, breach=as_lost(lost.breach))

    def _written_by_lookup(self, caught: Caught) -> Caught:
        """Blame a lookup that writes where the same happens though no call is interrupted.

        Where there is none, and no thread of the machine's own, to blame is the thread.
        """
        if not caught.plan.has(Lookup) and not self._has_threads(caught.plan):
            return replace(caught, breach=as_threaded(caught.breach))
        for other in self._whole_calls(caught.plan):
            if is_stale_at_rest(other.breach):
                return replace(other, breach=as_written(other.breach))
            if other.breach.clause == "LKP-1":
                return other
        return caught

    def _calm(self, plan: Plan) -> list[Caught]:
        return execute(self.world, plan, self.reference, ReplayScheduler(()))

    def _has_threads(self, plan: Plan) -> bool:
        """Return whether threads of the machine's own take part."""
        run = conduct(self.world, plan, ReplayScheduler(()))
        return run is not None and has_own_threads(run, plan)

    def _whole_calls(self, plan: Plan) -> Iterator[Caught]:
        """Yield what shows where whole calls alternate, each update with one entry."""
        rng = seeded(self.seed, "whole calls")
        plan = plan.one_at_a_time()
        turns = [Advance(task, 0) for task, ops in enumerate(plan.tasks) for _ in ops]
        for _ in range(self.schedules):
            rng.shuffle(turns)
            yield from execute(self.world, plan, self.reference, DrawnScheduler(turns))

    def _under_many(self, plan: Plan) -> Iterator[Caught]:
        """Yield what further schedules show; a plan without any choice has one schedule."""
        portfolio = PortfolioScheduler(self.seed)
        has_choice = sum(map(bool, plan.tasks)) > 1 or self._has_threads(plan)
        for _ in range(self.schedules if has_choice else 1):
            yield from execute(self.world, plan, self.reference, portfolio)
