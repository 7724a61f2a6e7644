"""The sequential truth of a plan: what each version answers, what each entry results in.

It is the machine's own run, one entry at a time on one thread, and where the subject has a
model, the model's. Checks ask it and never change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any
from weakref import WeakKeyDictionary

from smcheck._faults import ask_helper, helper_fault
from smcheck.checkers.observations import Observation
from smcheck.contract.types import Result
from smcheck.engine.world import World
from smcheck.errors import UsageError
from smcheck.history import Outcome
from smcheck.host.life import HASH, Observe, Script, Step
from smcheck.host.queries import own_copy
from smcheck.plan import Operation, Plan, Update
from smcheck.values import Frozen, freeze, freeze_exception, shorten

_LOOKS = 50
"""So often, and at the beginning, lives of a long log are observed."""

_NO_RESULT = frozenset({"UPD-7", "RES-1"})


class Reference:
    """The oracle of one plan; computes what is asked and remembers it.

    Attributes:
        life: The machine's own life, observed at every version; that of a long log at some.
        spoiled: Whether updates and recovers go wrong already alone, as far as known.
    """

    def __init__(self, world: World, plan: Plan) -> None:
        self._world = world
        self._plan = plan
        self.spoiled: dict[tuple[Operation, ...], bool] = {}
        self._subsets: dict[tuple[tuple[int, ...], int], Outcome | None] = {}
        self.life = world.live(self.script())
        if world.behaviour is not None:
            world.behaviour.see_states(self.life.observations)

    @classmethod
    def of(cls, world: World, plan: Plan) -> Reference:
        """Return the oracle of a plan: the one before if it is of this very plan.

        One case is replayed many times while it is made small.
        """
        before = _latest.get(world)
        if before is None or before._plan is not plan:
            before = _latest[world] = cls(world, plan)
        return before

    def script(self, **changes: Any) -> Script:
        """Return the script of the reference life, with some fields changed."""
        return script_of(self._plan, **changes)

    @cached_property
    def versions(self) -> tuple[Observation, ...]:
        """Observation at each version, by length of the log."""
        if not self._plan.is_long:
            return self.life.observations
        everywhere = _steps(self._plan, range(len(self._plan.log) + 1))
        return self._world.live(self.script(steps=everywhere)).observations

    @cached_property
    def unasked(self) -> tuple[Observation, ...]:
        """Observation at each version, of a machine each that was asked nothing before.

        Empty for a long log: that many lives take long.
        """
        if self._plan.is_long:
            return ()
        lives = (
            self._world.live(
                self.script(steps=(*(Update(i, i + 1) for i in range(version)), Observe()))
            )
            for version in range(len(self._plan.log) + 1)
        )
        # What lookups answer is compared one by one: where one life ends early, so does this.
        whole = takewhile(lambda life: bool(life.observations), lives)
        return tuple(life.observations[-1] for life in whole)

    @property
    def results(self) -> tuple[Result, ...]:
        """Result of each entry of the log."""
        return self.life.results

    @property
    def hashes(self) -> tuple[Frozen, ...]:
        """Hash of each version; empty without ``get_hash``."""
        return _hashes(self.versions)

    @property
    def hashes_seen(self) -> tuple[Frozen, ...]:
        """Hash of each version that ``life`` observes; empty without ``get_hash``."""
        return _hashes(self.life.observations)

    def is_whole(self) -> bool:
        """Return whether every version was reached and observed.

        Raises:
            StuckLife: A call waits for ever, alone.
            NotControlled: A call blocks in a way that is not modelled, or does not end.
        """
        return self.life.raised is None and len(self.versions) == len(self._plan.log) + 1

    def is_visible(self) -> bool:
        """Return whether anything that can be asked ever changed."""
        return len(set(self.life.observations)) > 1

    @property
    def missing(self) -> frozenset[str]:
        """Clauses by which results are missing, or have a wrong form, already alone.

        They are so in every twin and every execution: it is not told again there, and no other
        defect is hidden by it.
        """
        return _NO_RESULT & {breach.clause for breach in self.life.breaches}

    def results_differ(self) -> bool:
        """Return whether the entries did not all result in the same."""
        return len(set(self.results)) > 1

    def hashes_differ(self) -> bool:
        """Return whether the hash ever changed: a constant one agrees with everything."""
        return len(set(self.hashes_seen)) > 1

    def has_raising_lookup(self) -> bool:
        """Return whether any lookup raised at any version that ``life`` observes."""
        rows = (row for version in self.life.observations for row in version)
        return any(what.text.startswith("raise ") for _, what in rows)

    def answer(self, version: int, query: int) -> Outcome:
        """Return what ``queries[query]`` answers at ``version``."""
        return as_outcome(self.versions[version][query][1])

    def answer_of(self, entries: tuple[int, ...], query: int) -> Outcome | None:
        """Return what a query answers after exactly these positions of the log."""
        key = (entries, query)
        if key not in self._subsets:
            self._subsets[key] = self._live_subset(entries, query)
        return self._subsets[key]

    def _live_subset(self, entries: tuple[int, ...], query: int) -> Outcome | None:
        log = tuple(self._plan.log[i] for i in entries)
        updates = tuple(Update(i, i + 1) for i in range(len(log)))
        queries = (self._plan.queries[query],)
        life = self._world.live(Script(log, queries, (*updates, Observe())))
        if life.raised is not None:
            return None
        return as_outcome(life.observations[-1][0][1])


_latest: WeakKeyDictionary[World, Reference] = WeakKeyDictionary()


def _hashes(observations: tuple[Observation, ...]) -> tuple[Frozen, ...]:
    seen = (dict(observation).get(HASH) for observation in observations)
    return tuple(value for value in seen if value is not None)


def script_of(plan: Plan, **changes: Any) -> Script:
    """Return the life of a plan's log, one entry at a time, observed at ``looked_at``."""
    steps = _steps(plan, looked_at(plan))
    fields = {"log": plan.log, "queries": plan.queries, "steps": steps}
    return Script(**(fields | changes))


