"""Axes of a chart: how far they go, where their ticks are and what stands there. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_TICKS = 4
"""Steps of an axis, about."""

_UNITS = (
    (120.0, "s", 1.0, (1, 2, 5, 10, 15, 20, 30)),
    (7_200.0, "min", 60.0, (1, 2, 5, 10, 15, 20, 30)),
    (172_800.0, "h", 3_600.0, (1, 2, 3, 4, 6, 8, 12)),
)
"""Up to how many seconds, the unit, its length, and the steps that people count in."""

_DAY = ("d", 86_400.0, (1, 2, 5, 10, 20, 50, 100, 200, 500))


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis.

    Attributes:
        at: In per cent of the axis, from where it begins.
        text: What stands there; empty for none.
    """

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from 0 to ``end``, in the unit of the data.

    Attributes:
        label: What it counts and in which unit.
        unit: How much of the data one of the label's unit is.
    """

    end: float
    label: str
    ticks: tuple[Tick, ...]
    unit: float = 1.0

    def at(self, value: float) -> float:
        """Return where a value is, in per cent."""
        return percent(value / self.end)


def amount_axis(top: float, label: str) -> Axis:
    """Return an axis for amounts up to ``top``; one that counts nothing goes up to 1."""
    step = _nice(max(top, 1.0) / _TICKS)
    many = max(1, math.ceil(max(top, 1.0) / step - 1e-9))
    return _axis(step * many, label, [step * n for n in range(many + 1)], 1.0)


def time_axis(span_s: float, label: str) -> Axis:
    """Return an axis for ``span_s`` seconds; the label gets the unit."""
    unit, length_s, steps = next(
        ((unit, length, steps) for limit, unit, length, steps in _UNITS if span_s <= limit), _DAY
    )
    wanted = span_s / length_s / (_TICKS + 1)
    # A run is a little longer than it was to be, and that is no reason for another step.
    step = next((one for one in steps if one >= 0.95 * wanted), steps[-1])
    end = max(span_s, length_s)
    many = int(end / length_s / step + 1e-9)
    return _axis(end, f"{label}, {unit}", [step * n * length_s for n in range(many + 1)], length_s)


def slot_axis(texts: Sequence[str], label: str, *, at_most: int = 3) -> Axis:
    """Return an axis of equal slots with a text below each, or below each so many."""
    many = max(1, len(texts))
    each = math.ceil(many / at_most)
    ticks = [
        Tick(percent((n + 0.5) / many), text if (many - 1 - n) % each == 0 else "")
        for n, text in enumerate(texts)
    ]
    return Axis(float(many), label, tuple(ticks))


def compact(number: float) -> str:
    """Return a number in few characters.

    >>> compact(0), compact(2.5), compact(1250), compact(48_000), compact(1_250_000)
    ('0', '2.5', '1,250', '48k', '1.25M')
    """
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if number >= limit:
            scale = 1e3 if unit == "k" else limit
            return f"{number / scale:.3g}{unit}"
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.2g}"


def percent(share: float) -> float:
    """Return a share as a per cent that is short to write.

    >>> percent(1 / 3), percent(1)
    (33.33, 100.0)
    """
    return round(100.0 * share, 2)


def _axis(end: float, label: str, values: list[float], unit: float) -> Axis:
    ticks = tuple(Tick(percent(value / end), compact(value / unit)) for value in values)
    return Axis(end, label, ticks, unit)


def _nice(least: float) -> float:
    """Return the smallest of 1, 2, 5, 10, 20, … that is no smaller; things are counted whole."""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if factor * step >= least - 1e-9:
                return factor * step
        step *= 10
