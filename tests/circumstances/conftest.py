"""Fixtures of the tests that start worker processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smcheck.circumstances.data import Setting
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.settings import default_settings

SPECIMENS = Path(__file__).parent / "specimens"
MakePool = Callable[..., Pool]


@pytest.fixture
def make_pool() -> Iterator[MakePool]:
    """Give pools of the unruly machine, and close them at the end."""
    made: list[Pool] = []

    def make(*settings: Setting, timeout_s: float = 10.0, target: str = "") -> Pool:
        pool = Pool(
            target or f"{SPECIMENS}/unruly.py:unruly",
            settings or default_settings(1),
            timeout_s=timeout_s,
        )
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """Give one pool of two workers for the tests that do not break it."""
    with Pool(f"{SPECIMENS}/unruly.py:unruly", default_settings(1)) as kept:
        yield kept
