"""Say more of a difference between twins: which circumstance is enough, which line began it.

Starts processes of its own; asked once per finding, for the smallest case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations

from smcheck.circumstances.bisect import lives_differ
from smcheck.circumstances.culprit import Culprit, find_between, find_in_batches, investigate
from smcheck.circumstances.data import BATCH_CUTS, CIRCUMSTANCES, PROCESS, REPLICA_ID, Setting
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.circumstances.settings import default_settings
from smcheck.engine.caught import Caught
from smcheck.engine.reference import script_of
from smcheck.engine.twins.surroundings import OTHER, OTHER_IDS
from smcheck.engine.world import PLAIN, Surroundings, World
from smcheck.finding import Breach, Severity
from smcheck.host.life import Observe, Script
from smcheck.plan import UPDATES, Plan, Update

_APART = 4
_CHECKS = frozenset({"again", "surroundings", "processes"})
_AGAIN, _ELSEWHERE = " with nothing changed", " when the same was lived again"
_STATE, _ANSWER = "the state is another", "an answer of lookup is another"


def explain(world: World, caught: Caught) -> Breach:
    """Return the breach of ``caught`` with circumstance and culprit, as far as they show.

    A difference that fresh processes do not have, but each of them has once it lives through
    the log again, comes from the earlier instance: it is renamed to NEW-1.
    """
    breach, target = caught.breach, world.importable
    if breach.check == "ids" and world.pool is not None:
        with world.beating():
            return _by_ids(world.pool, script_of(caught.plan), breach)
    if breach.check == "cuts" and world.pool is not None:
        with world.beating():
            return _by_cuts(world.pool, caught.plan, breach)
    if breach.check not in _CHECKS or target is None or breach.clause == "NEW-1":
        return breach
    script = script_of(caught.plan)
    with world.beating():
        settings = _base(world)
        for settings in _parted(world, script, breach):
            found, culprit = investigate(target, script, settings, pool=world.pool)
            if culprit is not None and _is_of_lookup(script, culprit):
                breach = replace(breach, title=breach.title.replace(_STATE, _ANSWER))
            if found.names:
                return _with(breach, found.names, culprit)
        shares = breach.check == "again" and (
            _differs_again(target, script, settings) or _agrees_apart(world, script)
        )
    return _shared(breach) if shares else breach


def _is_of_lookup(script: Script, culprit: Culprit) -> bool:
    """Return whether a line that only a lookup runs made the lives part."""
    return culprit.step >= 0 and isinstance(script.steps[culprit.step], Observe)


def _by_ids(pool: Pool, script: Script, breach: Breach) -> Breach:
    """Name the line at which two replicas part because of their ids."""
    # Ids that nothing else is by chance, or those that showed it.
    ids = ((7_001_009, 5_000_011), (OTHER_IDS["shard_id"], OTHER_IDS["replica_id"]))
    others = (replace(script, shard_id=shard, replica_id=replica) for shard, replica in ids)
    found = (find_between((script, other), pool) for other in others)
    culprit = next(filter(None, found), None)
    return breach if culprit is None else _with(breach, (REPLICA_ID,), culprit)


def _by_cuts(pool: Pool, plan: Plan, breach: Breach) -> Breach:
    """Name the line that makes an entry another one in another batch."""
    log = plan.log
    drawn = tuple(op for op in plan.tasks[UPDATES] if isinstance(op, Update))
    shapes = (tuple(Update(i, i + 1) for i in range(len(log))), drawn, (Update(0, len(log)),))
    scripts = [Script(log, plan.queries, (*shape, Observe())) for shape in shapes]
    culprit = find_in_batches(scripts, pool)
    return breach if culprit is None else _with(breach, (BATCH_CUTS,), culprit)


Settings = tuple[Setting, Setting]


def _base(world: World) -> Settings:
    """Return the first two settings of twins."""
    if world.pool is not None:
        return world.pool.settings[0], world.pool.settings[1]
    first, second = default_settings(world.seed, choice=world.choice)
    return first, second


def _parted(world: World, script: Script, breach: Breach) -> Iterator[Settings]:
    """Yield pairs of settings to take apart, those first that are known to part on the script.

    One pair may lie on the same side of what the machine decides by, and another not.
    """
    found = False
    for pair in _pairs(world, script):
        found = True
        yield pair
    if breach.check == "surroundings":
        yield _like_here(_base(world)[0])
    elif not found:
        yield _base(world)


def _pairs(world: World, script: Script) -> Iterator[Settings]:
    """Yield the settings of each two twins that part on the script."""
    if world.pool is None:
        return
    pairs = combinations(zip(world.pool.settings, world.pool.live(script), strict=True), 2)
    for (setting, one), (second, other) in pairs:
        if isinstance(one, WorkerLost) or isinstance(other, WorkerLost):
            continue
        if lives_differ(one, other):
            yield setting, second


def _like_here(setting: Setting) -> Settings:
    """Return the setting with the surroundings of this process's lives: plain ones, and others."""
    return _in(PLAIN, setting), _in(OTHER, setting)


