"""Bisection where most settings lie on the same side of what the machine decides by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smcheck.circumstances.bisect import bisect
from smcheck.circumstances.culprit import investigate
from smcheck.circumstances.data import Setting
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.settings import default_settings
from smcheck.host.life import Observe, Script
from smcheck.plan import Command, Update

TARGET = f"{Path(__file__).parent / 'specimens' / 'thresholds.py'}:deciding"
ONE, SECOND, THIRD = default_settings(1, count=3)
NOON_S = 19_000 * 86_400 + 43_200.0
EVENING = replace(ONE, wall_s=NOON_S + 21_600)
BACK = replace(ONE, wall_s=NOON_S + 7_200, jumps_s=(7_000.0, 0.0))
SCRIPT = Script(
    (Command(1, b"half_of_day"), Command(2, b"half_of_day")), ("all",),
    (Update(0, 1), Update(1, 2), Observe()),
)  # fmt: skip


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(TARGET, (ONE, SECOND, THIRD), timeout_s=30) as kept:
        yield kept


def test_clock_is_named_where_it_takes_a_jump_too(pool: Pool) -> None:
    other = replace(BACK, jumps_s=(7_300.0,))
    found, culprit = investigate(TARGET, SCRIPT, (EVENING, other), pool=pool)
    assert (found.names, culprit and culprit.source) == (
        ("clock",), 'return "am" if time.time() % 86_400 < 43_200 else "pm"  # guilty',
    )  # fmt: skip


def test_settings_on_the_same_side_do_not_differ(pool: Pool) -> None:
    assert bisect(TARGET, SCRIPT, (EVENING, BACK), pool=pool).lives is None


@pytest.mark.parametrize("base", [ONE, THIRD])
def test_workers_of_any_two_settings_are_used(
    pool: Pool, base: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool.live(SCRIPT)
    monkeypatch.setattr(Pool, "start", _refuse)
    settings = (replace(base, wall_s=NOON_S - 60, pauses_s=(), jumps_s=()), SECOND)
    other = replace(SECOND, wall_s=NOON_S + 60, pauses_s=(), jumps_s=())
    found = bisect(TARGET, SCRIPT, (settings[0], other), pool=pool)
    assert found.names == ("clock",)


def _refuse(pool: Pool) -> None:
    if pool._thread is None:
        raise AssertionError("expected the running workers to be asked, new ones were started")
