"""What a campaign prints: two lines before it, eight after it, and then what is new.

Pure text of records.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from smcheck.campaign.night import Night
from smcheck.campaign.orders import Orders
from smcheck.campaign.records import Ended, Run, Status, StoredFinding
from smcheck.finding import Severity
from smcheck.report.plain import counted, one_line, shown_path

TOLD_WHOLE = 3
"""So many new findings are told with all their pictures; of the others there is a line each."""
_NAMED = 3
"""So many subjects are named where something is wrong with them."""


def opening(orders: Orders, run: Run, *, known: int, resumed_s: float | None = None) -> list[str]:
    """Return what is said before anything runs.

    Args:
        known: Findings in the store.
        resumed_s: For how long the run searched before it was killed; ``None`` for a new one.
    """
    shard = "" if run.shard == (1, 1) else f", shard {run.shard[0]}/{run.shard[1]}"
    place = f" on {orders.cluster}" if orders.cluster else ""
    limit = _limit(orders)
    head = (
        f"smcheck fuzz: {run.mode}, {counted(len(run.targets), 'subject')}, "
        f"{counted(run.jobs, 'job')}{place}{shard}, {limit}, seed {run.seed}"
    )
    store = (
        f"store: {shown_path(str(orders.folder), Path.cwd())}, {counted(known, 'finding')} known"
    )
    again = ""
    if resumed_s is not None:
        again = f"; goes on with a run that was killed after {length(resumed_s)}"
    return [head, store + again]


def summary(night: Night) -> list[str]:
    """Return the eight lines about what was done, and what came of it."""
    return [
        _replayed(night), _canary(night), *_tried(night), _findings(night), _doubts(night),
        _losses(night), _conclusion(night),
    ]  # fmt: skip


def line_of(status: Status, stored: StoredFinding) -> str:
    """Return one finding in a line."""
    finding = stored.finding
    breach, place = finding.breach, finding.location
    hazard = f" {breach.severity}" if breach.severity is not Severity.VIOLATION else ""
    where = f"{shown_path(place.file, Path.cwd())}:{place.line}" if place.file else stored.target
    return one_line(
        f"{status}: {breach.clause}{hazard} of {stored.subject}, {where} in {place.function}: "
        f"{breach.title} ({stored.signature})"
    )


def news(night: Night) -> Iterator[tuple[Status, StoredFinding]]:
    """Yield what is new or returned, what makes the night red last."""
    found = [pair for pair in night.met.values() if pair[0].is_news]
    red = {id(one) for one in night.news}
    return iter(sorted(found, key=lambda pair: id(pair[1]) in red))


def length(seconds: float) -> str:
    """Return a length of time for people.

    >>> length(5.25), length(605), length(8 * 3600)
    ('5.2 s', '10 m 5 s', '8 h')
    """
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [(hours, "h"), (minutes, "m"), (rest, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number)


def _limit(orders: Orders) -> str:
    plans = f"{counted(orders.max_plans, 'plan')} each" if orders.max_plans else ""
    time = length(orders.seconds) if orders.seconds is not None else ""
    return " or ".join(filter(None, (plans, time))) or "until it is ended"


def _replayed(night: Night) -> str:
    told = ", ".join(f"{count} {status}" for status, count in sorted(night.replayed.items()))
    return f"known findings, replayed first: {told or 'none'}"


def _canary(night: Night) -> str:
    if not night.run.has_canary:
        return "canary: none, as asked"
    seconds = night.run.canary_s
    if seconds is None:
        return "canary: NOT FOUND: the planted bug was missed, so what was not found means nothing"
    return f"canary: found after {length(seconds)}"


def _tried(night: Night) -> Iterator[str]:
    effort, seconds = night.effort, max(night.run.seconds, 0.001)
    yield (
        f"tried: {effort.plans:,} plans, {effort.executions:,} executions, "
        f"{effort.operations:,} operations in {length(seconds)} "
        f"({effort.executions / seconds:,.0f} executions/s)"
    )
    yield (
        f"new behaviour: {counted(effort.lines, 'line')}, {counted(effort.edges, 'edge')}, "
        f"{counted(effort.contexts, 'context')}, {counted(effort.states, 'state')}; "
        f"the latest after {length(night.last_news_s)}"
    )


def _findings(night: Night) -> str:
    counts = [(len(night.of(status)), status) for status in Status]
    return "findings: " + ", ".join(f"{count} {status}" for count, status in counts)


def _doubts(night: Night) -> str:
    parts = []
    if night.refused:
        parts.append(f"cannot be searched: {_some(list(night.refused))}")
        first = next(iter(night.refused.values()))
        parts.append(one_line(first)[:160])
    untried = [one for one in night.untried if one not in night.refused]
    if untried:
        parts.append(f"not searched: {_some(untried)}")
    if night.doubts:
        parts.append(f"some plans out of control: {_some(list(night.doubts))}")
    return f"inconclusive: {'; '.join(parts) or 'nothing'}"


def _losses(night: Night) -> str:
    lost = counted(len(night.lost), "case") if night.lost else "none"
    broken = f"; faults of smcheck: {len(night.broken)}" if night.broken else ""
    return f"cases that ended a worker and did not do so again: {lost}{broken}"


def _conclusion(night: Night) -> str:
    run = night.run
    ends = {
        Ended.INTERRUPTED: "interrupted, this is a part: ",
        Ended.STOPPED: "stopped at the first new finding: ",
    }
    if night.trouble:
        return f"ended early: {night.trouble}"
    return (
        f"{ends.get(run.ended, '')}{_news(night)}; seed {run.seed} makes the same decisions again"
    )


def _news(night: Night) -> str:
    red = {id(one) for one in night.news}
    told = [
        counted(count, f"{status} finding")
        for status in Status
        if (count := sum(id(one) in red for one in night.of(status)))
    ]
    others = sum(id(one) not in red for _, one in news(night))
    more = f"nothing new but {counted(others, 'hazard')}" if others else "nothing new"
    return ", ".join(told) or more


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
