"""Twins with and without a call of ``get_hash``, where the machine has one."""

from __future__ import annotations

from smcheck.engine.compare import differ, differ_observed
from smcheck.engine.twins.ask import Ask, Twin, accuse
from smcheck.finding import Breach
from smcheck.host.life import HASH, Observe

_TWICE = (Observe(), Observe())


def check_hash(ask: Ask) -> list[Breach]:
    """Live the same with and without asking for the hash, twice at each version."""
    if not ask.reference.hashes:
        return []
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
