"""Runs and sightings, made by hand for the tests of the store."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from smcheck.campaign.records import Run, Sighting, Traits
from smcheck.campaign.store import Store
from smcheck.finding import Breach, Finding, Location
from smcheck.scenario import Act, Row, Scenario, Twins

A, B, C = "a" * 16, "b" * 16, "c" * 16
"""Ids of runs."""
TARGET = "m.py:stock"


class Clock:
    """Tells the seconds that a test sets, and does not go on by itself."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def run(id: str = A, **more: Any) -> Run:
    """Return a run that searches ``TARGET``."""
    return Run(**{"id": id, "seed": 7, "targets": (TARGET,), "began_at": 900.0, **more})


def signature(name: str) -> str:
    """Return twelve digits for a name."""
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def sighting(name: str = "one", *, line: str = "", target: str = TARGET, **more: Any) -> Sighting:
    """Return a sighting of the finding whose signature is that of ``name``.

    Args:
        line: The blamed line, that of no other finding unless given. All traits are made of it:
            what shares it is one defect, and what does not is none by any rule.
    """
    place = Location("/src/m.py", 12, "Stock.update")
    breach = Breach("UPD-1", "results", "lost an update", f"expected 1, got {name}", "update")
    twins = Twins("a", "b", (Row("hash", "1", "2"),))
    scenario = Scenario(tasks=("t0",), acts=(Act(0, "update", "update b'x'"),), twins=twins)
    look = line or f"line of {name}"
    return Sighting(
        **{
            "target": target, "subject": "stock",
            "finding": Finding(breach, place, signature=signature(name), scenario=scenario),
            "traits": Traits(
                cause=look, check=look, method=look, error=look, kinds=(look,),
                function=look, line=look, clause=look, raised=look, places=(("", look, look),),
            ),
            "witness": f"witness of {name}".encode(), "at_s": 1.5, "stint": (0, 0), **more,
        }
    )  # fmt: skip


def filled(folder: Path, run_id: str, *sightings: Sighting, at: float = 1000.0) -> Path:
    """Make a store whose one run met these, a second apart and each in a turn of its own."""
    clock = Clock(at)
    with Store.open(folder, clock=clock) as store:
        store.begin_run(run(run_id))
        for number, one in enumerate(sightings):
            clock.now = at + number
            store.note_finding(run_id, msgspec.structs.replace(one, stint=(0, number)))
    return folder
