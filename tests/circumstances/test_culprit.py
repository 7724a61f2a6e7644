"""Bisection names the circumstance, the difference of traces names the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.circumstances.bisect import bisect
from smcheck.circumstances.culprit import Culprit, find_culprit, shorten
from smcheck.circumstances.data import Setting, default_settings
from smcheck.host.life import Observe, Script
from smcheck.plan import Command, Update

FILE = Path(__file__).parent / "specimens" / "impure.py"
SETTINGS = default_settings(1)
SCRIPT = Script(
    log=(Command(1, b"a"), Command(3, b"b"), Command(4, b"c")),
    queries=("all",),
    steps=(Update(0, 1), Update(1, 2), Observe(), Update(2, 3), Observe()),
)


def find(machine: str, settings: tuple[Setting, Setting]) -> Culprit:
    found = find_culprit(f"{FILE}:{machine.lower()}", SCRIPT, settings)
    assert found is not None
    assert found.location.file == str(FILE)
    assert found.source.endswith("# guilty"), found
    assert found.location.function.split(".")[0] == machine
    return found


@pytest.mark.parametrize(
    "machine, circumstance",
    [
        ("SetOrder", "hash seed"),
        ("WallClock", "clock"),
        ("Today", "clock"),
        ("Monotonic", "clock"),
        ("RandomNumber", "random source"),
        ("FreshId", "random source"),
        ("LateEffect", "random source"),
        ("ProcessId", "process id"),
        ("UserName", "environment"),
        ("LocalTime", "time zone"),
        ("WorkingDirectory", "working directory"),
        ("Language", "locale"),
    ],
)
def test_single_circumstance_and_line_are_named(machine: str, circumstance: str) -> None:
    found = bisect(f"{FILE}:{machine.lower()}", SCRIPT, (SETTINGS[0], SETTINGS[1]))
    assert (found.names, found.lost) == ((circumstance,), None)
    assert found.lives is not None
    find(machine, found.settings)


def test_addresses_are_named_as_ids_or_where_they_cannot_be_held_as_process() -> None:
    found = bisect(f"{FILE}:address", SCRIPT, (SETTINGS[0], SETTINGS[1]))
    assert found.names in (("object ids",), ("process",))
    find("Address", found.settings)


@pytest.mark.parametrize(
    "machine", ["SetOrderInComprehension", "SetOrderInGenerator", "HashOfText", "ReprOfObject"]
)
def test_line_is_named_without_bisection(machine: str) -> None:
    find(machine, (SETTINGS[0], SETTINGS[1]))


def test_pure_machine_has_no_circumstance_and_no_line() -> None:
    target = f"{FILE}:pure"
    found = bisect(target, SCRIPT, (SETTINGS[0], SETTINGS[1]))
    assert (found.names, found.lives, found.lost) == ((), None, None)
    assert find_culprit(target, SCRIPT, (SETTINGS[0], SETTINGS[1])) is None


def test_worker_lost_while_bisecting_is_told() -> None:
    found = bisect(f"{FILE}:nobody", SCRIPT, (SETTINGS[0], SETTINGS[1]))
    assert found.lost is not None
    assert "expected the name 'nobody'" in found.lost.reason


def test_shorten_keeps_the_difference() -> None:
    one, other = shorten(("[" + "1, " * 60 + "2]", "[" + "1, " * 60 + "3]"))
    assert one == "…, 1, 1, 1, 1, 1, 1, 2]"
    assert other == "…, 1, 1, 1, 1, 1, 1, 3]"
