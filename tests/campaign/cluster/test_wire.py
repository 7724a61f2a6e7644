"""Orders and answers are the same after the wire."""

from __future__ import annotations

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.cluster.wire import (
    Answer,
    Order,
    Told,
    Unequal,
    read_answer,
    read_order,
    read_progress,
    read_told,
    to_bytes,
)
from smcheck.campaign.records import Effort, Seed
from smcheck.campaign.running import Died
from smcheck.cli.messages import Progress
from smcheck.cli.supervisor import Limits
from smcheck.finding import SubjectReport
from tests.campaign.store.made import sighting

MET = Met(sighting(), ("a", "b", "c", "d"))


def test_order_is_the_same_after_the_wire() -> None:
    stint = Stint(
        run="r", target="m:s", chain=1, number=2, seed=3, plans=4,
        known=(("a", "b", "c", "d"),), seen={"lines": [1 << 63]}, corpus=(b"\xff\0",),
    )  # fmt: skip
    order = Order(
        id="r-1", campaign="r", lease_s=30.0, limits=Limits(silent_s=1.5),
        versions={"smcheck": "1"}, target="m:s", stint=stint, witness=b"{}",
    )  # fmt: skip
    assert read_order(to_bytes(order)) == order


def test_answer_of_a_stint_is_the_same_after_the_wire() -> None:
    seed = Seed(target="m:s", digest="0" * 16, case=b"{}", news=1)
    worked = Worked(subject="s", kind="regular", effort=Effort(plans=3), seeds=(seed,))
    answer = Answer(met=(MET,), worked=worked, worker="tcp://host:1")
    assert read_answer(to_bytes(answer)) == answer


def test_answer_of_a_death_is_the_same_after_the_wire() -> None:
    died = Died("why", b"{}", "stacks", MET.sighting.finding, "s", SubjectReport("s", "regular"))
    answer = Answer(died=died, unequal=Unequal("a", "b", "c"), is_ended=True)
    assert read_answer(to_bytes(answer)) == answer


def test_told_is_the_same_after_the_wire() -> None:
    told = Told("r-1", MET)
    assert read_told(to_bytes(told)) == told


def test_progress_is_the_same_after_the_wire() -> None:
    progress = {"r-1": Progress(SubjectReport("s", "regular"))}
    assert read_progress(to_bytes(progress)) == progress
