"""A library that keeps a real fsync where no stand-in comes is noticed."""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from smcheck.runtime.file_functions import ORIGINALS
from smcheck.runtime.patches import Patches
from smcheck.runtime.traced import Traced
from smcheck.runtime.unseen import unseen_calls, unseen_syncs


def test_garbage_keeps_nothing() -> None:
    class Gone:
        sync: Any = ORIGINALS["fsync"]

    assert unseen_syncs()
    del Gone
    assert not unseen_syncs()


def test_a_function_of_c_is_noticed_while_it_is_kept() -> None:
    kept = ctypes.CDLL(None).fsync
    assert unseen_syncs()
    del kept
    assert not unseen_syncs()


def test_library_that_keeps_the_real_fsync_is_noticed(storing: ModuleType) -> None:
    with Patches(Traced.of([])):
        assert storing.Holder.sync is not os.fsync
        assert unseen_syncs()
    with Patches(Traced.of(["storing"])):
        assert not unseen_syncs()


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: ctypes.CDLL(None).fdatasync, "fdatasync is called by way of ctypes"),
        (lambda: ctypes.CDLL(None).strlen, ""),
        (lambda: os.system("true"), "another process is started, which may fsync"),
        (lambda: subprocess.run(["true"]), "another process is started, which may fsync"),
        (lambda: os.listdir("."), ""),
    ],
    ids=["c", "harmless", "system", "run", "list"],
)
def test_what_could_sync_out_of_sight_is_told(call: Callable[[], Any], what: str) -> None:
    told: list[str] = []
    with unseen_calls(told.append):
        call()
    call()
    assert sorted(set(told)) == ([what] if what else [])
