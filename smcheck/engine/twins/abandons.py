"""Twins with and without contexts that are prepared and never saved."""

from __future__ import annotations

from smcheck.contract.profiles import Kind
from smcheck.engine.compare import differ, differ_observed
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.engine.twins.trial import held_up, middle
from smcheck.engine.world import StuckLife
from smcheck.finding import Breach
from smcheck.host.life import Life, Observe, Restart, Step
from smcheck.plan import Prepare, Save, Update

_TITLE = "a context that is dropped without a save does harm"


def check_abandons(ask: Ask) -> list[Breach]:
    """Drop a context after each entry, then save: the image and all else is as without them."""
    if "snapshots" in ask.world.subject.without or ask.world.kind is Kind.REGULAR:
        return []
    cut = middle(ask)
    head, tail = ask.all_updates[:cut], ask.all_updates[cut:]
    ending: tuple[Step, ...] = (Prepare(), Save(), Restart(), Observe(), *tail, Observe())
    saved = ask.live(*head, *ending)
    if saved.raised is not None or saved.image is None:
        return []  # check_saves says it
    ask.saw_state("PRE-4")
    try:
        dropped = ask.live(*_dropping(head), *ending)
        silent = ask.live(*_dropping(ask.all_updates), Observe())
    except StuckLife as error:
        return [held_up(error.stuck, "abandons", "PRE-4", _TITLE, "prepare_snapshot")]
    when = "after contexts were dropped"
    return (
        _judge(ask, saved, dropped, f"{when} and one was saved and recovered")
        or _judge(ask, ask.observed_at(), silent, when)
    )  # fmt: skip


def _dropping(updates: tuple[Update, ...]) -> list[Step]:
    return [step for update in updates for step in (update, Prepare())]


def _judge(ask: Ask, expected: Life, got: Life, when: str) -> list[Breach]:
    moment = got.raised
    if moment is not None and moment.outcome is not None and expected.raised is None:
        outcome = moment.outcome
        return [Breach(
            "PRE-4", "abandons", _TITLE,
            f"expected {type(moment.step).__name__.lower()} to return as ever, it gave "
            f"{outcome.value.text} {when}",
            method="prepare_snapshot", error=outcome.error, locations=innermost(outcome),
        )]  # fmt: skip
    found = differ(expected, got) or differ_observed(expected.observations, got.observations)
    if found is None or found.only_order:
        return []
    label = found.label if found.entry is None else ask.describe(found.entry)
    return [Breach(
        "PRE-4", "abandons", _TITLE,
        f"{label}: expected {found.expected}, got {found.got} {when}",
        method="prepare_snapshot",
    )]  # fmt: skip
