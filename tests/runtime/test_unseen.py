"""A library that keeps a real fsync where no stand-in comes is noticed."""

from __future__ import annotations

import os
from types import ModuleType
from typing import Any

from smcheck.runtime.file_functions import ORIGINALS
from smcheck.runtime.patches import Patches
from smcheck.runtime.traced import Traced
from smcheck.runtime.unseen import unseen_syncs


def test_garbage_keeps_nothing() -> None:
    class Gone:
        sync: Any = ORIGINALS["fsync"]

    assert unseen_syncs()
    del Gone
    assert not unseen_syncs()


def test_library_that_keeps_the_real_fsync_is_noticed(storing: ModuleType) -> None:
    with Patches(Traced.of([])):
        assert storing.Holder.sync is not os.fsync
        assert unseen_syncs()
    with Patches(Traced.of(["storing", "tests.runtime.storing"])):
        assert not unseen_syncs()
