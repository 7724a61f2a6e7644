"""Judge what a machine shows that opened what a killed process, or a loss of power, left.

Pure: takes the promise that the host may rely on and what the reopened machine showed, returns
a breach or none. Nothing here knows files or processes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from smcheck.checkers.observations import Observation, first_difference
from smcheck.contract.types import Result
from smcheck.finding import HOLDS, UNSURE, Breach
from smcheck.plan import Command, Recover, Sync, Update
from smcheck.values import Frozen

_METHODS = {"update": "update", "sync": "sync", "recover": "recover_from_snapshot"}
_LOST_BY = {"DSK-6": "sync", "DSK-11": "recover_from_snapshot"}
"""Methods that had to keep what is lost, by clause."""

PROMISED, OTHER = "a state that it should", "another state"
"""What a folder holds whose index is wrong: then the index alone is wrong, or all of it."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Which versions a folder may hold at one moment.

    Attributes:
        versions: All of them: nothing that was synced is lost, nothing comes that never was.
        synced: The version that the latest sync made durable, 0 before any.
        recovered: Whether that version came from an image and not from entries.
        during: Name of the operation in flight, empty between two.
    """

    versions: frozenset[int]
    synced: int = 0
    recovered: bool = False
    during: str = ""


def promise_at(steps: Sequence[object], number: int, *, inside: bool) -> Promise:
    """Return the promise while step ``number`` is in flight, or after it has returned.

    Args:
        steps: Of one life; a recover has its sync with it.
        number: Position of a step; -1 before the first.
        inside: Whether the step is in flight.
    """
    applied = synced = 0
    recovered = False
    versions = {0}
    for step in steps[: number + (not inside)]:
        if isinstance(step, Update):
            versions |= set(range(applied, step.stop + 1))
            applied = step.stop
        elif isinstance(step, Sync):
            versions, synced, recovered = {applied}, applied, recovered and synced == applied
        elif isinstance(step, Recover):
            applied = synced = step.upto
            versions, recovered = {applied}, True
    during = steps[number] if inside else None
    if isinstance(during, Update):
        versions |= set(range(applied, during.stop + 1))
    elif isinstance(during, Recover):
        versions.add(during.upto)
    return Promise(
        frozenset(versions), synced, recovered, type(during).__name__.lower() if during else ""
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """What the same log shows without any crash.

    Attributes:
        log: All commands of the life.
        versions: Observation at each version.
        results: Result of each entry.
    """

    log: tuple[Command, ...]
    versions: tuple[Observation, ...]
    results: tuple[Result, ...]

    def index_of(self, version: int) -> int:
        """Return the index of the last entry of a version, 0 of the empty one."""
        return self.log[version - 1].index if version else 0

    def version_at(self, index: int) -> int | None:
        """Return the version whose last entry has this index, ``None`` if there is none."""
        known = {self.index_of(version): version for version in range(len(self.log) + 1)}
        return known.get(index)

    def versions_like(self, seen: Observation) -> list[int]:
        """Return the versions that show what was seen."""
        return [v for v, known in enumerate(self.versions) if _same(known, seen)]


@dataclass(frozen=True, slots=True)
class Reopened:
    """What a machine showed that opened one folder.

    Attributes:
        how: How the folder came about, as the end of a sentence.
        lost: Whether power was lost, and with it what was not synced.
        opened: What ``open`` returned or raised.
        raised: What raised: ``"open"``, ``"update"``, or nothing.
        seen: What the machine showed then.
        results: Of the entries behind the opened index, applied to it.
        last: What it showed after them.
    """

    how: str
    lost: bool
    opened: Frozen
    raised: str = ""
    seen: Observation = ()
    results: tuple[Result, ...] = ()
    last: Observation = ()


Subsets = Callable[[int, Observation], bool]
"""Whether a state is that of a version with an entry before its last one missing."""


def check_reopened(
    promise: Promise, truth: Truth, got: Reopened, *, check: str, has_hole: Subsets
) -> Breach | None:
    """Judge one reopened folder; the first clause that is broken comes back."""
    judge = _Judge(promise, truth, got, check, has_hole)
    return judge.index() or judge.state() or judge.tail()


@dataclass(frozen=True, slots=True)
class _Judge:
    promise: Promise
    truth: Truth
    got: Reopened
    check: str
    has_hole: Subsets

    def index(self) -> Breach | None:
        """Judge what ``open`` gave."""
        got, text = self.got, self.got.opened.text
        if got.raised == "open" and got.lost and self.promise.synced:
            title = "what was synced is lost: open raises"
            return self._breach("DSK-6", title, f"expected an index, got {text}", "sync")
        if got.raised == "open":
            return self._breach(
                "DSK-1", "open raises on what a killed process left",
                f"expected an index, got {text}", "open",
            )  # fmt: skip
        if not text.isdigit():
            return self._breach(
                "DSK-1", "open gives no index", f"expected 0 or the index of an entry, got {text}",
                "open",
            )  # fmt: skip
        version, top = self.truth.version_at(int(text)), max(self.promise.versions)
        if int(text) > self.truth.index_of(top):
            if self.promise.recovered:
                return self._off("REC-8", "open goes on from what an older image replaced")
            return self._off("DSK-5", "open is ahead of everything that was applied")
        if version is None:
            return self._off("DSK-1", "open gives an index that no entry has")
        if version in self.promise.versions:
            return None
        if version < self.promise.synced and self.promise.recovered:
            return self._off("DSK-11", "what was recovered and synced is lost")
        if version < self.promise.synced:
            return self._off("DSK-6", "what was synced is lost")
        return self._off("DSK-3", "open gives an index that the folder never had")

    def state(self) -> Breach | None:
        """Judge what can be seen at the opened index."""
        version = self._version
        found = first_difference(self.truth.versions[version], self.got.seen)
        if found is None or found.only_order:
            return None
        index = self.truth.index_of(version)
        text = f"open gave {index}; {found.label}: expected {found.expected}, got {found.got}"
        like = self.truth.versions_like(self.got.seen)
        method = _METHODS.get(self.promise.during, "update")
        # Of data that the folder may hold the index alone is wrong.
        lost = [] if {*like} & self.promise.versions else like
        if lost and max(lost) < self.promise.synced:
            clause = "DSK-11" if self.promise.recovered else "DSK-6"
            return self._breach(clause, "the index survives, the data that were synced do not",
                                text, _LOST_BY[clause])  # fmt: skip
        if lost and self.promise.recovered and not self.promise.during:
            title = "the index is that of the recovered image, the data are not"
            return self._breach("REC-8", title, text, "recover_from_snapshot")
        if not like and self.has_hole(version, self.got.seen):
            return self._breach("DSK-4", "an entry is lost and a later one is kept", text, "update")
        where = "behind" if like and min(like) > version else "ahead of"
        title = f"the index is {where} the data" if like else "the folder holds an entry half done"
        breach = self._breach("DSK-3", title, text, method)
        return replace(breach, evidence=((HOLDS, self._holds()),)) if like else breach

    def tail(self) -> Breach | None:
        """Judge how the machine goes on from the opened index."""
        version, got = self._version, self.got
        wanted = self.truth.results[version:]
        if got.raised:
            return self._breach("DSK-5", "an update raises after the folder was opened again",
                                "expected the rest of the log to apply", "open")  # fmt: skip
        for position, (mine, other) in enumerate(zip(wanted, got.results, strict=False), version):
            if mine != other:
                text = f"entry {position + 1}: expected {mine}, got {other}"
                return self._breach("DSK-5", "an update results in something else after the "
                                    "folder was opened again", text, "open")  # fmt: skip
        found = first_difference(self.truth.versions[-1], got.last)
        if found is None or found.only_order:
            return None
        text = f"{found.label}: expected {found.expected}, got {found.got} at the end of the log"
        return self._breach("DSK-5", "the state is another after the folder was opened again and "
                            "the rest of the log applied", text, "open")  # fmt: skip

    @property
    def _version(self) -> int:
        version = self.truth.version_at(int(self.got.opened.text))
        assert version is not None
        return version

    def _off(self, clause: str, title: str) -> Breach:
        indexes = [self.truth.index_of(version) for version in sorted(self.promise.versions)]
        some = ", ".join(map(str, indexes[:8])) + (", …" if len(indexes) > 8 else "")
        is_open = clause == "DSK-6" and not self.got.lost
        method = "open" if is_open else _LOST_BY.get(clause, "open")
        breach = self._breach(clause, title, f"expected open to give {some}, got "
                              f"{self.got.opened.text}", method)  # fmt: skip
        return replace(breach, evidence=((HOLDS, self._holds()),))

    def _holds(self) -> str:
        """Return of what the state is where the index is wrong, as far as that is certain."""
        like = set(self.truth.versions_like(self.got.seen)) if self.got.seen else set()
        if like and like <= self.promise.versions:
            return PROMISED
        return UNSURE if like & self.promise.versions or not self.got.seen else OTHER

    def _breach(self, clause: str, title: str, text: str, method: str) -> Breach:
        return Breach(clause, self.check, title, f"{self.got.how}: {text}", method=method)


def _same(one: Observation, other: Observation) -> bool:
    found = first_difference(one, other)
    return found is None or found.only_order
