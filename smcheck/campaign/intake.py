"""Take in what workers tell: into the store first, then into the night, then to who looks on.

Nothing here runs a process.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import msgspec

from smcheck.campaign.asked import Met, Worked
from smcheck.campaign.memory import Memories
from smcheck.campaign.night import Night
from smcheck.campaign.records import Effort, Lost, Progress, Status, StoredFinding, counts
from smcheck.campaign.store.files import WITNESSES
from smcheck.campaign.store.store import Store
from smcheck.campaign.store.witnesses import write_witnesses
from smcheck.campaign.turns import Turn
from smcheck.finding import SubjectReport


class Watch(Protocol):
    """Who looks on."""

    def looks(self, night: Night) -> None:
        """See how far it is; called often."""

    def works(self, job: int, target: str, plans: int, executions: int) -> None:
        """Hear what a job does; with an empty target it rests."""

    def finds(self, status: Status, finding: StoredFinding) -> None:
        """Hear at once of a finding that is new or returned."""


@dataclass(slots=True)
class Intake:
    """What a campaign knows, and where it keeps it.

    Args:
        store: Open, and with the run of the night in it.
        night: What came of it so far.
        watch: Looks on.
        clock: Tells the seconds since the run began.
    """

    store: Store
    night: Night
    watch: Watch
    clock: Callable[[], float]
    memories: Memories = field(init=False)

    def __post_init__(self) -> None:
        self.memories = Memories(self.store)

    def met(self, met: Met) -> bool:
        """Take in a finding; return whether it makes the night red."""
        sighting = msgspec.structs.replace(met.sighting, at_s=self.clock())
        target = sighting.target
        status = self.store.note_finding(self.night.run.id, sighting)
        self.memories.of(target, max(0, sighting.stint[0])).known.add(met.key)
        return self._note(target, sighting.finding.signature, status)

    def replayed(self, stored: StoredFinding, outcome: str) -> None:
        """Take in what the replay of a stored finding said."""
        target, signature = stored.target, stored.signature
        self.night.replayed[outcome] += 1
        status = self.store.note_replay(self.night.run.id, target, signature, outcome)
        self._note(target, signature, status)

    def _note(self, target: str, signature: str, status: Status) -> bool:
        """Note how a finding stands; return whether it is news that makes the night red."""
        [stored] = [one for one in self.store.findings(target) if signature in one.signatures]
        key = target, stored.signature
        is_first = key not in self.night.met or self.night.met[key][0] is not status
        if is_first:
            stored = self._with_witness(stored)
        else:
            stored = msgspec.structs.replace(stored, finding=self.night.met[key][1].finding)
        self.night.met[key] = status, stored
        if not status.is_news:
            return False
        if is_first:
            self.night.last_news_s = self.clock()
            self.watch.finds(status, stored)
        return counts(stored.finding, is_strict=self.night.is_strict)

    def _with_witness(self, stored: StoredFinding) -> StoredFinding:
        """Return a finding that says where its witness is."""
        # Only those of its signature can share a name with it.
        same = self.store.findings(signature=stored.signature)
        paths = write_witnesses(self.store, self.store.folder / WITNESSES, findings=same)
        path = paths.get((stored.target, stored.signature))
        if path is None:
            return stored
        return msgspec.structs.replace(stored, finding=stored.finding.kept_at(path))

    def worked(self, turn: Turn, worked: Worked) -> Effort:
        """Take in what a stint came to; return it with only that counted as new which is."""
        store, run_id = self.store, self.night.run.id
        self.memories.of(turn.target, turn.chain).add(worked)
        new = {
            kind: store.add_features(turn.target, kind, digests)
            for kind, digests in worked.new.items()
        }
        store.add_seeds(run_id, worked.seeds)
        effort = msgspec.structs.replace(worked.effort, **new)
        if effort.lines + effort.edges + effort.contexts:
            self.night.last_news_s = self.clock()
        self._progress(turn, effort, worked.memory_bytes)
        if worked.doubts:
            self.night.doubts.setdefault(turn.target, Counter()).update(worked.doubts)
        return effort

    def cut(self, turn: Turn, report: SubjectReport | None, *, seconds: float) -> Effort:
        """Take in how far a stint was that did not come to its end."""
        stats = report.stats if report else None
        effort = Effort(
            stints=1, seconds=seconds,
            plans=max(0, stats.examples - turn.first) if stats else 0,
            executions=stats.schedules if stats else 0,
            operations=stats.operations if stats else 0,
        )  # fmt: skip
        self._progress(turn, effort, 0)
        return effort

    def lost(self, turn: Turn, how: str, *, case: bytes, stacks: str = "") -> None:
        """Keep a case that did not come to its end and did not do so again."""
        lost = Lost(
            target=turn.target, at_s=self.clock(), how=how, case=case, stacks=stacks,
            stint=(turn.chain, turn.number),
        )  # fmt: skip
        self.store.note_lost(self.night.run.id, lost)
        self.night.lost.append(lost)

    def _progress(self, turn: Turn, effort: Effort, memory_bytes: int) -> None:
        progress = Progress(
            target=turn.target, at_s=self.clock(), effort=effort, memory_bytes=memory_bytes,
            stint=(turn.chain, turn.number),
        )  # fmt: skip
        self.store.note_progress(self.night.run.id, progress)
        self.night.add(turn.target, effort)
