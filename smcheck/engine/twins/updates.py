"""Twins that get the same entries otherwise: in other batches, in objects that are reused."""

from __future__ import annotations

from dataclasses import replace

from smcheck.engine.compare import differ
from smcheck.engine.twins.ask import Ask, Twin, accuse, compare, state_difference
from smcheck.finding import Breach
from smcheck.host.life import Life, Observe, Script
from smcheck.plan import Update
from smcheck.values import shorten

_MOST = 1_000


def check_cuts(ask: Ask) -> list[Breach]:
    """Apply the log in other batches: as drawn, and all at once."""
    if not ask.world.profile.batches or len(ask.plan.log) < 2:
        return []
    cuts = {ask.batches, _largest(len(ask.plan.log))} - {ask.all_updates}
    plain = ask.observed_at()
    for batches in sorted(cuts, key=len):
        ask.saw_state("BAT-1", "BAT-5")
        life = ask.live(*batches, Observe())
        sizes = ", ".join(str(batch.stop - batch.start) for batch in batches)
        twin = Twin("cuts", f"in batches of {shorten(sizes)}", "BAT-1")
        missing = ask.reference.missing
        shapes = [replace(b, check="cuts") for b in life.breaches if b.clause not in missing]
        if shapes:
            return shapes + _state_beside(shapes, ask, twin, life, plain)
        found = compare(ask, twin, life, against=plain)
        if found:
            return [_missed_earlier(ask, batches, breach, life) for breach in found]
    return []


def _largest(entries: int) -> tuple[Update, ...]:
    """Return one batch of all entries; no more of them than can be waited for."""
    starts = range(0, entries, _MOST)
    return tuple(Update(start, min(start + _MOST, entries)) for start in starts)


def _state_beside(
    shapes: list[Breach], ask: Ask, twin: Twin, life: Life, plain: Life
) -> list[Breach]:
    """Compare the state alone where results are missing: that is no reason for it to differ."""
    if life.raised is not None or {breach.clause for breach in shapes} != {"UPD-7"}:
        return []
    found = state_difference(plain, life)
    if found is None:
        return []
    return [accuse(ask, twin, twin.state, f"the state is another {twin.when}", found)]


def _missed_earlier(ask: Ask, batches: tuple[Update, ...], breach: Breach, life: Life) -> Breach:
    """Name BAT-5 when the entry resulted as if the earlier ones of its batch had not been."""
    found = differ(ask.reference.life, life)
    if breach.clause != "BAT-1" or found is None or found.entry is None:
        return breach
    entry = found.entry
    batch = next(b for b in batches if b.start <= entry < b.stop)
    log = (*ask.plan.log[: batch.start], ask.plan.log[entry])
    blind = ask.world.live(Script(log, (), tuple(Update(i, i + 1) for i in range(len(log)))))
    if batch.start == entry or blind.results[-1:] != life.results[entry : entry + 1]:
        return breach
    title = "an entry does not see an earlier one of its batch"
    return replace(breach, clause="BAT-5", title=title)


def check_reuse(ask: Ask) -> list[Breach]:
    """Hand out the same list and entries each time, overwritten after each call.

    The twin's entries and results stay as they are: there nothing may change them later.
    """
    plain = ask.live(*ask.batches, Observe(), keeps=True)
    changed = [replace(b, check="reuse") for b in plain.breaches if b.clause == "RES-2"]
    if len(ask.batches) > 1:
        ask.world.tally.saw("RES-2")
    if changed or not ask.world.profile.reuses_entries:
        return changed
    life = ask.live(*ask.batches, Observe(), reuse=True)
    ask.saw_state("UPD-4")
    when = "when the host overwrites the list and the entries after each call"
    return compare(ask, Twin("reuse", when, "UPD-4"), life, against=plain)
