"""Charts of one night: what came when, how fast it went, how much memory a worker took. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from smcheck.campaign.records import Effort, Progress, Status
from smcheck.campaign.report.axes import compact
from smcheck.campaign.report.charts import Chart, Point, Series, line_chart
from smcheck.campaign.report.moments import length
from smcheck.campaign.report.reading import Night

_COLUMNS = 240
"""Points of a line that grows; more cannot be told apart on a screen."""

_BUCKETS = 48
"""Stretches of a run that something is averaged over, at most."""

_MEGABYTE = 1e6

_MET = ((Status.KNOWN, "known before"), (Status.RETURNED, "returned"), (Status.NEW, "new"))
"""What is drawn last lies on top."""

_BEHAVIOUR: tuple[tuple[str, str, Callable[[Effort], int]], ...] = (
    ("lines", "New lines", lambda effort: effort.lines),
    ("edges", "New edges", lambda effort: effort.edges),
    ("states", "New states", lambda effort: effort.states),
    ("contexts", "New clause contexts", lambda effort: effort.contexts),
)


def night_charts(night: Night) -> list[Chart]:
    """Return what a night found and how it went; nothing of one that noted no progress."""
    if not night.progress:
        return []
    span_s = max(night.seconds, 1.0)
    return [
        _findings(night, span_s),
        _speed(night.progress, span_s),
        _memory(night.progress, span_s),
    ]


def behaviour_charts(night: Night) -> list[Chart]:
    """Return what new behaviour a night brought, each kind in a chart of its own.

    There are few contexts and many states: on one axis one of them would not be seen.
    """
    return list(_behaviour(night.progress, max(night.seconds, 1.0))) if night.progress else []


def _findings(night: Night, span_s: float) -> Chart:
    series = []
    told = []
    for status, name in _MET:
        moments = [min(one.at_s, span_s) for one in night.met if one.status is status]
        if moments or status is Status.NEW:
            told.append(f"{len(moments)} {name}")
            counted = [(at, float(n)) for n, at in enumerate(moments, 1)]
            line = _stepped(counted, span_s)
            series.append(Series(name, status.value, line, is_stepped=True))
    return line_chart(
        "findings", "Findings", unit="findings met", span_s=span_s, series=series,
        about=f"{', '.join(told)}, in {length(span_s)}.",
    )  # fmt: skip


def _behaviour(progress: Sequence[Progress], span_s: float) -> Iterator[Chart]:
    for name, title, news in _BEHAVIOUR:
        sums = accumulate(news(moment.effort) for moment in progress)
        points = [(moment.at_s, float(n)) for moment, n in zip(progress, sums, strict=True)]
        top = points[-1][1]
        half = next(at for at, n in points if n >= top / 2)
        yield line_chart(
            name, title, unit=name, span_s=span_s,
            series=[Series("", "main", _stepped(points, span_s), is_stepped=True)],
            about=f"{compact(top)} in all, half of them after {length(half)}.",
        )  # fmt: skip


def _speed(progress: Sequence[Progress], span_s: float) -> Chart:
    """Chart executions per second; the work of a turn is spread over its own time."""
    many = _buckets(progress)
    wide = span_s / many
    done = [0.0] * many
    for moment in progress:
        began = max(moment.at_s - moment.effort.seconds, 0.0)
        last = max(moment.at_s, began + 1e-6)
        for n in range(int(began / wide), min(int(last / wide), many - 1) + 1):
            inside = min(last, (n + 1) * wide) - max(began, n * wide)
            done[n] += moment.effort.executions * max(inside, 0.0) / (last - began)
    points = [((n + 0.5) * wide, count / wide) for n, count in enumerate(done)]
    mean = sum(done) / span_s
    return line_chart(
        "speed", "Speed", unit="executions per second", span_s=span_s,
        series=[Series("", "main", points)],
        about=f"{compact(round(mean, 1))} executions per second in the mean, all workers together.",
    )  # fmt: skip


def _memory(progress: Sequence[Progress], span_s: float) -> Chart:
    many = _buckets(progress)
    wide = span_s / many
    groups: dict[int, list[float]] = {}
    for moment in progress:
        if moment.memory_bytes:
            number = min(int(moment.at_s / wide), many - 1)
            groups.setdefault(number, []).append(moment.memory_bytes / _MEGABYTE)
    places = [((n + 0.5) * wide, sorted(group)) for n, group in sorted(groups.items())]
    most = [(at, group[-1]) for at, group in places]
    least = [(at, group[0]) for at, group in places]
    middle = [(at, group[len(group) // 2]) for at, group in places]
    return line_chart(
        "memory", "Memory of a worker", unit="MB", span_s=span_s,
        series=[
            Series("smallest", "band", least, below=most),
            Series("middle", "known", middle),
            Series("largest", "main", most),
        ],
        about=_flatness(most),
    )  # fmt: skip


def _flatness(most: Sequence[Point]) -> str:
    """Say how the largest worker of the end compares with that of the beginning."""
    if not most:
        return "No memory was noted."
    part = max(1, len(most) // 4)
    before = max(value for _, value in most[:part])
    after = max(value for _, value in most[-part:])
    return (
        f"At most {compact(round(before))} MB in the first quarter, "
        f"{compact(round(after))} MB in the last one."
    )


def _stepped(points: Sequence[Point], span_s: float) -> list[Point]:
    """Return a line that begins at 0 and goes on to the end, no finer than one can see."""
    columns = {int(at / span_s * _COLUMNS): (at, value) for at, value in points}
    inside = list(columns.values())
    return [(0.0, 0.0), *inside, (span_s, inside[-1][1] if inside else 0.0)]


def _buckets(progress: Sequence[Progress]) -> int:
    return max(4, min(_BUCKETS, len(progress) // 3))
