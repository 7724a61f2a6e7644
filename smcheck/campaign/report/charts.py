"""A chart as the template draws it: lines and columns as numbers, and the same as a table. Pure.

Lines lie in a square of 1000 by 1000, from the upper left; everything else is in per cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smcheck.campaign.report.axes import Axis, amount_axis, compact, percent, slot_axis, time_axis

Point = tuple[float, float]

SQUARE = 1000
_LIMIT_ROWS = 24
"""Of the table below a chart; it is for reading."""


@dataclass(frozen=True, slots=True)
class Series:
    """Values over time.

    Attributes:
        kind: How it is drawn: ``"main"``, ``"new"``, ``"known"``, or ``"band"`` for what lies
            between it and ``below``.
        points: Seconds and value, by time.
        is_stepped: The value stays until the next one comes.
        below: The lower edge of a band.
    """

    name: str
    kind: str
    points: Sequence[Point]
    is_stepped: bool = False
    below: Sequence[Point] = ()


@dataclass(frozen=True, slots=True)
class Curve:
    """A path of the square, piece by piece: a template cuts what is too long to be read."""

    kind: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A bar from the bottom, or from the top of the one below it; in per cent of the chart."""

    kind: str
    x: float
    width: float
    y: float
    height: float
    about: str


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend."""

    kind: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing with all its texts.

    Attributes:
        id: Unique on the page.
        about: What it shows, in a sentence, for who does not see it.
        head: Of the table.
    """

    id: str
    title: str
    about: str
    x: Axis
    y: Axis
    keys: tuple[Key, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    curves: tuple[Curve, ...] = ()
    columns: tuple[Column, ...] = ()


def line_chart(
    id: str, title: str, *, unit: str, span_s: float, series: Sequence[Series], about: str,
) -> Chart:  # fmt: skip
    """Return a chart of values over the time of a run.

    Args:
        unit: Of the values.
        span_s: How long the run was.
    """
    every = [value for one in series for _, value in one.points]
    x = time_axis(span_s, "since the run began")
    y = amount_axis(max(every, default=0.0), unit)
    shown = [one for one in series if one.kind != "band"]
    return Chart(
        id, title, about, x, y,
        keys=tuple(Key(one.kind, one.name, compact(one.points[-1][1])) for one in shown
                   if one.points and len(shown) > 1),
        head=(x.label, *(f"{one.name}, {unit}" if one.name else unit for one in series)),
        rows=tuple(_rows(series, x)),
        curves=tuple(_curve(one, x, y) for one in series if one.points),
    )  # fmt: skip


def column_chart(
    id: str, title: str, *, unit: str, slots: Sequence[str], marks: Sequence[str],
    names: Sequence[tuple[str, str]], values: Sequence[Sequence[float]], about: str,
) -> Chart:  # fmt: skip
    """Return a chart with a column for each run.

    Args:
        slots: The runs, as the table names them.
        marks: The same in few characters, for below the columns.
        names: Kind and name of each part of a column, from the bottom.
        values: For each column its parts.
    """
    x = slot_axis(marks, "runs, by the day they began")
    y = amount_axis(max((sum(parts) for parts in values), default=0.0), unit)
    return Chart(
        id, title, about, x, y,
        keys=tuple(Key(kind, name, "") for kind, name in names) if len(names) > 1 else (),
        head=("run", *(f"{name}, {unit}" if name else unit for _, name in names)),
        rows=tuple(
            (slot, *(compact(one) for one in parts))
            for slot, parts in zip(slots, values, strict=True)
        ),
        columns=tuple(_columns(slots, names, values, y=y)),
    )  # fmt: skip


def _columns(
    slots: Sequence[str], names: Sequence[tuple[str, str]], values: Sequence[Sequence[float]],
    *, y: Axis,
) -> list[Column]:  # fmt: skip
    many = len(slots)
    wide = min(0.72 / many, 0.12)
    columns = []
    for n, (slot, parts) in enumerate(zip(slots, values, strict=True)):
        left, floor = (n + 0.5) / many - wide / 2, 0.0
        for (kind, name), part in zip(names, parts, strict=True):
            if part:
                about = f"{slot}: {compact(part)} {name or y.label}"
                top = 100 - y.at(floor + part)
                height = round(y.at(part), 2)
                columns.append(
                    Column(kind, percent(left), percent(wide), round(top, 2), height, about)
                )
            floor += part
    return columns


def _curve(series: Series, x: Axis, y: Axis) -> Curve:
    there = _path(series.points, x, y, is_stepped=series.is_stepped)
    if series.kind != "band":
        return Curve(series.kind, ("M", *there))
    back = _path(list(reversed(series.below)), x, y, is_stepped=False)
    return Curve("band", ("M", *there, "L", *back, "Z"))


def _path(points: Sequence[Point], x: Axis, y: Axis, *, is_stepped: bool) -> list[str]:
    placed = [(_place(x.at(at)), _place(100 - y.at(value))) for at, value in points]
    first, *others = placed
    parts = [f"H{across}V{down}" if is_stepped else f"L{across} {down}" for across, down in others]
    return [f"{first[0]} {first[1]}", *parts]


def _place(per_cent: float) -> str:
    """Return a coordinate of the square, as short as it can be written."""
    return f"{per_cent * SQUARE / 100:.1f}".removesuffix(".0")


def _rows(series: Sequence[Series], x: Axis) -> list[tuple[str, ...]]:
    """Return moments with the last value of each series up to then."""
    moments = sorted({at for one in series for at, _ in one.points})
    each = -(-len(moments) // _LIMIT_ROWS) or 1
    chosen = [at for n, at in enumerate(moments) if (len(moments) - 1 - n) % each == 0]
    return [(f"{at / x.unit:.1f}", *(_last(one.points, at) for one in series)) for at in chosen]


def _last(points: Sequence[Point], at: float) -> str:
    before = [value for moment, value in points if moment <= at]
    return compact(before[-1]) if before else "-"
