"""Examine one plan: every check in the order of blame, then the schedules.

A check that finds something taints what later checks would stumble over; they then look at
the plan without that ingredient, so that a consequence is not told as a second defect.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from smcheck.circumstances.pool import Pending
from smcheck.engine.caught import Caught
from smcheck.engine.consequence import is_unsettled, shows_apart
from smcheck.engine.execute import replay_schedule
from smcheck.engine.explore import FEWEST, Target, explore
from smcheck.engine.malformed import as_malformed
from smcheck.engine.reference import Reference
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.twins import FIRST, OF_LONG, SEQUENTIAL, Ask, Check, is_due
from smcheck.engine.twins.lookups import without_writers
from smcheck.engine.twins.surroundings import is_steady
from smcheck.engine.world import NoImage, NotControlled, StuckLife, World
from smcheck.finding import Breach, Severity
from smcheck.host.life import Life
from smcheck.plan import LONG, UPDATES, Close, Plan, Prepare, Recover, Save, Update
from smcheck.schedule import Schedule
from smcheck.schedulers.drawn import Advance

# After these the reference itself is in doubt: nothing can be compared with it.
_STOPS = frozenset({"again", "neighbour", "earlier", "hash", "lookups"})
# Once these are known, any two lives of one process may differ because of them.
_SHARING = frozenset({"again", "neighbour", "earlier"})
# What these say of one life hangs on no other one.
_OF_ONE_LIFE = frozenset({"alone", "unusual", "queries"})
# These can be asked again with a process for each life.
_APART = frozenset({"lookups", "cuts", "saves", "restart", "recover"})
# After this a comparison means nothing: only calls that raise or hang are still looked for.
_NO_ENTRIES = frozenset({"UPD-6"})
# A machine that differs from itself shows it here too, as whatever these vary.
_NEEDS_STEADY = frozenset(
    {
        "neighbour", "earlier", "lookups", "queries", "cuts", "many", "reuse", "saves", "abandons",
        "restart", "recover", "images", "writers", "leaks", "stopped-saves", "damage",
        "stopped-recovers", "moved-files", "close", "stopped-opens",
    }
)  # fmt: skip
# What these vary says nothing of a machine that has failed without it.
_AFTER: dict[str, str] = dict.fromkeys(
    ("abandons", "writers", "leaks", "stopped-saves", "images"), "saves"
)
# What a dropped context keeps taken, a save that fails keeps taken too: that is one defect.
_FOLLOWS = {"SAV-6": "abandons"}
_CLOUDS = frozenset({"surroundings", "ids"})
# What replicas do not agree on anyway is no fault of an image or of recover (CONTRACT A5).
_RECOVERIES = frozenset({"restart", "recover"})
_LEAVES_OUT: dict[str, tuple[type, ...]] = {
    "processes": (Recover,),
    "saves": (Prepare, Save),
    "restart": (Prepare, Save, Recover),
    "recover": (Recover,),
    "close": (Close,),
}
_VAST = 1_000
"""Entries above which a plan that applies them is run under no schedule: one takes seconds."""
_LEFT_OUT = 24
"""So many entries that raise, known already, are left out one by one; at the last, all the rest."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard one plan is looked at.

    Attributes:
        schedules: Executions under different schedules.
        seed: Of those schedules.
        known: Keys of breaches that are not worth stopping for.
        only: Name of the one check to make, empty for all.
        number: How many plans came before; some checks are not made on each.
        until_s: When, by ``time.monotonic``, to leave out further schedules but a few.
        is_patient: Whether plans that a verdict needs are still made when the time is over.
    """

    schedules: int = 20
    seed: int = 0
    known: Collection[tuple[str, ...]] = ()
    only: str = ""
    number: int = 0
    until_s: float | None = None
    is_patient: bool = False

    def makes(self, name: str, plan: Plan) -> bool:
        """Return whether the sequential check ``name`` is made on ``plan``."""
        if self.only:
            return name == self.only
        return name in OF_LONG if plan.is_long else is_due(name, self.number)

    def schedules_of(self, plan: Plan) -> int:
        """Return how many schedules ``plan`` is run under: few where it applies many entries."""
        return min(self.schedules, FEWEST) if plan.applied > LONG else self.schedules

    def knows(self, name: str) -> bool:
        """Return whether ``name`` found something on an earlier plan; it may not be made now."""
        return any(key[1] == name for key in self.known)


def examine(
    world: World, plan: Plan, effort: Effort, *, drawn: Sequence[Advance] = ()
) -> list[Caught]:
    """Return what is wrong on ``plan``, in order of blame; known breaches are left out."""
    with world.executor.together():
        return _examine(world, plan, effort, drawn)


def _examine(world: World, plan: Plan, effort: Effort, drawn: Sequence[Advance]) -> list[Caught]:
    found: list[Caught] = []
    began_s = time.monotonic()

    def note(name: str, breaches: list[Breach], on: Plan, schedule: Schedule = ()) -> bool:
        """Keep the new ones; return whether a violation was among all of them."""
        for breach in breaches:
            if breach.key not in effort.known:
                found.append(Caught(breach, on, schedule))
        return _accuses(breaches)

    try:
        for name, first in FIRST.items():
            if effort.only in ("", name) and note(name, first(world), plan):
                return found
        reference, left_out = Reference(world, plan), 0
        while (position := _raising_entry(reference)) is not None:
            plan, reference = as_malformed(world, plan, reference, position)
            ask = Ask(world, plan, reference)
            if effort.only in ("", "alone"):
                note("alone", attempt("alone", SEQUENTIAL["alone"], ask), plan)
            if found:
                return found
            # What raises is known already; a log without that entry is as legal, and goes on.
            left_out += 1
            stop = len(plan.log) if left_out == _LEFT_OUT else position + 1
            plan = plan.without_entries(range(position, stop))
            reference = Reference(world, plan)
    except StuckLife as error:
        note("alone", [stuck_breach(error.stuck, "alone")], plan)
        return found
    except NotControlled as error:
        world.tally.doubts[str(error)] += 1
        return found
    plan = _with_images(world, plan)
    ask = Ask(world, plan, reference, _ask_processes(world, reference, effort))
    left = plan
    accused: set[str] = set()
    crashes_only = False
    is_shared = any(map(effort.knows, _SHARING))
    # What instances share, an image cannot hold.
    is_clouded = effort.knows("earlier") or effort.knows("neighbour")
    for name, check in SEQUENTIAL.items():
        if name == "abandons" and effort.knows(name):
            left = left.without_abandoned()
        if crashes_only or not effort.makes(name, plan) or _AFTER.get(name) in accused:
            continue
        if not effort.only and not world.choice.varies(name):
            continue
        if is_clouded and name in (*_RECOVERIES, "images", "crashes"):
            continue
        on = left if name == "crashes" else plan
        breaches = attempt(name, check, replace(ask, plan=on))
        if name in _RECOVERIES and _accuses(breaches) and is_unsettled(ask, check):
            left, is_clouded = left.without(Recover), True
            continue
        if is_shared and not effort.only:
            if name in _SHARING and _accuses(breaches):
                return found  # it is what is known, seen from another side
            breaches = [b for b in breaches if _is_own(ask, name, b)]
        if breaches and name in _NEEDS_STEADY and not effort.only and not is_steady(ask):
            return found
        breaches = [b for b in breaches if _FOLLOWS.get(b.clause) not in accused]
        if not note(name, breaches, on):
            continue
        accused.add(name)
        is_clouded |= name == "processes"
        if name == "lookups" and world.subject.known and not _accuses([c.breach for c in found]):
            # Known already: a plan without the queries that write is as legal, and goes on.
            rest = _without_writers(ask)
            return found + _examine(world, rest, effort, drawn) if rest else found
        if name in _STOPS or reference.life.raised is not None:
            return found
        no_entries = name == "alone" and any(b.clause in _NO_ENTRIES for b in breaches)
        crashes_only |= no_entries or name in _CLOUDS
        if name in _LEAVES_OUT:
            left = left.without(*_LEAVES_OUT[name])
        elif name == "cuts":
            left = left.one_at_a_time()
        elif name == "abandons":
            left = left.without_abandoned()
    is_run = effort.only in ("", "schedules") and left.applied <= _VAST
    crashes_only |= is_shared and not effort.only
    if is_run and _has_versions(world, reference):
        target = Target(effort.known, crashes_only=crashes_only)
        now = time.monotonic()
        # Where plans are slow, schedules may take as long as all the other checks have taken.
        until_s = effort.until_s
        if until_s is not None and effort.is_patient:
            until_s = max(until_s, 2 * now - began_s)
        found += explore(
                world, left, reference, target=target, drawn=drawn,
                schedules=effort.schedules_of(left), seed=effort.seed, until_s=until_s,
            )  # fmt: skip
    return found


def _with_images(world: World, plan: Plan) -> Plan:
    """Return the plan without its recovers where the host has no image for one."""
    try:
        for call in plan.tasks[UPDATES]:
            if isinstance(call, Recover):
                world.image_of(plan.log, call.upto)
    except NoImage:
        return plan.without(Recover)
    except (NotControlled, StuckLife):
        return plan  # the run itself says it
    return plan


def _has_versions(world: World, reference: Reference) -> bool:
    """Return whether every version could be observed, to compare executions with."""
    try:
        if reference.is_whole():
            return True
        world.tally.doubts["observed at every version, a log does not come to its end"] += 1
    except (StuckLife, NotControlled) as error:
        world.tally.doubts[f"a log could not be observed at every version: {error}"] += 1
    return False


def _accuses(breaches: list[Breach]) -> bool:
    return any(breach.severity is Severity.VIOLATION for breach in breaches)


def _ask_processes(world: World, reference: Reference, effort: Effort) -> Pending[Life] | None:
    """Ask the worker processes now, so that they work while this one does."""
    wanted = effort.only in ("", "processes")
    return world.pool.live_soon(reference.script()) if world.pool and wanted else None


def _raising_entry(reference: Reference) -> int | None:
    """Return the position of the entry on which the machine raised, alone on one thread."""
    moment = reference.life.raised
    return moment.step.start if moment and isinstance(moment.step, Update) else None


def _without_writers(ask: Ask) -> Plan | None:
    try:
        return without_writers(ask)
    except (StuckLife, NotControlled):
        return None  # nothing more is to be learned of such a plan


def _is_own(ask: Ask, name: str, breach: Breach) -> bool:
    """Return whether a breach is none of what instances share: there is no other one for it."""
    if breach.error or name in _OF_ONE_LIFE or breach.severity is not Severity.VIOLATION:
        return True
    try:
        return name in _APART and shows_apart(ask, SEQUENTIAL[name])
    except (StuckLife, NotControlled):
        return True


def attempt(name: str, check: Check, ask: Ask) -> list[Breach]:
    """Make one check; a life that hangs is a breach, one out of control a doubt."""
    try:
        return check(ask)
    except StuckLife as error:
        return [stuck_breach(error.stuck, name)]
    except NotControlled as error:
        ask.world.tally.doubts[str(error)] += 1
        return []


def show_again(world: World, caught: Caught, *, schedules: int = 0, seed: int = 0) -> Caught | None:
    """Run the check that caught something on the same case; return what it shows now.

    With ``schedules``, a case whose own schedule shows nothing is tried under that many
    others, and the one that shows it takes its place.
    """
    key = caught.breach.key
    if caught.breach.check != "schedules":
        effort = Effort(only=caught.breach.check)
        found = examine(world, caught.plan, effort)
        same = (c for c in found if c.breach.key == key)
        return next((c for c in same if not c.breach.is_weaker_than(caught.breach)), None)
    try:
        reference = Reference.of(world, caught.plan)
        if not reference.is_whole():
            return None
    except (StuckLife, NotControlled):
        return None
    for again in replay_schedule(world, caught.plan, reference, caught.schedule):
        if again.breach.key == key:
            return again
    target = Target((), only=key)
    tries = explore(world, caught.plan, reference, target=target, schedules=schedules, seed=seed)
    return next(tries, None)
