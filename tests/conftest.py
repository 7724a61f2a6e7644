"""How Hypothesis draws in this suite, the same on every run, and which tests each Python takes."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("suite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave a third of the dear tests under ``SMCHECK_DEAR=third``.

    Three Pythons in a row take all of them together; without the variable each takes all.
    """
    if os.environ.get("SMCHECK_DEAR") != "third":
        return
    dear = [item for item in items if item.get_closest_marker("dear")]
    others = [item for n, item in enumerate(dear) if n % 3 != sys.version_info[1] % 3]
    gone = set(others)
    items[:] = [item for item in items if item not in gone]
    config.hook.pytest_deselected(items=others)
