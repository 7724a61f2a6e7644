"""What a chain of stints knows when the next one begins.

What the store had of the subject when the run began, and what this chain added to it. Nothing of
other chains: so what a chain finds does not hang on who was faster, on how many jobs there are or
on which computers they run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from smcheck.campaign.asked import Key, Worked
from smcheck.campaign.records import Seed, Status, StoredFinding
from smcheck.campaign.store.store import Store

_LIMIT_SEEN = 4_000
"""Digests of one kind that a worker is told; what it takes for new beyond is none to the store."""
_LIMIT_CORPUS = 64


@dataclass(slots=True)
class Memory:
    """What one chain knows.

    Attributes:
        known: Keys of breaches that are passed over.
        seen: Digests of behaviour that is nothing new, by kind.
        corpus: Plans that brought something new once, by digest.
    """

    known: set[Key] = field(default_factory=set)
    seen: dict[str, set[int]] = field(default_factory=dict)
    corpus: dict[str, bytes] = field(default_factory=dict)

    def copy(self) -> Memory:
        """Return what another chain begins with."""
        seen = {kind: set(digests) for kind, digests in self.seen.items()}
        return Memory(set(self.known), seen, dict(self.corpus))

    def add(self, worked: Worked) -> None:
        """Add what a stint of this chain saw."""
        for kind, digests in worked.new.items():
            self.seen.setdefault(kind, set()).update(digests)
        self.add_seeds(worked.seeds)

    def add_seeds(self, seeds: Iterable[Seed]) -> None:
        """Add plans to the corpus, as long as there is room."""
        for seed in seeds:
            if len(self.corpus) < _LIMIT_CORPUS:
                self.corpus.setdefault(seed.digest, seed.case)

    def seen_lists(self) -> dict[str, list[int]]:
        """Return what is nothing new, in an order, and no more than a worker needs."""
        return {kind: sorted(digests)[:_LIMIT_SEEN] for kind, digests in sorted(self.seen.items())}


class Memories:
    """What the chains know, by target and chain."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._before: dict[str, Memory] = {}
        self._chains: dict[tuple[str, int], Memory] = {}

    def of(self, target: str, chain: int) -> Memory:
        """Return what a chain knows now; it changes when the chain learns more."""
        if target not in self._before:
            self._before[target] = _stored(self._store, target)
        if (target, chain) not in self._chains:
            self._chains[target, chain] = self._before[target].copy()
        return self._chains[target, chain]

    def has_finding(self, target: str) -> bool:
        """Return whether any chain knows something to be mended."""
        return any(one.known for (name, _), one in self._chains.items() if name == target)


def _stored(store: Store, target: str) -> Memory:
    memory = Memory(seen=store.features_of(target))
    for stored in store.findings(target):
        if stored.status is not Status.FIXED:
            memory.known |= _keys(stored)
    memory.add_seeds(store.seeds_of(target))
    return memory


def _keys(stored: StoredFinding) -> set[Key]:
    keys = {(one.cause, one.check, one.method, one.error) for one in stored.traits}
    return keys | {stored.finding.breach.key}