def _in(here: Surroundings, setting: Setting) -> Setting:
    return replace(
        setting, wall_s=here.wall_s, rate=here.rate, monotonic_s=1_000.0, pauses_s=here.pauses_s,
        jumps_s=(), random_seed=here.entropy, ids=here.junk,
    )  # fmt: skip


def _differs_again(target: str, script: Script, settings: Sequence[Setting]) -> bool:
    """Return whether the second life in a fresh process is another than the first, in each."""
    with Pool(target, settings) as pool:
        lives = zip(pool.live(script), pool.live(script), strict=True)
        return all(
            not isinstance(first, WorkerLost)
            and not isinstance(second, WorkerLost)
            and lives_differ(first, second)
            for first, second in lives
        )


def _agrees_apart(world: World, script: Script) -> bool:
    """Return whether lives agree before which nothing lived in their process."""
    if world.pool is None:
        return False
    ask = partial(world.pool.live_one, 0, script, world.pool.settings[0], apart=True)
    first, *others = (ask() for _ in range(_APART))
    return not isinstance(first, WorkerLost) and not any(
        isinstance(other, WorkerLost) or lives_differ(first, other) for other in others
    )


def _shared(breach: Breach) -> Breach:
    return replace(
        breach,
        clause="NEW-1",
        title="an earlier instance in the same process changes what a new one does",
        message=f"{breach.message}; two fresh processes agree, so the instances share something",
        method="__init__",
    )


def _with(breach: Breach, names: tuple[str, ...], culprit: Culprit | None) -> Breach:
    title, seen = breach.title, breach.message
    if names[0] == PROCESS:
        why = "two processes with nothing changed differ already"
    else:
        why = f"{' or '.join(names)} alone is enough"
        title, seen = (text.replace(_AGAIN, _ELSEWHERE) for text in (title, seen))
    evidence = [one for one in breach.evidence if one[0] != "circumstance"]
    evidence.append(("circumstance", ", ".join(names)))
    locations = breach.locations
    if culprit is not None:
        one, other = (value or "nothing" for value in culprit.values)
        why += (
            f"; first at `{culprit.source}`: {culprit.name} is {one} in one, {other} in the other"
        )
        evidence += [("differs", culprit.name), ("one", one), ("other", other)]
        if culprit.calls:
            evidence.append(("calls", ", ".join(culprit.calls)))
        if culprit.part is not None:
            one, other = culprit.part.values
            evidence.append(("state, a hint", f"{culprit.part.name}: {one} or {other}"))
        locations = (culprit.location,)
    severity = breach.severity if _is_deployed(names) else Severity.HAZARD
    return replace(
        breach, title=title, message=f"{seen}; {why}", evidence=tuple(evidence),
        locations=locations, severity=severity,
    )  # fmt: skip


def _is_deployed(names: tuple[str, ...]) -> bool:
    """Return whether replicas of one deployment may differ in one of these (CONTRACT A4)."""
    return names[0] == PROCESS or any(c.on_by_default for c in CIRCUMSTANCES if c.name in names)
