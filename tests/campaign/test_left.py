"""What a killed campaign left is taken in, and its last cases are run again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trio

from smcheck.campaign.asked import Met, Stint
from smcheck.campaign.journal import Journal, Left
from smcheck.campaign.left import suspects, take_up
from smcheck.campaign.records import Run, Status
from smcheck.campaign.running import Died
from smcheck.campaign.store import Store
from smcheck.cli.messages import Replayed
from smcheck.engine.witness import BreachRecord, Witness
from smcheck.engine.witness_records import SCHEMA
from tests.campaign.store.made import TARGET, A, sighting

KEY = ("UPD-1", "results", "update", "")
STINT = Stint(run=A, target=TARGET, chain=0, number=3, seed=1, plans=16)
MET = Met(sighting("one", stint=STINT.place), KEY)
CASE = msgspec.json.encode(
    Witness(
        schema=SCHEMA, target=TARGET, subject="stock", folder="", seed=1, hash_seed="0",
        breach=BreachRecord("", "process", "", "", "", "", ""), log=[], queries=[],
        tasks=[[], [], []], schedule=[], versions={},
    )
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "st") as opened:
        opened.begin_run(Run(id=A, seed=1, targets=(TARGET,)))
        yield opened


def journal(folder: Path, *, case: bytes = b"") -> Path:
    """Return a journal in which a finding was met."""
    path = folder / f"{A}-0.jsonl"
    Journal.begin(path, STINT)
    written = Journal(path)
    written.met(MET)
    if case:
        written.case(case)
    return path


def test_left_findings_are_taken_in_once(store: Store, tmp_path: Path) -> None:
    journal(tmp_path)
    store.note_finding(A, MET.sighting)
    [left] = take_up(store, tmp_path, is_over=lambda run_id: run_id == A)
    assert (left.stint, left.met) == (STINT, [MET])
    assert [(one.status, one.count) for one in store.findings()] == [(Status.NEW, 1)]
    assert list(tmp_path.glob("*.jsonl")) == []


def test_left_journals_of_a_run_that_goes_on_are_not_touched(store: Store, tmp_path: Path) -> None:
    path = journal(tmp_path)
    assert take_up(store, tmp_path, is_over=lambda run_id: False) == []
    assert path.exists()
    assert store.findings() == []


def test_left_journals_that_are_none_are_removed(store: Store, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text("rubbish")
    (tmp_path / "case-1").mkdir()
    (tmp_path / "case-1" / "witness.json").write_text("{}")
    assert take_up(store, tmp_path, is_over=lambda run_id: True) == []
    assert [path.name for path in tmp_path.iterdir()] == ["st"]


@dataclass
class Played:
    """Workers whose replay and confirmation come out as they are told."""

    replayed: Replayed
    confirmed: list[Died] = field(default_factory=list)

    def slot(self) -> Any:
        raise AssertionError("nobody has a turn here")

    async def work(self, *arguments: Any, **more: Any) -> Any:
        raise AssertionError("nothing is searched here")

    async def replay(self, witness: Any, *, job: int = 0) -> Replayed:
        await trio.lowlevel.checkpoint()
        return self.replayed

    async def confirm(self, died: Died, stint: Stint, *, job: int) -> Met | None:
        await trio.lowlevel.checkpoint()
        self.confirmed.append(died)
        return MET


def suspected(played: Played, case: bytes) -> list[Met]:
    """Return what becomes of the last case of a killed campaign."""
    return trio.run(suspects, [Left(STINT, [], case)], played)


def of_process() -> Replayed:
    """Return how a replay comes out that ends its process."""
    finding = MET.sighting.finding
    breach = replace(finding.breach, check="process", clause="UPD-8")
    return Replayed("fails differently", replace(finding, breach=breach))


def test_left_case_that_ends_a_process_again_is_confirmed_once_more() -> None:
    played = Played(of_process())
    assert suspected(played, CASE) == [MET]
    assert [(one.case, one.subject) for one in played.confirmed] == [(CASE, "stock")]


@pytest.mark.parametrize(
    "replayed",
    [Replayed("fixed"), Replayed("fails differently", MET.sighting.finding)],
    ids=["nothing", "another finding, which the search will meet"],
)
def test_left_case_that_ends_no_process_accuses_nobody(replayed: Replayed) -> None:
    played = Played(replayed)
    assert suspected(played, CASE) == []
    assert played.confirmed == []


@pytest.mark.parametrize("case", [b"", b"rubbish"])
def test_left_case_that_is_none_is_passed_over(case: bytes) -> None:
    assert suspected(Played(of_process()), case) == []
