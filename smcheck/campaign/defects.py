"""Say whether two findings of one subject are one defect, and by which traits that is known.

A defect is met in many cases, and the smallest of them differ from seed to seed: the clause moves
between two that say the same of different logs, the line between two ends of one interleaving.
The signature then is another, and the defect is the same. Each rule below names one such way and
asks for all that it needs; findings that agree in less stay two, for a rule that merges too much
hides a defect behind another one.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from smcheck.campaign.records import Traits
from smcheck.checkers.durability import OTHER, PROMISED
from smcheck.checkers.reads import OLDER
from smcheck.engine.caught import Caught
from smcheck.engine.locate import source_of
from smcheck.engine.overlap import SHARES, is_stale_at_rest
from smcheck.engine.same import shape
from smcheck.finding import HOLDS, UNSURE, Finding, Location

Place = tuple[str, str]

_INLINED = re.compile(r"\.<locals>\.<(?:list|set|dict)comp>$")
"""Comprehensions have a function of their own until Python 3.12."""

_HEAD = re.compile(r"(?:async\s+def|def|class)\b|@")
_METHOD = "method"
"""Role of a blamed line that only says which method it is: nothing more exact was found."""

_SHARING = frozenset({"NEW-1", "NEW-2"})
_PARTING = frozenset({"UPD-1", "UPD-2", "HSH-1"})
_LEFT_BEHIND = frozenset({"LKP-1", "RDC-1"})
_PUT_BACK = frozenset({"RDC-1", "REC-1"})
_READS = frozenset({"torn", "stale"})
_KEPT = frozenset({"DSK-1", "DSK-3", "DSK-5", "DSK-6", "DSK-11", "REC-8"})
_NOT_SYNCED = frozenset({(OTHER, OTHER), (OTHER, UNSURE), (UNSURE, OTHER)})
_RECOVERED = frozenset({"DSK-11", "REC-8"})
_HALF_RECOVERED = frozenset({"REC-4", "LKP-5"})
_HELD = frozenset({"UPD-4", "RES-2", "LKP-2"})
"""Clauses whose line is that which keeps something, wherever a case was interrupted."""
_HOLES = frozenset({"DSK-3", "DSK-4"})
_HALF_DONE = frozenset({"DSK-3", "DSK-5"})
_KILLED = frozenset({"killed here"})
_WRITER = frozenset({"writer"})
_WRITTEN = frozenset({"killed here", "lost what this line wrote"})
_RAISES = "raises"
AT_REST = "at rest"
"""What a finding shows of which all calls had returned."""
_HOLDER = "holder"


def traits_of(finding: Finding, caught: Caught | None) -> Traits:
    """Return the traits of a finding and of the smallest case that shows it.

    Args:
        caught: The case; ``None`` where the process ended or hung and there is none.
    """
    breach = finding.breach
    cause, check, method, error = (caught.breach if caught else breach).key
    ops = (op for task in caught.plan.tasks for op in task) if caught else ()
    location = finding.location
    return Traits(
        cause=cause, check=check, method=method, error=error,
        kinds=tuple(sorted({type(op).__name__.lower() for op in ops})),
        function=location.function, line="".join(_text(location).split()),
        related=tuple((one.function, "".join(_text(one).split())) for one in finding.related),
        clause=breach.clause, raised=breach.error, shows=_shows(finding),
        places=tuple(map(_place, (location, *finding.related))),
    )  # fmt: skip


def is_same(one: Traits, other: Traits) -> bool:
    """Return whether two findings of one subject are one defect, in whichever order.

    They are if any of these holds:

    * The same line is blamed for the same cause, whatever check saw it. Clauses of one cause are
      those between which the smallest case moves: what instances share (NEW-1, NEW-2), replicas
      that part in state, result or hash (UPD-1, UPD-2, HSH-1), what a lookup writes and what
      stays old because of it (LKP-1, RDC-1), and those of ``Breach.key``.
    * A line is blamed, and of a case like it no more is known than the method that it is in.
    * One exception comes out of one line, alone or beside others; or out of the line that a
      half-applied update is said to raise at (UPD-11).
    * The two ends of one wait or interleaving, told from either end.
    * Reads of one function that an update runs beside: mixed, or fallen over in whatever way; or
      older, beside the same line of the writer, or at the line that may be a mixture as well.
    * An older state that is seen after a newer one while an update is half done (RDC-2), and a
      mixture that the same function reads or the same writer leaves.
    * What a lookup puts back that it read before: an update (RDC-1), or a recover (REC-1), is gone.
    * Waits for what one line took and nobody gives back, wherever somebody waits for it.
    * Of what schedules show, the same cause and exception in the same function: the line there is
      where a case was interrupted.
    * Both need only another thread (THR-1).
    * A context that is live state (SAV-1), and an image that is wrong of one which shares
      something with the machine.
    * A folder whose state is right is opened at a wrong index, whatever that index happens to be.
    * What was recovered is not in the folder, whether the old index is above or below; or nothing
      at all that was synced is (DSK-6), and so not that either.
    * What one kill leaves half done: the index ahead of the data (DSK-3), and so another result of
      what is applied once more (DSK-5).
    * A folder cannot be opened because of what the same line wrote, cut short or lost; or an
      entry in it is lost (DSK-4), or several (DSK-3), that the same line wrote.
    * A recover that goes step by step, told to stop (REC-4) or looked into (LKP-5).
    * A lookup that writes (LKP-1), and what another call falls over beside nothing but lookups,
      or an image that is wrong only beside lookups (SAV-1),
      or what is older at rest, or may be beside a recover, though no lookup was interrupted.
    """
    return any(rule(one, other) or rule(other, one) for rule in _RULES)


def _text(place: Location) -> str:
    return source_of(place) if place.file else ""


def _place(place: Location) -> tuple[str, str, str]:
    """Return role, function and line as they are on any Python and under any names of locals."""
    text = _text(place)
    role = place.role or (_METHOD if _HEAD.match(text) else "")
    return role, _INLINED.sub("", place.function), shape(text)


def _shows(finding: Finding) -> str:
    evidence = dict(finding.breach.evidence)
    if is_stale_at_rest(finding.breach):
        return AT_REST
    if finding.breach.check == "crashes":
        return _RAISES if "open raises" in finding.breach.title else evidence.get(HOLDS, "")
    return next((name for name in (OLDER, SHARES) if name in evidence), "")


def _blamed(traits: Traits) -> Place | None:
    """Return the blamed place; ``None`` where there is no line."""
    for _, function, line in traits.places[:1]:
        return (function, line) if line else None
    return None


def _is_exact(traits: Traits) -> bool:
    return _blamed(traits) is not None and traits.places[0][0] != _METHOD


def _beside(traits: Traits, roles: Collection[str] = ()) -> set[Place]:
    """Return the further places, or those of some roles."""
    named = traits.places[1:]
    return {(function, line) for role, function, line in named if not roles or role in roles}


def _are_on_one_line(one: Traits, other: Traits) -> bool:
    place = _blamed(one)
    return place is not None and place == _blamed(other)


def _one_line(one: Traits, other: Traits) -> bool:
    if not _are_on_one_line(one, other):
        return False
    clauses = {one.clause, other.clause}
    if clauses <= _SHARING:
        return True  # the method that makes an instance is all that is ever blamed
    if clauses == _LEFT_BEHIND:
        return _is_exact(one)
    is_exact = _is_exact(one) or one.check == other.check
    return is_exact and (one.cause == other.cause or clauses <= _PARTING)


def _no_line(one: Traits, other: Traits) -> bool:
    if one.check == "crashes" or _is_exact(one) or not _is_exact(other) or not one.places:
        return False
    facts = ((t.cause, t.check, t.method, t.raised, t.places[0][1]) for t in (one, other))
    return len(set(facts)) == 1


def _one_exception(one: Traits, other: Traits) -> bool:
    if not one.raised or one.raised != other.raised or not _is_exact(other):
        return False
    raises = _blamed(other) in _beside(one, {_RAISES})
    return raises or (_is_exact(one) and _are_on_one_line(one, other))


def _are_of_schedules(one: Traits, other: Traits) -> bool:
    return {one.check, other.check} == {"schedules"} and bool(one.places and other.places)


def _are_in_one_function(one: Traits, other: Traits) -> bool:
    return one.places[0][1] == other.places[0][1]


def _writers(traits: Traits) -> set[str]:
    """Return the functions in which a writer stood."""
    return {function for function, _ in _beside(traits, _WRITER)}


def _one_interleaving(one: Traits, other: Traits) -> bool:
    if not _are_of_schedules(one, other):
        return False
    is_swapped = _blamed(one) in _beside(other) and _blamed(other) in _beside(one)
    return one.cause == other.cause and is_swapped


def _one_reader(one: Traits, other: Traits) -> bool:
    if not _are_of_schedules(one, other) or not _are_in_one_function(one, other):
        return False
    if not (_is_read(one) and _is_read(other)):
        return False
    if "stale" not in (one.cause, other.cause):
        return True
    is_older = (one.cause, other.shows) == ("stale", OLDER) and _are_on_one_line(one, other)
    return is_older or bool(_beside(one, _WRITER) & _beside(other, _WRITER))


def _one_moment(one: Traits, other: Traits) -> bool:
    if not _are_of_schedules(one, other) or (one.clause, other.cause) != ("RDC-2", "torn"):
        return False
    return _are_in_one_function(one, other) or bool(_writers(one) & _writers(other))


def _put_back(one: Traits, other: Traits) -> bool:
    if not _are_of_schedules(one, other) or {one.clause, other.clause} != _PUT_BACK:
        return False
    return _are_in_one_function(one, other) and _is_exact(one) and _is_exact(other)


def _one_holder(one: Traits, other: Traits) -> bool:
    roles = {role for traits in (one, other) for role, *_ in traits.places[1:]}
    return one.clause == other.clause and roles == {_HOLDER} and _beside(one) == _beside(other)


def _is_read(traits: Traits) -> bool:
    """Return whether it is of a lookup that somebody wrote beside."""
    return traits.cause in _READS or (traits.cause, traits.method) == ("CRA-1", "lookup")


def _one_function(one: Traits, other: Traits) -> bool:
    if not _are_of_schedules(one, other) or one.clause in _HELD:
        return False
    facts = (
        (t.cause, t.method, t.raised, t.places[0][1], t.places[0][0] == _METHOD)
        for t in (one, other)
    )
    return len(set(facts)) == 1


def _one_thread(one: Traits, other: Traits) -> bool:
    is_known = one.raised == other.raised or not one.raised
    return one.clause == other.clause == "THR-1" and is_known


def _one_index(one: Traits, other: Traits) -> bool:
    if not (_is_kept(one) and _is_kept(other)):
        return False
    is_apart = other.clause == "DSK-3" and other.shows == PROMISED
    is_unsure = other.clause in ("DSK-3", "DSK-11") and other.shows == UNSURE
    return (_is_of_index(one) and (is_unsure or _is_of_index(other))) or (
        (_is_of_index(one) or _may_be_of_index(one)) and (is_apart or _may_be_of_index(other))
    )


def _may_be_of_index(traits: Traits) -> bool:
    """Return whether open is to blame though the case does not tell whether data are lost."""
    return traits.clause != "DSK-3" and traits.shows == UNSURE and traits.method == "open"


def _is_of_index(traits: Traits) -> bool:
    """Return whether the index alone is wrong: no data lost give one that no entry has."""
    is_none = traits.clause in ("DSK-1", "DSK-5") and traits.shows == UNSURE
    return is_none or (traits.clause != "DSK-3" and traits.shows == PROMISED)


def _one_context(one: Traits, other: Traits) -> bool:
    is_live = (one.clause, one.method) == ("SAV-1", "prepare_snapshot")
    return is_live and other.clause == "SAV-1" and other.shows == SHARES


def _not_synced(one: Traits, other: Traits) -> bool:
    if not (_is_kept(one) and _is_kept(other)) or other.clause not in _RECOVERED:
        return False
    is_none = (one.clause, one.method) == ("DSK-6", "open")
    return is_none and (one.shows, other.shows) in _NOT_SYNCED


def _not_recovered(one: Traits, other: Traits) -> bool:
    if not (_is_kept(one) and _is_kept(other)) or not {one.clause, other.clause} <= _RECOVERED:
        return False
    return {one.shows, other.shows} <= {OTHER, UNSURE}


def _is_kept(traits: Traits) -> bool:
    return traits.check == "crashes" and traits.clause in _KEPT


def _one_write(one: Traits, other: Traits) -> bool:
    are_refused = one.shows == other.shows == _RAISES
    have_holes = {one.clause, other.clause} == _HOLES
    return (are_refused or have_holes) and bool(_beside(one, _WRITTEN) & _beside(other, _WRITTEN))


def _one_kill(one: Traits, other: Traits) -> bool:
    is_half = {one.clause, other.clause} == _HALF_DONE
    return is_half and bool(_beside(one, _KILLED) & _beside(other, _KILLED))


def _one_recover(one: Traits, other: Traits) -> bool:
    return {one.clause, other.clause} == _HALF_RECOVERED


def _one_writer(one: Traits, other: Traits) -> bool:
    if one.clause == "LKP-1":
        return _falls_beside_lookups(other) or _saves_beside_lookups(other)
    return _falls_beside_lookups(one) and _saves_beside_lookups(other)


def _falls_beside_lookups(traits: Traits) -> bool:
    """Return whether a call raises beside nothing but lookups, which must have written then."""
    if traits.clause != "CRA-1" or traits.method == "lookup":
        return False
    return "lookup" in traits.kinds and not {"prepare", "save", "hash"} & {*traits.kinds}


def _saves_beside_lookups(traits: Traits) -> bool:
    """Return whether an image is wrong only where lookups run: the smallest case has some."""
    is_image = (traits.clause, traits.method) == ("SAV-1", "save_snapshot")
    return is_image and not traits.shows and "lookup" in traits.kinds


def _left_at_rest(one: Traits, other: Traits) -> bool:
    """Compare what is older, beside an update that was interrupted by whole lookups."""
    is_older = (one.clause, one.shows) == ("RDC-1", AT_REST)
    if not is_older and (one.clause, one.shows) != ("LKP-5", OLDER):
        return False
    if _is_exact(one):
        return False
    raises = _falls_beside_lookups(other) and other.places[0][1] in _writers(one)
    return raises or other.clause == "LKP-1"


_RULES = (
    _one_line, _no_line, _one_exception, _one_interleaving, _one_reader, _one_holder, _one_function,
    _one_context, _one_thread, _one_index, _not_synced, _not_recovered, _one_write, _one_kill,
    _one_recover, _one_writer, _one_moment, _put_back, _left_at_rest,
)  # fmt: skip
