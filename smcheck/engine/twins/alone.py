"""One replica alone: what the reference life breaks."""

from __future__ import annotations

from dataclasses import replace

from smcheck.engine.compare import differ_observed
from smcheck.engine.reference import looked_at
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.finding import Breach
from smcheck.history import Outcome
from smcheck.host.life import HASH, Observe
from smcheck.plan import Command, Update


def check_alone(ask: Ask) -> list[Breach]:
    """Hold the reference life itself to the clauses that one replica can break alone."""
    life, tally = ask.reference.life, ask.world.tally
    updates = len(life.results)
    tally.saw("UPD-5", "UPD-8", "RES-1", times=updates)
    if ask.world.profile.reuses_entries:
        tally.saw("UPD-4", times=updates)
    if ask.world.profile.batches:
        tally.saw("UPD-6", "UPD-7", times=updates)
    if ask.world.subject.any_bytes:
        applied = ask.plan.log[:updates]
        tally.saw("UPD-9", times=sum(not command.cmd for command in applied))
        tally.saw("UPD-10", times=sum(bool(c.added and c.cmd) for c in applied))
    found = [replace(breach, check="alone") for breach in life.breaches]
    moment = life.raised
    if moment is not None and moment.outcome is not None:
        assert isinstance(moment.step, Update)
        found += _half_applied(ask, moment.step, moment.outcome)
        found.append(_raising_update(ask, moment.step.start, moment.outcome))
    return found + _no_number(ask)


def _no_number(ask: Ask) -> list[Breach]:
    """Refuse a hash that is no number; an exception is none either."""
    for version, seen in zip(looked_at(ask.plan), ask.reference.hashes_seen, strict=False):
        if not seen.text.lstrip("-").isdigit():
            return [Breach(
                "HSH-1", "alone", "get_hash gives no number",
                f"at version {version}: expected an int, got {seen.text}, alone on one thread",
                method=HASH,
            )]  # fmt: skip
    return []


def _raising_update(ask: Ask, position: int, outcome: Outcome) -> Breach:
    return Breach(
        _clause_of(ask, ask.plan.log[position]),
        "alone",
        "update raises on a command that was committed",
        f"{ask.describe(position)}: expected a Result, got {outcome.value.text}, alone on one "
        "thread: the host cannot go on after it; reject a command by its Result",
        method="update",
        error=outcome.error,
        locations=innermost(outcome),
    )


def _half_applied(ask: Ask, update: Update, outcome: Outcome) -> list[Breach]:
    """Ask before and after an update that raised, under a host that applies the entry again."""
    if not ask.world.profile.retries_failed_update:
        return []
    ask.saw_state("UPD-11")
    life = ask.live(*ask.all_updates[: update.start], Observe(), update, Observe(), goes_on=True)
    found = differ_observed(life.observations[:1], life.observations[1:])
    if found is None or found.only_order:
        return []
    return [Breach(
        "UPD-11", "alone", "an update that raises leaves half of its change",
        f"{ask.describe(update.start)} raises {outcome.error}: expected the state before it, "
        f"{found.label} = {found.expected}, got {found.got}: this host applies the entry again; "
        "do what can fail before the first change",
        method="update", error=outcome.error,
    )]  # fmt: skip


def _clause_of(ask: Ask, command: Command) -> str:
    """Return the clause that an exception on ``command`` breaks.

    What the subject's own strategy draws is its grammar; only where it takes any bytes is the
    rest of them legal too (CONTRACT A5).
    """
    if ask.world.subject.any_bytes and not command.cmd:
        return "UPD-9"
    return "UPD-10" if command.added else ask.world.profile.error_clause
