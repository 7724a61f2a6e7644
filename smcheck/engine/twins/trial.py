"""What the checks of faults share: trials of one ask, and how what they show is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from smcheck.engine.compare import differ_observed, show
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.twins.ask import Ask
from smcheck.engine.world import PLAIN, Surroundings
from smcheck.finding import Breach
from smcheck.host.faults import Signal
from smcheck.host.trials import NoTrial, Shown, Trials
from smcheck.runtime.session import Stuck

T = TypeVar("T")


def trials(ask: Ask) -> Trials:
    """Return what makes replicas of the plan's log."""
    world = ask.world
    made = Trials(
        world.subject, ask.plan.log, ask.plan.queries, folders=world.folders, board=world.board
    )
    if world.looking is not None:
        world.looking.noted.append(made.noted)
    return made


def attempt(ask: Ask, body: Callable[[], T], *, surroundings: Surroundings = PLAIN) -> T | None:
    """Run ``body`` on a controlled task; ``None`` if no replica for it could be made.

    Raises:
        StuckLife: It waits for ever.
        NotControlled: It blocks in a way that is not modelled, or does not end.
    """
    try:
        return ask.world.alone(body, surroundings)
    except NoTrial:
        return None


def middle(ask: Ask) -> int:
    """Return the version at which images are tried: some entries come after it."""
    return (2 * len(ask.plan.log) + 2) // 3


def parting(ask: Ask, expected: Shown, got: Shown, *, version: int) -> str:
    """Return in what a trial parts from one without a fault, ``""`` if in nothing.

    Another order is no difference here.
    """
    if got.failed is not None and expected.failed is None:
        return f"an entry after it raises {got.failed.value.text}"
    found = differ_observed(expected.observations, got.observations)
    if found is not None and not found.only_order:
        return f"{found.label}: expected {found.expected}, got {found.got}"
    for number, (left, right) in enumerate(zip(expected.results, got.results, strict=False)):
        if left != right:
            entry = ask.describe(version + number)
            return f"{entry}: expected {show(left)}, got {show(right)}"
    return ""


@dataclass(frozen=True, slots=True)
class Stop:
    """When the signal is set: at which question of the machine, or after which read or write."""

    at_asked: int | None = None
    at_moved: int | None = None

    def signal(self) -> Signal:
        """Return a new signal that is set then."""
        return Signal(at_asked=self.at_asked, at_moved=self.at_moved)

    @property
    def text(self) -> str:
        """When it is, as reports print it."""
        if self.at_moved is not None:
            return f"after {self.at_moved} reads or writes"
        return f"once the machine has asked {self.at_asked} times" if self.at_asked else "before it"

    @property
    def evidence(self) -> tuple[tuple[str, str], ...]:
        """The same as facts from which ``Stop.of`` makes it again."""
        facts = (("asked", self.at_asked), ("moved", self.at_moved))
        return tuple((name, str(number)) for name, number in facts if number is not None)

    @classmethod
    def of(cls, evidence: tuple[tuple[str, str], ...]) -> Stop:
        """Return the stop that a breach has in its evidence."""
        facts = {name: int(text) for name, text in evidence if name in ("asked", "moved")}
        return cls(facts.get("asked"), facts.get("moved"))


def stops(asked: int, moved: int) -> Iterator[Stop]:
    """Yield the moments worth a try in a call that asks and moves so often if left alone."""
    yield Stop(at_asked=0)
    if asked:
        # A machine that never asks cannot tell one moment from another.
        yield from (Stop(at_asked=n) for n in dict.fromkeys((1, asked // 2, asked - 1)) if n)
        yield from (Stop(at_moved=n) for n in dict.fromkeys((1, moved // 2)) if n)


def held_up(stuck: Stuck, check: str, clause: str, title: str, method: str) -> Breach:
    """Return the breach of calls that wait for what an earlier call took and kept.

    To blame is where it was taken; who waits is told beside.
    """
    found = stuck_breach(stuck, check)
    # Whoever waits first was named first; the sort keeps that order.
    places = sorted(found.locations, key=lambda place: place.role != "holder")
    first = tuple(replace(place, role="") for place in places[:1])
    return replace(
        found, clause=clause, title=title, method=method, locations=(*first, *places[1:])
    )
