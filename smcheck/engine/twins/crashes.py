"""Machines of the on-disk kind: opened first, killed at any moment, robbed of what was not synced.

One life is watched, and at moments of it the folder is kept as a killed process, or a loss of
power, would leave it. Other processes open each of these folders at the same path, and what they
show is held to what the host may rely on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from smcheck.checkers.durability import Promise, Reopened, Truth, check_reopened, promise_at
from smcheck.checkers.observations import Observation, first_difference
from smcheck.circumstances.process import WorkerLost
from smcheck.contract.profiles import Kind
from smcheck.engine.compare import differ
from smcheck.engine.shown import Shown, acts_of
from smcheck.engine.twins.ask import Ask, Twin, compare, innermost
from smcheck.engine.twins.snapshots import evenly
from smcheck.engine.world import Watched
from smcheck.finding import HOLDS, UNSURE, Breach
from smcheck.host.crash_watch import CrashImage
from smcheck.host.life import CatchUp, Life, Observe, Open, Script, StartAgain, Step
from smcheck.plan import UPDATES, Close, Recover, Sync, Update
from smcheck.scenario import Act

CHECK = "crashes"
_LIMIT_HOLES = 6
_LIMIT_SUSPECTS = 4
_LIMIT_APART = 8
_LIMIT_STARTS = 12
"""Starts of one life: each instance may have threads and files of its own."""
_AGAIN: tuple[Step, ...] = (Open(), Observe(), CatchUp(), Observe())


def check_crashes(ask: Ask) -> list[Breach]:
    """Kill the machine at moments of its life and open its folder in other processes."""
    if ask.world.kind is not Kind.ON_DISK or not ask.plan.log:
        return []
    steps = tuple(_steps(ask))
    watched = ask.world.watched(ask.reference.script(steps=(Open(), *steps)))
    raising = _raising(ask, watched.life)
    if raising:
        return raising
    if not any(isinstance(step, Recover) for step in steps):
        again = _not_again(ask, steps)
        if again:
            return again
    truth = _truth(ask)
    if truth is None:
        return _another_again(ask)
    _count(ask, steps, watched)
    case = _Case(ask, watched, truth)
    killed = case.first(lost=False)
    # What a kill shows already, a loss of power shows too, under one name or another.
    robbed = case.first(lost=True) if killed is None or killed.clause != "DSK-6" else None
    found = [killed, robbed if killed is None or (robbed and robbed.clause == "DSK-6") else None]
    return [breach for breach in found if breach is not None] or _another_again(ask)


def _steps(ask: Ask) -> Iterator[Step]:
    """Yield the updates, syncs and recovers of the plan, with a sync in the middle and at the end.

    Where the plan recovers, an older image is recovered at last, as an operator may do to repair
    a group (REC-8).
    """
    steps = [op for op in ask.plan.tasks[UPDATES] if isinstance(op, (Update, Sync, Recover))]
    steps = steps or list(ask.batches)
    if not any(isinstance(op, Sync) for op in steps[:-1]):
        steps.insert((len(steps) + 1) // 2, Sync())
    yield from steps
    yield Sync()
    if ask.plan.has(Recover) and ask.plan.last_version > 1:
        yield Recover(ask.plan.last_version // 2)
    yield Close()


def _raising(ask: Ask, life: Life) -> list[Breach]:
    """Return the breach of a call that raised although nothing was killed yet."""
    moment = life.raised
    if moment is None or moment.outcome is None:
        return []
    what = {
        Sync: ("DSK-6", "sync raises", "sync"),
        Recover: ("REC-8", "recover refuses an image older than the store",
                  "recover_from_snapshot"),
    }.get(type(moment.step))  # fmt: skip
    older = isinstance(moment.step, Recover) and moment.step.upto < ask.plan.last_version
    if what is None or (isinstance(moment.step, Recover) and not older):
        return []  # other checks say it
    clause, title, method = what
    return [Breach(
        clause, CHECK, title, f"expected it to return, got {moment.outcome.value.text}, alone on "
        "one thread: the host stops the process on it",
        method=method, error=moment.outcome.error, locations=innermost(moment.outcome),
    )]  # fmt: skip


def _not_again(ask: Ask, steps: tuple[Step, ...]) -> list[Breach]:
    """Open the folder of a closed instance in the same process, as a host does at a restart."""
    life = ask.live(*steps, StartAgain())
    moment = life.raised
    if moment is None or moment.outcome is None or not isinstance(moment.step, StartAgain):
        return []
    return [Breach(
        "NEW-2", CHECK, "the folder of a closed instance cannot be opened again",
        f"expected an index, got {moment.outcome.value.text}, in the process of the closed one",
        method="open", error=moment.outcome.error, locations=innermost(moment.outcome),
    )]  # fmt: skip


def _another_again(ask: Ask) -> list[Breach]:
    """Sync, close and open again at several places: the log must come to the same."""
    cuts = evenly(len(ask.plan.log), _LIMIT_STARTS)
    steps = ask.updates_with(Sync(), Close(), StartAgain(), at=cuts)
    life, plain = ask.live(*steps, Observe()), ask.observed_at()
    starts = (m.outcome for m in life.moments if isinstance(m.step, StartAgain))
    opened = [start.value.text for start in starts if start is not None]
    found = differ(plain, life)
    if opened != [str(ask.plan.log[version - 1].index) for version in cuts]:
        return []  # that shows in a process of its own, too, as do calls that raise
    if found is None or found.only_order:
        return []
    twin = Twin(CHECK, "when the folder is closed and opened again", "DSK-5", method="open")
    return compare(ask, twin, life, against=plain)


def _truth(ask: Ask) -> Truth | None:
    """Return what the same log shows in the process that will open the folders."""
    pool = ask.world.reopener
    if pool is None:
        return None
    script = ask.reference.script()
    with ask.world.beating():
        [plain] = pool.live(script)
    if isinstance(plain, WorkerLost) or plain.raised is not None:
        return None
    return Truth(script.log, plain.observations, plain.results)


@dataclass(frozen=True, slots=True)
class _Case:
    """A watched life, and what must be shown by whoever opens its folder."""

    ask: Ask
    watched: Watched
    truth: Truth

    def first(self, *, lost: bool) -> Breach | None:
        """Return what is wrong first, moments of rest before those inside a call.

        What shows where one process opens folder after folder counts only when it shows again
        in a process that has opened no other.
        """
        images = [image for image in self.watched.images if image.lost == lost]
        images.sort(key=lambda image: image.inside)
        judged = list(self._judged(images, apart=False))
        broken = [(image, b) for image, b in judged if b]
        # A loss of what was synced says more than that the folder cannot be opened, and what
        # is certain says more than what is not.
        unsure = (HOLDS, UNSURE)
        broken.sort(key=lambda pair: (pair[1].clause != "DSK-6", unsure in pair[1].evidence))
        suspects = [image for image, _ in broken]
        # Where the suspicion was wrong, instances that meet in one process disturb each other.
        few = images[:: 1 + len(images) // _LIMIT_APART] if suspects else ()
        for some in (suspects[:_LIMIT_SUSPECTS], few):
            found = (breach for _, breach in self._judged(some, apart=True) if breach)
            for breach in found:
                return _unclosed(breach) if self._needs_close(judged) else breach
        return None

    def _needs_close(self, judged: Sequence[tuple[CrashImage, Breach | None]]) -> bool:
        """Return whether a folder at rest is refused all the time, until close has returned."""
        closing = len(self.watched.life_steps) - 1
        rest = [(image.step, b.clause if b else "") for image, b in judged if not image.inside]
        before = {clause for step, clause in rest if 0 <= step < closing}
        return before == {"DSK-1"} and (closing, "") in rest

    def _judged(
        self, images: Sequence[CrashImage], *, apart: bool
    ) -> Iterator[tuple[CrashImage, Breach | None]]:
        lives = self._reopened(images, apart=apart)
        for image, life in zip(images, lives, strict=True):
            yield image, self._judge(image, life) if life else None

    def _reopened(self, images: Sequence[CrashImage], *, apart: bool) -> Sequence[Life | None]:
        pool = self.ask.world.reopener
        if pool is None or not images:
            return [None for _ in images]
        script = self.ask.reference.script(steps=_AGAIN, folder=self.watched.folder)
        with self.ask.world.beating():
            lives = pool.reopen(script, [image.tree for image in images], apart=apart)
        return [None for _ in images] if isinstance(lives, WorkerLost) else lives

    def _judge(self, image: CrashImage, life: Life) -> Breach | None:
        promise = promise_at(self.watched.life_steps, image.step, inside=image.inside)
        has_hole = _Holes(self.ask, promise).has
        shown = _shown(image, life)
        breach = check_reopened(promise, self.truth, shown, check=CHECK, has_hole=has_hole)
        if breach is None:
            return None
        self.ask.world.show(lambda: self._shown(image, life))
        return _told(breach, image, promise)

    def _shown(self, image: CrashImage, life: Life) -> Shown:
        """Return the calls before the crash, the crash, and what came of it."""
        ask, steps = self.ask, self.watched.life_steps
        until = image.step + 1
        before = acts_of(ask.reference.script(steps=steps), self.watched.life,
                         ask.world.subject, until=until)  # fmt: skip
        what = Act(0, "power lost" if image.lost else "killed", image.how, ended=0, is_wrong=True)
        after = acts_of(ask.reference.script(steps=_AGAIN), life, ask.world.subject,
                        until=len(_AGAIN))  # fmt: skip
        return Shown(acts=(*before, what, *after))


def _shown(image: CrashImage, life: Life) -> Reopened:
    opened = life.moments[0].outcome
    assert opened is not None
    names = {Open: "open", CatchUp: "update"}
    raised = names[type(life.raised.step)] if life.raised else ""
    seen = [*life.observations, (), ()]
    return Reopened(
        image.how, image.lost, opened.value, raised, seen[0], life.results, seen[1]
    )  # fmt: skip


def _told(breach: Breach, image: CrashImage, promise: Promise) -> Breach:
    """Add at which line the machine was killed, and which one wrote what was lost."""
    places = []
    if image.wrote is not None:
        places.append(replace(image.wrote, role="lost what this line wrote"))
    if image.location is not None and promise.during:
        places.append(replace(image.location, role="killed here"))
    return replace(breach, locations=tuple(places))


def _unclosed(breach: Breach) -> Breach:
    title = "open refuses a folder that nobody closed"
    return replace(breach, clause="CLO-2", title=title, method="open", locations=())


@dataclass(frozen=True, slots=True)
class _Holes:
    """Looks for a state that lacks an entry and has a later one."""

    ask: Ask
    promise: Promise

    def has(self, version: int, seen: Observation) -> bool:
        """Return whether ``seen`` is the state of ``version`` without some earlier entries."""
        loose = range(self.promise.synced, version - 1)
        if len(loose) > _LIMIT_HOLES:
            loose = range(version - 1 - _LIMIT_HOLES, version - 1)
        sizes = range(1, len(loose) + 1)
        gone = (some for size in sizes for some in combinations(loose, size))
        return any(self._is_state_without(some, version, seen) for some in gone)

    def _is_state_without(self, gone: tuple[int, ...], version: int, seen: Observation) -> bool:
        log = tuple(c for i, c in enumerate(self.ask.plan.log[:version]) if i not in gone)
        steps: tuple[Step, ...] = (*(Update(i, i + 1) for i in range(len(log))), Observe())
        life = self.ask.world.live(Script(log, self.ask.plan.queries, steps))
        return life.raised is None and first_difference(life.observations[-1], seen) is None


def _count(ask: Ask, steps: tuple[Step, ...], watched: Watched) -> None:
    tally = ask.world.tally
    tally.saw("DSK-1", times=len(watched.images))
    ask.saw_state("DSK-3", "DSK-5", "DSK-6", "CLO-2")
    if any(image.lost for image in watched.images):
        ask.saw_state("DSK-4")
    if any(isinstance(step, Recover) for step in steps):
        ask.saw_state("DSK-11", "REC-7", "REC-8")
    for note in watched.notes:
        tally.notes.setdefault("crashes", note)
    for name in watched.opaque:
        tally.notes.setdefault("power", f"loss of power was not tried on {name}: it is written "
                               "by a library whose calls Python does not see")  # fmt: skip
