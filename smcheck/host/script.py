"""What happens in one life, step by step, and what it showed: records only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from smcheck.checkers.observations import Observation
from smcheck.contract.types import Result
from smcheck.finding import Breach, Location
from smcheck.history import Outcome
from smcheck.plan import Close, Command, Lookup, Prepare, Recover, Save, Sync, Update


@dataclass(frozen=True, slots=True)
class Observe:
    """Ask every query of the script and every probe, ``observe`` and the hash."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Go on in a new instance that recovered the latest image."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open the folder of the script; for every other life that is part of the construction."""


@dataclass(frozen=True, slots=True)
class StartAgain:
    """Go on in a new instance on the folder of the closed one, in the same process."""


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Apply what lies behind the index that ``open`` returned, one entry at a time."""


HASH = "get_hash"
"""Label of the hash in an observation."""

Step = (
    Update
    | Lookup
    | Prepare
    | Save
    | Recover
    | Sync
    | Close
    | Observe
    | Restart
    | Open
    | StartAgain
    | CatchUp
)


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in one life.

    Attributes:
        log: The commands; steps name slices of it.
        queries: What lookups and observations ask.
        steps: In order. ``Recover(v)`` takes the image of a donor that lived through
            ``log[:v]``.
        reuse: Hand out the same entries each time and overwrite them after each call.
        shard_id: Given to the factory that asks for it.
        replica_id: Given to the factory that asks for it.
        neighbour: Let another instance live through the reversed log beside this one.
        earlier: Let another instance live through the reversed log before this one.
        asks_hash: Observe the hash too, where the machine has one.
        keeps: Keep what ``update`` returned, as clients and sessions do, and look at it again
            at the end.
        overwrites: Overwrite every query after its lookup, as its owner may.
        goes_on: Make the steps behind an update that raised, as hosts do that apply it again, and
            let the value of an outcome tell what came in place of a sound result.
        folder: What an earlier instance left and this one finds; a new folder when empty. The
            first step is ``Open``.
    """

    log: tuple[Command, ...]
    queries: tuple[object, ...]
    steps: tuple[Step, ...]
    reuse: bool = False
    shard_id: int = 1
    replica_id: int = 1
    neighbour: bool = False
    earlier: bool = False
    asks_hash: bool = True
    keeps: bool = False
    overwrites: bool = False
    goes_on: bool = False
    folder: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What one step showed: an outcome, or an observation for ``Observe``."""

    step: Step
    outcome: Outcome | None = None
    observation: Observation = ()


@dataclass(frozen=True, slots=True)
class Life:
    """What one life showed.

    Attributes:
        moments: One per step that was made, in order; fewer than the script has steps when
            the machine raised where the host cannot go on.
        breaches: Wrong shapes of what ``update`` returned, retained entries and queries,
            results that changed later.
        image: The latest image's bytes, ``None`` without one.
        files: How many external files its images had; other processes do not tell.
        reads: What replicas differ in and the machine read, and where; only others tell.
    """

    moments: tuple[Moment, ...]
    breaches: tuple[Breach, ...] = ()
    image: bytes | None = None
    files: int = 0
    reads: tuple[tuple[str, Location], ...] = field(default=(), compare=False)

    @property
    def results(self) -> tuple[Result, ...]:
        """Results of all updates, in order of the entries."""
        return tuple(r for m in self.moments if m.outcome for r in m.outcome.results)

    @property
    def observations(self) -> tuple[Observation, ...]:
        """All observations, in order."""
        return tuple(m.observation for m in self.moments if isinstance(m.step, Observe))

    def without(self, label: str) -> Life:
        """Return the life as it is without the observed value of one label."""
        moments = tuple(
            replace(m, observation=tuple(row for row in m.observation if row[0] != label))
            for m in self.moments
        )
        return replace(self, moments=moments)

    @property
    def raised(self) -> Moment | None:
        """The step that raised and ended the life early, if one did."""
        last = self.moments[-1] if self.moments else None
        fatal = last and last.outcome and last.outcome.raised
        return last if fatal and not isinstance(last.step, (Lookup, Close)) else None  # type: ignore[union-attr]  # fatal
