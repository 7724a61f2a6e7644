"""What a machine has been seen to do, as digests: so that a search knows what brings something new.

Four kinds are told apart: lines of the machine that ran, edges (one line after another, in one
task or from one task to the next), states as they can be observed, and contexts (a clause that
was put to the test beside operations of certain kinds). Digests are of texts, so they outlive an
edit that moves lines, and mean the same in every process. Judges nothing.
"""

from __future__ import annotations

import hashlib
import linecache
from collections.abc import Iterable, Mapping

from smcheck.checkers.observations import Observation
from smcheck.runtime.execution import Execution

KINDS = ("lines", "edges", "states", "contexts")


class Behaviour:
    """What was seen so far, and what of it is new since somebody last asked.

    Args:
        seen: Digests of what was seen before, by kind.
    """

    def __init__(self, seen: Mapping[str, Iterable[int]] | None = None) -> None:
        given = seen or {}
        self._seen = {kind: set(given.get(kind, ())) for kind in KINDS}
        self._new: dict[str, set[int]] = {kind: set() for kind in KINDS}
        self._texts: dict[str, int] = {}
        self._places: dict[tuple[str, int, str], int] = {}

    def take_new(self) -> dict[str, set[int]]:
        """Return what is new since the last call, by kind."""
        new, self._new = self._new, {kind: set() for kind in KINDS}
        return new

    def see_states(self, observations: Iterable[Observation]) -> None:
        """Note states, as what could be observed of them."""
        for observation in observations:
            self._see("states", _digest(repr([(label, seen.text) for label, seen in observation])))

    def see_contexts(self, clauses: Iterable[str], kinds: Iterable[str]) -> None:
        """Note clauses that were put to the test in a plan with operations of ``kinds``."""
        beside = " ".join(sorted(kinds))
        for clause in clauses:
            self._see("contexts", self._digest_of(f"{clause} {beside}"))

    def see_execution(self, execution: Execution) -> None:
        """Note the lines of an execution that was recorded, and which came after which."""
        before: tuple[int, int] | None = None
        for task, file, line, function in execution.steps:
            place = self._place(file, line, function)
            self._see("lines", place)
            if before is not None:
                is_switch = before[0] != task
                self._see("edges", (before[1] * 31 + place * 2 + is_switch) & _MASK)
            before = (task, place)

    def _see(self, kind: str, digest: int) -> None:
        if digest not in self._seen[kind]:
            self._seen[kind].add(digest)
            self._new[kind].add(digest)

    def _digest_of(self, text: str) -> int:
        if text not in self._texts:
            self._texts[text] = _digest(text)
        return self._texts[text]

    def _place(self, file: str, line: int, function: str) -> int:
        key = (file, line, function)
        if key not in self._places:
            text = linecache.getline(file, line).strip()
            self._places[key] = _digest(f"{function}\0{text}")
        return self._places[key]


_MASK = (1 << 63) - 1
"""Digests fit into a signed integer of 64 bits, as databases have them."""


def _digest(text: str) -> int:
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) & _MASK
