"""The front door is complete, and light enough for a process that only runs a machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import smcheck
import smcheck.strategies

PROMISED = {
    "ConcurrentStateMachine",
    "ContractMachine",
    "Entry",
    "OnDiskStateMachine",
    "OpenStopped",
    "Report",
    "Result",
    "SnapshotAborted",
    "SnapshotFile",
    "SnapshotStopped",
    "SnapshotStreamingFailed",
    "StateMachine",
    "Subject",
    "check",
    "contract_test",
}
HEAVY = {"click", "hypothesis", "msgspec", "pysyncobj", "pytest", "rich", "trio"}


def test_front_door_names_everything_promised() -> None:
    assert PROMISED - set(smcheck.__all__) == set()


@pytest.mark.parametrize("name", smcheck.__all__)
def test_front_door_opens(name: str) -> None:
    assert getattr(smcheck, name) is not None
    assert name in dir(smcheck)


def test_front_door_names_are_public() -> None:
    assert [name for name in smcheck.__all__ if name.startswith("_")] == []


def test_front_door_refuses_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="module 'smcheck' has no attribute 'expolre'"):
        smcheck.expolre  # noqa: B018  # the access is what is tested


def test_front_door_gives_the_same_object_twice() -> None:
    assert smcheck.check is smcheck.check


@pytest.mark.parametrize("module", ["smcheck", "smcheck.subject", "smcheck.target"])
def test_import_of_a_machines_needs_is_light(module: str) -> None:
    loaded = run(f"import sys, {module}; print(*sys.modules)").split()
    assert module in loaded
    assert HEAVY.intersection(loaded) == set()


def test_strategies_are_reached_through_the_door() -> None:
    code = "from smcheck.strategies import kv; print(kv.__name__)"
    assert run(code) == "smcheck_strategies.kv"


def test_door_to_the_strategies_is_complete() -> None:
    package = Path(__file__).parents[1] / "strategies" / "smcheck_strategies"
    public = {path.stem for path in package.glob("*.py") if not path.stem.startswith("_")}
    assert set(smcheck.strategies.__all__) == public


@pytest.mark.parametrize("first", ["smcheck_strategies", "smcheck.strategies", "smcheck.testing"])
def test_any_module_may_be_imported_first(first: str) -> None:
    assert run(f"import {first}, smcheck; print(smcheck.Subject.__name__)") == "Subject"


def run(code: str) -> str:
    """Return what a new interpreter prints, without the last line break."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.rstrip("\n")
