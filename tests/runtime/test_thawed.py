"""What the collector was told to leave alone is seen all the same, and left alone again."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from types import ModuleType

import pytest

from smcheck.runtime.thawed import thawed
from smcheck.runtime.traced import Traced
from smcheck.runtime.unseen import unseen_syncs


@pytest.fixture
def frozen(storing: ModuleType) -> Iterator[None]:
    gc.freeze()
    yield
    gc.unfreeze()


def test_frozen_functions_are_traced(frozen: None) -> None:
    names = {code.co_name for code in Traced.of(["storing"]).codes()}
    assert {"store", "call"} <= names
    assert gc.get_freeze_count() > 0


def test_a_frozen_holder_of_fsync_is_noticed(frozen: None) -> None:
    assert unseen_syncs()
    assert gc.get_freeze_count() > 0


def test_nothing_is_frozen_that_was_not() -> None:
    with thawed():
        pass
    assert gc.get_freeze_count() == 0
