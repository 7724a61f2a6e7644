"""What every twin check is given, and how a difference between twins becomes a breach."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise

from smcheck.checkers.noise import noise_note
from smcheck.circumstances.data import OF_CHECK
from smcheck.circumstances.pool import Pending
from smcheck.engine.compare import Difference, differ, differ_observed
from smcheck.engine.reference import Reference
from smcheck.engine.shown import side_by_side
from smcheck.engine.world import World
from smcheck.finding import Breach, Location, Severity
from smcheck.history import Outcome
from smcheck.host.conduct import describe_command
from smcheck.host.life import Life, Observe, Step
from smcheck.plan import Plan, Update


@dataclass(frozen=True, slots=True)
class Ask:
    """What every sequential check is given.

    Attributes:
        pending: Lives of the worker processes, asked for and perhaps not there yet.
    """

    world: World
    plan: Plan
    reference: Reference
    pending: Pending[Life] | None = None

    def live(self, *steps: Step, **changes: object) -> Life:
        """Live through other steps with the plan's log and queries."""
        return self.world.live(self.reference.script(steps=steps, **changes))

    def observed_at(self, *versions: int) -> Life:
        """Return the plain life observed at these versions and at the end, and never else.

        What a twin is compared with must have been asked at the same moments: a lookup that
        writes would show otherwise as whatever the twin varies.
        """
        steps: list[Step] = []
        for version, update in enumerate(self.all_updates):
            steps += [Observe()] if version in versions else []
            steps.append(update)
        steps += [Observe()] if len(self.plan.log) in versions else []
        return self.live(*steps, Observe())

    def updates_with(self, *then: Step, at: Collection[int]) -> list[Step]:
        """Return the log, one entry at a time, with the steps ``then`` after these versions."""
        steps: list[Step] = []
        for update in self.all_updates:
            steps += [update, *then] if update.stop in at else [update]
        return steps

    def saw_state(self, *clauses: str) -> None:
        """Count clauses about the state, provided that anything of it can be seen."""
        if self.reference.is_visible():
            self.world.tally.states += 1
            self.world.tally.saw(*clauses)

    def describe(self, entry: int) -> str:
        """Return an entry of the log as reports print it."""
        command = describe_command(self.plan.log[entry].cmd, self.world.subject)
        return f"entry {entry + 1}, {command}"

    @property
    def all_updates(self) -> tuple[Update, ...]:
        """The log, one entry at a time."""
        return tuple(Update(i, i + 1) for i in range(len(self.plan.log)))

    @property
    def batches(self) -> tuple[Update, ...]:
        """The log in the batches of the plan; what recover skips is cut where it fits."""
        cuts = {0, len(self.plan.log)}
        for op in self.plan.tasks[0]:
            if isinstance(op, Update):
                cuts |= {op.start, op.stop}
        edges = sorted(cuts)
        return tuple(Update(a, b) for a, b in pairwise(edges))


@dataclass(frozen=True, slots=True)
class Twin:
    """What was varied, and whom a difference accuses.

    Attributes:
        check: Name of the check.
        when: What was varied, as the end of a sentence.
        state: Clause that a difference in the state breaks.
        results: Clause that a difference in results breaks; ``state`` unless given.
        method: Method at fault unless a line is found.
        circumstance: Name of the circumstance, where one is varied alone.
    """

    check: str
    when: str
    state: str
    results: str = ""
    method: str = "update"
    circumstance: str = ""


def compare(ask: Ask, twin: Twin, got: Life, *, against: Life | None = None) -> list[Breach]:
    """Compare a twin's life with the reference, or with ``against``."""
    expected = against or ask.reference.life
    found = differ(expected, got)
    if found is None:
        return []
    ask.world.show(lambda: side_by_side(expected, got, left="plainly", right=twin.when))
    if twin.results and found.what == "result":
        found = state_difference(expected, got) or found
    clause = (twin.results or twin.state) if found.what == "result" else twin.state
    if found.what == "get_hash" and clause == "UPD-1":
        clause = "HSH-1"
    whats = {
        "result": "an update results in something else",
        "raise": "one life raises, its twin does not,",
        "get_hash": "the hash is another",
    }
    title = f"{whats.get(found.what, 'the state is another')} {twin.when}"
    return [accuse(ask, twin, clause, title, found)]


def state_difference(expected: Life, got: Life) -> Difference | None:
    """Return in what the states differ, more than by order: results alone are another clause."""
    found = differ_observed(expected.observations, got.observations)
    return found if found is not None and not found.only_order else None


def accuse(ask: Ask, twin: Twin, clause: str, title: str, found: Difference) -> Breach:
    """Return the breach of one difference; one of mere order is a hazard (LKP-8)."""
    label = found.label if found.entry is None else ask.describe(found.entry)
    circumstance = twin.circumstance or OF_CHECK.get(twin.check, "")
    if found.only_order and found.what != "result":
        return Breach(
            "LKP-8",
            twin.check,
            "equal states answer in another order",
            f"{label}: {found.expected} before, {found.got} {twin.when}: the items are the same",
            method="lookup",
            severity=Severity.HAZARD,
        )
    return Breach(
        clause,
        twin.check,
        title,
        f"{label}: expected {found.expected}, got {found.got} {twin.when}"
        + noise_note(found.expected, found.got),
        method=twin.method,
        evidence=(("circumstance", circumstance),) if circumstance else (),
    )


def innermost(outcome: Outcome) -> tuple[Location, ...]:
    """Return where an exception came from, innermost frame first."""
    return tuple(reversed(outcome.frames))
