"""Everything a store says, taken out at once, as one frozen record that all reports are made of.

The only file of the reports that knows there is a store.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from smcheck.campaign.records import Effort, Ended, Lost, Progress, Run, Status, StoredFinding
from smcheck.campaign.store import Store, write_witnesses
from smcheck.campaign.store.files import WITNESSES
from smcheck.errors import UsageError


@dataclass(frozen=True, slots=True)
class Meeting:
    """A run met a finding for the first time in it.

    Attributes:
        signature: The name of the finding.
        status: How it stood for this run.
        at_s: Seconds since the run began.
    """

    target: str
    signature: str
    status: Status
    at_s: float


@dataclass(frozen=True, slots=True)
class RunView:
    """One run with all that was noted in it."""

    run: Run
    progress: tuple[Progress, ...] = ()
    lost: tuple[Lost, ...] = ()
    met: tuple[Meeting, ...] = ()

    @property
    def effort(self) -> Effort:
        """What was done in it."""
        return total(self.progress)


@dataclass(frozen=True, slots=True)
class Night:
    """Runs that are one piece of work: the shards of a campaign, or a single run.

    Attributes:
        runs: At least one, by shard.
    """

    runs: tuple[RunView, ...]

    @property
    def ids(self) -> frozenset[str]:
        """Ids of the runs."""
        return frozenset(one.run.id for one in self.runs)

    @property
    def run(self) -> Run:
        """The run that speaks for all where they are alike."""
        return self.runs[0].run

    @property
    def began_at(self) -> float:
        """When the first one began."""
        return min(one.run.began_at for one in self.runs)

    @property
    def seconds(self) -> float:
        """For how long the longest one searched, as far as anything was noted."""
        return max(_seconds(one) for one in self.runs)

    @property
    def progress(self) -> tuple[Progress, ...]:
        """All of them, by moment: seconds since the run of each began."""
        every = (moment for one in self.runs for moment in one.progress)
        return tuple(sorted(every, key=lambda moment: (moment.at_s, moment.target)))

    @property
    def met(self) -> tuple[Meeting, ...]:
        """The findings that it met, each once, by moment."""
        every = sorted((one for each in self.runs for one in each.met), key=_by_moment)
        first = {(one.target, one.signature): one for one in reversed(every)}
        return tuple(sorted(first.values(), key=_by_moment))

    @property
    def effort(self) -> Effort:
        """What was done in all."""
        return total(self.progress)

    @property
    def memory_bytes(self) -> int:
        """The most that one worker took."""
        return max((moment.memory_bytes for moment in self.progress), default=0)

    @property
    def canary_s(self) -> float | None:
        """After how long the canary was found, by each run; ``None`` if one missed it."""
        found = [one.run.canary_s for one in self.runs]
        there = [one for one in found if one is not None]
        return max(there) if len(there) == len(found) else None

    @property
    def has_missed_canary(self) -> bool:
        """Whether a run came to its end without it: then nothing it says of absence counts."""
        return any(
            one.run.has_canary and one.run.canary_s is None and one.run.ended is Ended.DONE
            for one in self.runs
        )


@dataclass(frozen=True, slots=True)
class CampaignView:
    """All that a store says.

    Attributes:
        runs: Oldest first.
        trouble: Why no finding says how it is replayed, empty if they do.
    """

    findings: tuple[StoredFinding, ...] = ()
    runs: tuple[RunView, ...] = ()
    trouble: str = ""

    @property
    def nights(self) -> list[Night]:
        """The runs, shards of one campaign together; oldest first."""
        together: dict[object, list[RunView]] = {}
        for one in self.runs:
            together.setdefault(_campaign(one.run), []).append(one)
        nights = [Night(tuple(sorted(each, key=_by_shard))) for each in together.values()]
        return sorted(nights, key=lambda night: (night.began_at, night.run.id))

    @property
    def last(self) -> Night | None:
        """The newest."""
        return self.nights[-1] if self.runs else None

    @property
    def is_strict(self) -> bool:
        """Whether hazards count as violations, as the newest run was asked."""
        return bool(self.runs) and self.runs[-1].run.is_strict

    @property
    def drawn(self) -> Night | None:
        """The newest that noted its progress, so that there is something to be drawn."""
        return next((night for night in reversed(self.nights) if night.progress), None)

    @property
    def targets(self) -> list[str]:
        """All subjects that were searched or have findings, in order of the alphabet."""
        searched = {moment.target for one in self.runs for moment in one.progress}
        lost = {case.target for one in self.runs for case in one.lost}
        return sorted(searched | lost | {found.target for found in self.findings})


def read(folder: Path) -> CampaignView:
    """Return everything that the store of a folder says.

    The store is not changed, but witnesses are written as files beside it where they are not
    there: what a report says is to be replayed must be there.

    Raises:
        UsageError: There is no store, or it cannot be read.
    """
    with Store.read(folder) as store:
        paths, trouble = _witnesses(store, folder)
        # Findings first: of those that a campaign adds meanwhile no run may be missing.
        found = sorted(store.findings(), key=lambda one: (one.target, one.signature))
        runs = sorted(store.runs(), key=lambda run: (run.began_at, run.id))
        findings = (_kept_at(one, paths.get((one.target, one.signature))) for one in found)
        return CampaignView(tuple(findings), tuple(_run(store, run) for run in runs), trouble)


def _witnesses(store: Store, folder: Path) -> tuple[dict[tuple[str, str], Path], str]:
    """Return where the witnesses are, and why they are nowhere."""
    try:
        return write_witnesses(store, folder / WITNESSES), ""
    except UsageError as error:
        # A store that was mounted to be read only can be told about all the same.
        return {}, f"no finding says how it is replayed: {error}"


def _kept_at(found: StoredFinding, path: Path | None) -> StoredFinding:
    """Return a finding with the file that is its witness now, not with that of its worker."""
    if path is None and not found.witness:
        return found
    witness = str(path) if path else ""
    again = f"smcheck replay {shlex.quote(witness)}" if path else ""
    finding = replace(found.finding, witness=witness, replay=again)
    return msgspec.structs.replace(found, finding=finding)


def total(progress: Sequence[Progress]) -> Effort:
    """Return the sum of what was done."""
    # A year of nights has millions of them, so they are added up column by column.
    columns = zip(*(msgspec.structs.astuple(moment.effort) for moment in progress), strict=True)
    names = Effort.__struct_fields__
    return Effort(**dict(zip(names, map(sum, columns), strict=False)))


def _run(store: Store, run: Run) -> RunView:
    progress = sorted(store.progress(run.id), key=lambda moment: (moment.at_s, moment.target))
    lost = sorted(store.lost(run.id), key=lambda case: (case.at_s, case.target, case.stint))
    met = [Meeting(one.target, one.signature, one.status, one.at_s) for one in store.met(run.id)]
    return RunView(run, tuple(progress), tuple(lost), tuple(sorted(met, key=_by_moment)))


def _campaign(run: Run) -> object:
    """Return what the shards of one campaign have in common; of a run without any its id."""
    if run.shard[1] == 1:
        return run.id
    # A seed that was given by hand may be used for another night as well.
    day = int(run.began_at // 86_400) if run.mode != "pytest" else run.id
    return (run.seed, run.shard[1], run.mode, run.targets, day)


def _by_shard(one: RunView) -> tuple[int, float, str]:
    return (one.run.shard[0], one.run.began_at, one.run.id)


def _by_moment(one: Meeting) -> tuple[float, str, str]:
    return (one.at_s, one.target, one.signature)


def _seconds(one: RunView) -> float:
    return max([one.run.seconds, *(moment.at_s for moment in one.progress)])
