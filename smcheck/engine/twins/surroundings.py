"""Twins in this process: lived again, at another time, as another replica, beside another."""

from __future__ import annotations

from dataclasses import replace

from smcheck.circumstances.settings import PAUSES_S
from smcheck.engine.compare import differ, differ_observed
from smcheck.engine.twins.ask import Ask, Twin, accuse, compare, state_difference
from smcheck.engine.world import PLAIN, NotControlled, StuckLife, Surroundings
from smcheck.finding import Breach
from smcheck.host.life import Life

OTHER = Surroundings(wall_s=2_000_086_399.5, rate=1.5, entropy=2, junk=97, pauses_s=PAUSES_S)
_SEEDS = range(11, 21)
OTHER_IDS = {"shard_id": 77, "replica_id": 3}
_FIELDS = {
    "clock": ("wall_s", "rate", "pauses_s"),
    "random source": ("entropy",),
    "object ids": ("junk",),
}
"""What of the surroundings each circumstance is."""


def check_again(ask: Ask) -> list[Breach]:
    """Live the same again, with nothing changed."""
    again = ask.world.live(ask.reference.script())
    ask.saw_state("NEW-1")
    empty = differ_observed(ask.reference.life.observations[:1], again.observations[:1])
    if empty is not None and not empty.only_order:
        when = "in a second instance of the same process, before its first entry"
        twin = Twin("again", when, "NEW-1", method="__init__")
        return [accuse(ask, twin, "NEW-1", "a new instance is not empty", empty)]
    twin = Twin("again", "with nothing changed", "UPD-1", "UPD-2")
    return compare(ask, twin, again) or _on_the_way(ask, twin, again)


def _on_the_way(ask: Ask, twin: Twin, again: Life) -> list[Breach]:
    """Compare what was observed before the end, too."""
    found = state_difference(ask.reference.life, again)
    if found is None:
        return []
    return [accuse(ask, twin, twin.state, f"the state is another {twin.when}", found)]


def check_itself(ask: Ask) -> list[Breach]:
    """Live the same twice more, before anything that came in between is blamed.

    What the machine reads past the clock and the random source of a life may have become
    another since the reference lived.
    """
    return check_again(ask) or check_again(ask)


def is_steady(ask: Ask) -> bool:
    """Return whether the machine does the same wherever, whenever it lives.

    Asked when another check found a difference: a machine that is not deterministic shows it
    as whatever that check varies. A life that hangs, or is out of control, says nothing of that.
    """
    try:
        for seed in _SEEDS:
            other = replace(_other(ask), entropy=seed, junk=seed)
            life = ask.world.live(ask.reference.script(), surroundings=other)
            if differ(ask.reference.life, life) is not None:
                return False
    except (StuckLife, NotControlled):
        return True
    return True


def check_surroundings(ask: Ask) -> list[Breach]:
    """Live the same at another time, with other random numbers and other addresses."""
    ask.saw_state("UPD-1")
    if ask.reference.hashes_differ():
        ask.world.tally.saw("HSH-1")
    if ask.reference.results_differ():
        ask.world.tally.saw("UPD-2")
    life = ask.world.live(ask.reference.script(), surroundings=_other(ask))
    if differ(ask.reference.life, life) is None:
        return []
    again = check_again(ask)
    if again:
        return again  # nothing has to change for it: no circumstance is to blame
    for name, fields in _varied(ask):
        only = replace(PLAIN, **{field: getattr(OTHER, field) for field in fields})
        alone = ask.world.live(ask.reference.script(), surroundings=only)
        when = f"with another {name} alone"
        twin = Twin("surroundings", when, "UPD-1", "UPD-2", circumstance=name)
        found = compare(ask, twin, alone)
        if found:
            return found
    when = "at another time, with other random numbers and addresses"
    return compare(ask, Twin("surroundings", when, "UPD-1", "UPD-2"), life)


def _varied(ask: Ask) -> list[tuple[str, tuple[str, ...]]]:
    names = ask.world.choice.names
    return [(name, fields) for name, fields in _FIELDS.items() if name in names]


def _other(ask: Ask) -> Surroundings:
    """Return other surroundings, in what is varied."""
    fields = [field for _, fields in _varied(ask) for field in fields]
    return replace(PLAIN, **{field: getattr(OTHER, field) for field in fields})


def check_ids(ask: Ask) -> list[Breach]:
    """Live the same as another replica of another shard."""
    if not ask.world.subject.factory_arguments() & OTHER_IDS.keys():
        return []
    ask.saw_state("UPD-3")
    life = ask.world.live(ask.reference.script(**OTHER_IDS))
    return compare(ask, Twin("ids", "as another replica of another shard", "UPD-3"), life)


def check_neighbour(ask: Ask) -> list[Breach]:
    """Live the same while another instance lives another log in the same process."""
    ask.saw_state("NEW-2")
    life = ask.world.live(ask.reference.script(neighbour=True))
    when = "while another instance applied other entries"
    return compare(ask, Twin("neighbour", when, "NEW-2", method="__init__"), life)
