"""Twins with and without a call of ``get_hash``, where the machine has one."""

from __future__ import annotations

from smcheck.engine.compare import differ, differ_observed
from smcheck.engine.twins.ask import Ask, Twin, accuse
from smcheck.finding import Breach, Severity
from smcheck.host.life import HASH, Observe

_TWICE = (Observe(), Observe())
_MANY = 5
"""So many states that all answer differently do not have one hash by chance."""


def check_hash(ask: Ask) -> list[Breach]:
    """Live the same with and without asking for the hash; look whether it ever changes."""
    if not ask.reference.hashes:
        return []
    return _changed_by_asking(ask) or _constant(ask)


def _changed_by_asking(ask: Ask) -> list[Breach]:
    """Live the same without asking for the hash, and asking twice at each version."""
    ask.saw_state("HSH-1", "HSH-2")
    steps = [step for update in ask.all_updates for step in (*_TWICE, update)]
    asked = ask.live(*steps, *_TWICE)
    silent, known = ask.live(*steps, *_TWICE, asks_hash=False), asked.without(HASH)
    found = differ(silent, known) or differ_observed(silent.observations, known.observations)
    if found is not None:
        when = "when the hash was asked for in between"
        twin = Twin("hash", when, "HSH-2", method=HASH)
        return [accuse(ask, twin, "HSH-2", "to ask for the hash changes something", found)]
    hashes = [((HASH, dict(seen)[HASH]),) for seen in asked.observations]
    again = differ_observed(tuple(hashes[::2]), tuple(hashes[1::2]))
    if again is None:
        return []
    twin = Twin("hash", "when it was asked for again", "HSH-2", method=HASH)
    return [accuse(ask, twin, "HSH-2", "one state has another hash each time", again)]


def _constant(ask: Ask) -> list[Breach]:
    """Advise against one hash for many states, where it is a hash at all (HSH-1)."""
    life, hashes = ask.reference.life, {seen.text for seen in ask.reference.hashes}
    states = {
        tuple((label, seen.loose) for label, seen in observation)
        for observation in life.without(HASH).observations
    }
    if len(states) < _MANY:
        return []
    ask.world.tally.saw("HSH-3")
    [first, *others] = sorted(hashes)
    if others or not first.lstrip("-").isdigit():
        return []
    return [Breach(
        "HSH-3", "hash", "the hash never changes",
        f"expected states that answer differently to have different hashes, got {first} for "
        f"{len(states)} different states of one log: replicas that part would not show it; "
        "hash what lookup reads",
        method=HASH, severity=Severity.HAZARD,
    )]  # fmt: skip