def looked_at(plan: Plan) -> Sequence[int]:
    """Return the versions at which lives of a plan are observed: all, or some of a long log."""
    n = len(plan.log)
    if not plan.is_long:
        return range(n + 1)
    return [n * part // _LOOKS for part in range(_LOOKS + 1)]


def _steps(plan: Plan, observed: Sequence[int]) -> tuple[Step, ...]:
    wanted = frozenset(observed)
    steps: list[Step] = [Observe()] if 0 in wanted else []
    for i in range(len(plan.log)):
        steps += [Update(i, i + 1), Observe()] if i + 1 in wanted else [Update(i, i + 1)]
    return tuple(steps)


def as_outcome(seen: Frozen) -> Outcome:
    """Return the outcome that an observed value stands for."""
    if not seen.text.startswith("raise "):
        return Outcome(seen)
    return Outcome(seen, raised=True, error=seen.text[len("raise ") :].partition("(")[0])


class ModelTruth:
    """What the subject's model says of a log.

    It ends before the first added command that the model refuses: what a machine makes of
    bytes that no strategy draws the model need not know.

    Attributes:
        versions: Answers by version, of those that the plan's lives are observed at.
    """

    def __init__(self, world: World, plan: Plan) -> None:
        subject = world.subject
        assert subject.model is not None
        model = ask_helper(subject.name, "model()", subject.model)
        queries: Sequence[object] = (*plan.queries, *subject.probes)
        wanted = frozenset(looked_at(plan))
        self.versions: dict[int, list[Frozen]] = {0: _ask(subject.name, model, queries)}
        self.results: list[object] = []
        for version, command in enumerate(plan.log, 1):
            try:
                result = _apply(subject.name, model, command.cmd)
            except UsageError:
                if command.added:
                    return
                raise
            self.results.append(result)
            if version in wanted:
                self.versions[version] = _ask(subject.name, model, queries)


def _apply(owner: str, model: Any, cmd: bytes) -> object:
    """Return the model's result of one command, once it is one."""
    result: object = ask_helper(owner, f"model.apply({cmd!r:.40})", model.apply, cmd)
    value = result.value if isinstance(result, Result) else result
    in_range = 0 <= value < 1 << 64 if isinstance(value, int) else True
    if in_range and (result is None or isinstance(result, (Result, int, bytes, bytearray))):
        return result
    raise UsageError(
        f"{owner}: expected model.apply({cmd!r:.40}) to give a Result, an int from 0 to 2**64-1, "
        f"bytes, or None for no opinion, got {shorten(freeze(result).text)}: mend the model"
    )


def _ask(owner: str, model: Any, queries: Sequence[object]) -> list[Frozen]:
    """Return the model's answers; one that raises answers as a machine does that raises."""
    seen = []
    for query in queries:
        try:
            seen.append(freeze(model.query(own_copy(query))))
        except Exception as error:
            seen.append(freeze_exception(error))
        except SystemExit as error:
            raise helper_fault(owner, f"model.query({query!r:.40})", error) from error
    return seen


def result_matches(expected: object, got: Result) -> bool:
    """Return whether a result is what the model said: ``None`` compares with nothing."""
    if expected is None:
        return True
    if isinstance(expected, Result):
        return (expected.value, bytes(expected.data)) == (got.value, bytes(got.data))
    if isinstance(expected, int):
        return expected == got.value
    return isinstance(expected, (bytes, bytearray)) and bytes(expected) == bytes(got.data)
