"""Live through a log in a few ways and say what each life showed, in the words of a golden log.

Makes lives and records; what a difference means is judged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from smcheck.circumstances.data import Setting
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.process import WorkerLost
from smcheck.engine.golden.differences import (
    HASH,
    OBSERVE,
    Difference,
    Seen,
    is_raise,
    labels_of,
)
from smcheck.engine.golden.file import MomentRecord, Value, value_of, value_of_frozen
from smcheck.engine.reference import looked_at
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.world import NotControlled, StuckLife, World
from smcheck.errors import UsageError
from smcheck.finding import Breach, Location
from smcheck.history import Outcome
from smcheck.host.conduct import describe_command
from smcheck.host.life import Life, Moment, Observe, Restart, Script, Step, raised
from smcheck.plan import Command, Lookup, Plan, Prepare, Save, Update
from smcheck.values import freeze

OTHER = Setting(
    hash_seed=2_718_281_829, wall_s=1_900_000_000.25, rate=3.0, monotonic_s=50_000.0,
    pauses_s=(20.5, 0.75, 4_000.0), random_seed=31_415, ids=92_653, process_id=10_000_589,
    zone="<+0545>-5:45",
)  # fmt: skip
"""What the second process differs in."""

_RESTARTS = 3
_WORKER_S = 60.0
_ENTRY_S = 0.01
_METHODS = {"prepare": "prepare_snapshot", "save": "save_snapshot"}


@dataclass(frozen=True, slots=True)
class Lived:
    """One life along the log.

    Attributes:
        how: In which way it was another than the plain one, as the end of a sentence.
        cut: Entries before the restart, 0 without one.
        raised: An exception that ended it where the host cannot go on.
        lost: Why there was no such life, empty when there was.
        is_legal: Whether the machine may do what kept the life from being lived.
        breaches: What was wrong with the shape of what came.
    """

    how: str
    cut: int = 0
    seen: Seen = field(default_factory=lambda: Seen((), ()))
    raised: Difference | None = None
    lost: str = ""
    is_legal: bool = False
    breaches: tuple[Breach, ...] = ()


@dataclass(frozen=True, slots=True)
class Along:
    """A log with what is asked along it.

    Attributes:
        queries: All that is asked; probes of the subject may be among them.
        versions: When it is asked, by length of the log.
    """

    world: World
    log: tuple[Command, ...]
    queries: tuple[object, ...]
    versions: frozenset[int]

    @classmethod
    def fresh(cls, world: World, log: tuple[Command, ...], queries: Sequence[object]) -> Along:
        """Ask these queries and the subject's probes, as often as checks look at a log."""
        asked = {freeze(query).text: query for query in (*queries, *world.subject.probes)}
        if "lookups" in world.subject.without:
            asked = {}
        return cls(world, log, tuple(asked.values()), frozenset(looked_at(Plan(log))))

    @property
    def script(self) -> Script:
        """The plain life, one entry at a time."""
        return self._script([step for version in self._all() for step in self._until(version)])

    def here(self) -> Lived:
        """Live in this process."""
        life = self._live(self.script)
        if not isinstance(life, Life):
            return _not_lived("", 0, life)
        return Lived("", seen=self._seen(life), breaches=life.breaches)

    def elsewhere(self) -> Elsewhere:
        """Begin the same life in another process."""
        return Elsewhere(self)

    def restarted(self) -> Iterator[Lived]:
        """Live it with a restart from an image of the machine's own, at a few moments each."""
        if "snapshots" in self.world.lacks:
            return
        later = sorted(self.versions - {0})
        n = len(later)
        cuts = [later[max(0, n * part // _RESTARTS - 1)] for part in range(1, _RESTARTS + 1)]
        for cut in dict.fromkeys(cuts):
            yield self._restarted_at(cut)

    def located(self, found: Difference) -> Difference:
        """Return a difference with the line of the machine, if a lookup raises there alone too."""
        if found.query is None or not is_raise(found.now):
            return found
        steps: list[Step] = [*(Update(i, i + 1) for i in range(found.entries)), Lookup(0)]
        script = Script(self.log, (self.queries[found.query],), tuple(steps), goes_on=True)
        life = self._live(script)
        outcome = life.moments[-1].outcome if isinstance(life, Life) else None
        return replace(found, place=self._place(outcome) if outcome is not None else None)

    def _restarted_at(self, cut: int) -> Lived:
        how = f"with a restart from an image after entry {cut}"
        steps = []
        for version in self._all():
            steps += self._until(version)
            if version == cut:
                steps += [Prepare(), Save(), Restart(), Observe()]
        life = self._live(self._script(steps))
        if not isinstance(life, Life):
            return _not_lived(how, cut, life)
        if life.raised is not None:
            return Lived(how, cut, self._seen(life), self._raised(life.raised, cut))
        dropped = [one for one in life.moments if isinstance(one.step, (Prepare, Save))]
        why = next((one.outcome.error for one in dropped if one.outcome and one.outcome.error), "")
        if why or life.image is None:
            return Lived(how, cut, lost=f"the snapshot raised {why}", is_legal=True)
        return Lived(how, cut, self._seen(life))

    def _live(self, script: Script) -> Life | Difference | str:
        """Return what a life showed, or that the first call raised, or why there was no life."""
        try:
            return self.world.live(script)
        except StuckLife as error:
            return self._at() + stuck_breach(error.stuck, "golden").message
        except NotControlled as error:
            return self._at() + str(error).partition("\n")[0]
        except UsageError:
            raise
        except BaseException as error:
            outcome = raised(error)
            place = self._place(outcome)
            if place is None:
                raise  # not the machine's
            return Difference(0, "open", "", value_of_frozen(outcome.value), place=place)

    def _at(self) -> str:
        """Name the call that the latest life did not come back from, as words before a reason."""
        board = self.world.board
        version = board.applied + (board.latest == "update")
        if not board.latest or not version:
            return f"{board.latest} before the first entry: " if board.latest else ""
        command = self.log[version - 1]
        where = "of" if board.latest == "update" else "after"
        try:
            words = describe_command(command.cmd, self.world.subject)
        except UsageError:
            words = repr(command.cmd)  # why there was no life matters more
        return f"{board.latest} {where} entry {version} (index {command.index}), {words}: "

    def _raised(self, moment: Moment, cut: int) -> Difference:
        assert moment.outcome is not None
        name = type(moment.step).__name__.lower()
        now = value_of_frozen(moment.outcome.value)
        place = self._place(moment.outcome)
        return Difference(cut, _METHODS.get(name, name), "", now, place=place)

    def _script(self, steps: Sequence[Step]) -> Script:
        # The subject's probes are asked anyway.
        probes = {freeze(probe).text for probe in self.world.subject.probes}
        queries = tuple(q for q in self.queries if freeze(q).text not in probes)
        return Script(self.log, queries, tuple(steps), goes_on=True)

    def _all(self) -> range:
        return range(len(self.log) + 1)

    def _until(self, version: int) -> list[Step]:
        """Return the step from the version before to this one, and what is asked there."""
        update: list[Step] = [Update(version - 1, version)] if version else []
        return [*update, Observe()] if version in self.versions else update

    def _seen(self, life: Life) -> Seen:
        labels = labels_of(self.queries)
        results: list[Value] = []
        moments: list[MomentRecord] = []
        places: dict[int, Location] = {}
        for moment in life.moments:
            if isinstance(moment.step, Update) and moment.outcome is not None:
                place = self._place(moment.outcome)
                if place is not None:
                    places[len(results)] = place
                results.append(_result(moment.outcome))
            elif isinstance(moment.step, Observe):
                moments.append(_moment(len(results), moment, labels))
        return Seen(tuple(results), tuple(moments), places)

    def _place(self, outcome: Outcome) -> Location | None:
        """Return the machine's innermost line of an exception."""
        is_machine = self.world.traced.is_machine_file
        own = [place for place in outcome.frames if place.file and is_machine(place.file)]
        return own[-1] if own else None


class Elsewhere:
    """The same life in another process, which is lived meanwhile. Use as a context manager."""

    HOW = "in another process, under another hash seed and clock"

    def __init__(self, along: Along) -> None:
        self._along = along
        target = along.world.importable
        timeout_s = _WORKER_S + _ENTRY_S * len(along.log)
        self._pool = Pool(target, (OTHER,), timeout_s=timeout_s) if target else None

    def __enter__(self) -> Elsewhere:
        self._pending = self._pool.live_soon(self._along.script) if self._pool else None
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.close()

    def wait_lived(self) -> Lived:
        """Wait for the end of the life."""
        if self._pending is None:
            return Lived(self.HOW, lost="no other process can import the subject")
        [life] = self._pending.wait_answers(beat=self._along.world.board.end)
        if isinstance(life, WorkerLost):
            during = f" during {life.operation}" if life.operation else ""
            return Lived(self.HOW, lost=life.reason.partition("\n")[0] + during)
        return Lived(self.HOW, seen=self._along._seen(life))


def _not_lived(how: str, cut: int, why: Difference | str) -> Lived:
    if isinstance(why, str):
        return Lived(how, cut, lost=why)
    return Lived(how, cut, raised=why)


def _result(outcome: Outcome) -> Value:
    if outcome.error:
        return value_of_frozen(outcome.value)
    if outcome.value.text != freeze(None).text:
        return value_of(outcome.value.text)  # what came in place of a sound result
    [(value, data)] = outcome.results
    return value_of(f"Result{freeze((value, bytes(data))).text}")


def _moment(version: int, moment: Moment, labels: list[str]) -> MomentRecord:
    seen: dict[str, Value] = {}
    for label, value in moment.observation:
        seen.setdefault(label, value_of_frozen(value))
    answers = [seen[label] for label in labels if label in seen]
    return MomentRecord(version, answers, seen.get(OBSERVE), seen.get(HASH))
