"""Images of a machine's folder, and which of many are opened: some of every sort.

Reopening costs more than taking an image, so a limited number is chosen: kinds of moments take
turns, in each kind the places in the machine's code, and for one place it is left to the contents
which. Knows no files and no machine.
"""

from __future__ import annotations

import hashlib
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter

from smcheck.finding import Location
from smcheck.host.trees import Tree

LIMIT_CHOSEN_BYTES = 1 << 25
"""Bytes of all images that are chosen: they cross to another process as one message."""

_TURNS = {"rest, power": 2}
"""How many of a kind are chosen for one of the others: at rest a loss of power says most."""


@dataclass(frozen=True, slots=True)
class CrashImage:
    """A folder at one moment.

    Attributes:
        tree: What it holds.
        step: Number of the step of the script in which, or after which, it was so; -1 before
            the first.
        inside: Whether that step was in flight.
        location: Line of the machine that was running; ``None`` between two steps.
        how: How it came about, for people.
        lost: Whether power was lost, and not only the process.
        wrote: Line of the machine that wrote what was lost then, as far as it is known.
    """

    tree: Tree
    step: int
    inside: bool
    location: Location | None
    how: str
    lost: bool = False
    wrote: Location | None = None


@dataclass(frozen=True, slots=True)
class Sort:
    """What sort of image it is: of each sort some are chosen.

    Attributes:
        kind: Broadest: at rest, inside a call, a write that was cut, a loss of power.
        place: The machine's line, or that of the first one of a step where it rests after it.
        call: Name of the file call.
        mode: Before or after it, which writes were lost.
    """

    kind: str
    place: Location | None
    call: str = ""
    mode: str = ""


Ranked = tuple[str, int, CrashImage]


class CrashImages:
    """Distinct images by tree, step and whether it was in flight; the first comer stays.

    Args:
        limit: Most images that are chosen.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._seen: set[tuple[bytes, int, bool]] = set()
        self._sorts: dict[Sort, list[Ranked]] = {}

    def add(self, image: CrashImage, sort: Sort) -> None:
        """Take an image in, unless it is there already."""
        digest = _digest(image.tree)
        key = (digest, image.step, image.inside)
        if key in self._seen:
            return
        self._seen.add(key)
        ranked = self._sorts.setdefault(sort, [])
        # By chance, but the same chance for the same contents. No two have the same number, so
        # that images are never compared.
        rank = hashlib.sha256(digest + f"{image.step} {image.how}".encode()).hexdigest()
        insort(ranked, (rank, len(self._seen), image))
        if len(ranked) > self._limit:
            # What could not be chosen any more is forgotten with its contents.
            ranked.pop()

    def chosen(self) -> Sequence[CrashImage]:
        """Return the chosen images in the order they were taken."""
        kinds: dict[str, list[list[Ranked]]] = {}
        for sort, ranked in self._sorts.items():
            kinds.setdefault(sort.kind, []).append(ranked)
        rows: list[list[Ranked]] = []
        for kind, sorts in kinds.items():
            row, turns = list(_in_turns(sorted(sorts))), _TURNS.get(kind, 1)
            rows += [row[first::turns] for first in range(turns)]
        chosen: list[Ranked] = []
        room = LIMIT_CHOSEN_BYTES
        for one in _in_turns(rows):
            size = sum(len(c) for _, c in one[2].tree.entries if isinstance(c, bytes))
            if len(chosen) < self._limit and size <= room:
                room -= size
                chosen.append(one)
        return [image for _, _, image in sorted(chosen, key=itemgetter(1))]


def _in_turns(rows: Iterable[list[Ranked]]) -> Iterator[Ranked]:
    """Yield the first of each row, then the second of each."""
    for column in zip_longest(*rows):
        yield from (one for one in column if one is not None)


def _digest(tree: Tree) -> bytes:
    seed = hashlib.sha256()
    for path, content in tree.entries:
        if isinstance(content, bytes):
            seed.update(f"{path}\0{len(content)}\0".encode() + content)
        else:
            seed.update(f"{path}\0{content}\0".encode())
    return seed.digest()
