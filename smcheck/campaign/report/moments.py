"""Moments and lengths of time as texts: always UTC, so that a report is the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime


def when(seconds: float) -> str:
    """Return a moment for people.

    >>> when(1767657907.5), when(0)
    ('2026-01-06 00:05 UTC', '-')
    """
    return f"{_of(seconds):%Y-%m-%d %H:%M} UTC" if seconds else "-"


def day(seconds: float) -> str:
    """Return the day of a moment.

    >>> day(1767657907.5)
    '2026-01-06'
    """
    return f"{_of(seconds):%Y-%m-%d}" if seconds else "-"


def iso(seconds: float) -> str:
    """Return a moment for machines; empty for none.

    >>> iso(1767657907.5), iso(0)
    ('2026-01-06T00:05:07Z', '')
    """
    return f"{_of(seconds):%Y-%m-%dT%H:%M:%SZ}" if seconds else ""


def length(seconds: float) -> str:
    """Return a length of time for people.

    >>> length(0.25), length(42), length(600), length(28_920)
    ('0.2 s', '42 s', '10 min', '8 h 2 min')
    """
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"


def _of(seconds: float) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
