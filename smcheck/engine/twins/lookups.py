"""Twins with and without lookups, and before and after close."""

from __future__ import annotations

from dataclasses import replace

from smcheck.checkers.reads import FATAL
from smcheck.engine.compare import Difference, differ, differ_observed
from smcheck.engine.reference import Reference, as_outcome
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.twins.ask import Ask, Twin, accuse, compare, innermost
from smcheck.engine.twins.surroundings import check_itself
from smcheck.engine.world import StuckLife
from smcheck.finding import Breach, Severity
from smcheck.host.life import Observe
from smcheck.host.queries import has_containers
from smcheck.plan import Close, Lookup, Plan
from smcheck.runtime.session import Stuck


def check_lookups(ask: Ask) -> list[Breach]:
    """Live the same without any lookup until the end."""
    subject = ask.world.subject
    if "lookups" in subject.without or not (ask.plan.queries or subject.probes):
        return []
    ask.saw_state("LKP-1")
    if ask.reference.has_raising_lookup():
        ask.saw_state("LKP-4")
        ending = _ending_lookups(ask)
        if ending:
            return ending
    silent = ask.observed_at()
    twin = Twin("lookups", "when lookups ran in between", "LKP-1", method="lookup")
    found = compare(ask, twin, ask.reference.life, against=silent)
    if found:
        return check_itself(ask) or found
    first, second = ask.live(*ask.all_updates, Observe(), Observe()).observations
    twice = differ_observed((first,), (second,))
    if twice is None:
        return _fatal_lookups(ask)
    when = "when everything was asked once before"
    twin = Twin("lookups", when, "LKP-1", method="lookup")
    title = "a lookup changes what the next one answers"
    return check_itself(ask) or [accuse(ask, twin, "LKP-1", title, twice)]


def _ending_lookups(ask: Ask) -> list[Breach]:
    """Report a lookup that raises what ends a process, at whichever version."""
    for version, answers in enumerate(ask.reference.versions):
        for query, (label, seen) in enumerate(answers[: len(ask.plan.queries)]):
            if as_outcome(seen).error not in FATAL:
                continue
            asked = ask.live(*ask.all_updates[:version], Lookup(query)).moments[-1].outcome
            assert asked is not None
            return [Breach(
                "LKP-4", "lookups", "a lookup takes the process down",
                f"{label} at version {version}: expected an answer or an Exception, got "
                f"{asked.value.text}, alone on one thread: raise a LookupError, or answer None",
                method="lookup", error=asked.error, locations=innermost(asked),
            )]  # fmt: skip
    return []


def _fatal_lookups(ask: Ask) -> list[Breach]:
    """Report an exception out of a read where the host does not take that for an answer."""
    profile = ask.world.profile
    for query, (label, seen) in zip(
        ask.plan.queries, ask.reference.life.observations[-1], strict=False
    ):
        outcome = as_outcome(seen)
        if outcome.raised and profile.read_of(query) in profile.fatal:
            return [Breach(
                "LKP-4", "lookups", "a lookup raises, which the host takes for no answer",
                f"{label}: expected an answer, got {seen.text}, alone on one thread: the host "
                "ends the process, or the connection that it came on; answer with an error code",
                method="lookup", severity=Severity.HAZARD, error=outcome.error,
            )]  # fmt: skip
    return []


def check_queries(ask: Ask) -> list[Breach]:
    """Have the caller overwrite each query after its lookup; the machine must hold none."""
    asked = (*ask.plan.queries, *ask.world.subject.probes)
    if "lookups" in ask.world.subject.without or not any(map(has_containers, asked)):
        return []  # a query that cannot change may be kept
    life = ask.world.live(ask.reference.script(overwrites=True))
    ask.saw_state("LKP-2")
    kept = [replace(b, check="queries") for b in life.breaches if b.clause == "LKP-2"]
    if kept:
        return kept
    found = differ(ask.reference.life, life) or differ_observed(
        ask.reference.life.observations, life.observations
    )
    when = "when the caller overwrites each query after its lookup"
    twin = Twin("queries", when, "LKP-2", method="lookup")
    title = f"an answer is another {when}"
    return [accuse(ask, twin, "LKP-2", title, found)] if found else []


def without_writers(ask: Ask) -> Plan | None:
    """Return the plan without the queries that write alone; ``None`` where that mends nothing."""
    plan = ask.plan
    for query in reversed(range(len(plan.queries))):
        alone = plan
        for other in reversed(range(len(plan.queries))):
            alone = alone.without_query(other) if other != query else alone
        if check_lookups(replace(ask, plan=alone, reference=Reference(ask.world, alone))):
            plan = plan.without_query(query)
    return plan if len(plan.queries) < len(ask.plan.queries) else None


def check_close(ask: Ask) -> list[Breach]:
    """Ask after close: the same answers as before, or an exception."""
    if not ask.world.profile.closes:
        return []
    try:
        life = ask.live(*ask.all_updates, Observe(), Close(), Observe())
    except StuckLife as error:
        ask.live(*ask.all_updates, Observe(), Close())  # or this one hangs already
        return [_hanging(error.stuck)]
    closing = next((m.outcome for m in life.moments if isinstance(m.step, Close)), None)
    if closing is not None and closing.raised:
        return [
            Breach(
                "CLO-3",
                "close",
                "close raises",
                f"expected nothing, got {closing.value.text}: the host stops the process on it",
                method="close",
                error=closing.error,
                locations=innermost(closing),
            )
        ]
    if len(life.observations) < 2:
        return []
    ask.world.tally.saw("CLO-3")
    ask.saw_state("CLO-1", "LKP-6")
    for (label, before), (_, after) in zip(*life.observations[-2:], strict=False):
        if label not in ("observe", "get_hash"):
            found = _after_close(ask, label, before.text, after.text)
            if found is not None:
                return [found]
    return []


def _hanging(stuck: Stuck) -> Breach:
    found = stuck_breach(stuck, "close")
    return replace(
        found, clause="LKP-6", title="a lookup after close never returns", method="lookup",
        message=f"after close: {found.message}",
    )  # fmt: skip


def _after_close(ask: Ask, label: str, before: str, after: str) -> Breach | None:
    if after.startswith(("raise SystemExit", "raise KeyboardInterrupt")):
        return Breach(
            "LKP-6",
            "close",
            "a lookup after close takes the process down",
            f"{label}: expected an answer or an Exception, got {after}",
            method="lookup",
            error=after[len("raise ") :].partition("(")[0],
        )
    if after.startswith("raise ") or before == after:
        return None
    found = Difference("answer", label, before, after)
    twin = Twin("close", "after close", "CLO-1", method="close")
    return accuse(ask, twin, "CLO-1", "close changes what lookup answers", found)
