"""A store as one record: what is taken out of it, and which runs are one night."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from smcheck.campaign.records import Effort, Lost, Progress, Status
from smcheck.campaign.report.reading import CampaignView, Meeting, RunView, read
from smcheck.campaign.store import Store
from smcheck.errors import UsageError
from tests.campaign.report import kept_cases as kept
from tests.campaign.store import made

A, B = made.A, made.B


def fill(folder: Path) -> None:
    """Make a store of two runs: what the first meets the second one meets again."""
    clock = made.Clock()
    with Store.open(folder, clock=clock) as store:
        for run_id, now in ((A, 1000.0), (B, 2000.0)):
            clock.now = now
            store.begin_run(made.run(run_id, began_at=now))
            store.note_finding(run_id, made.sighting("one", at_s=3.0))
            store.note_progress(
                run_id,
                Progress(target=made.TARGET, at_s=60.0, effort=Effort(plans=5, seconds=60.0)),
            )
        store.note_lost(B, Lost(target=made.TARGET, at_s=9.0, how="killed"))


def test_read_takes_everything_out_of_a_store(tmp_path: Path) -> None:
    fill(tmp_path)
    view = read(tmp_path)
    [found] = view.findings
    assert (found.status, found.count, found.sightings) == (Status.KNOWN, 2, (A, B))
    first, second = view.runs
    name = made.signature("one")
    assert first.met == (Meeting(made.TARGET, name, Status.NEW, 3.0),)
    assert second.met == (Meeting(made.TARGET, name, Status.KNOWN, 3.0),)
    assert [one.effort.plans for one in view.runs] == [5, 5]
    assert [len(one.lost) for one in view.runs] == [0, 1]


def test_read_names_the_command_that_replays_a_finding(tmp_path: Path) -> None:
    folder = tmp_path / "a store"
    fill(folder)
    [found] = read(folder).findings
    witness = Path(found.finding.witness)
    assert witness.parent == folder / "witnesses"
    assert witness.read_bytes() == b"witness of one"
    assert found.finding.replay == f"smcheck replay '{witness}'"


def test_read_says_why_there_is_no_command(tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / "witnesses").write_text("in the way")
    view = read(tmp_path)
    assert view.findings[0].finding.replay == ""
    assert view.trouble.startswith("no finding says how it is replayed: ")


def test_read_does_not_change_a_store(tmp_path: Path) -> None:
    fill(tmp_path)
    with Store.read(tmp_path) as store:
        before = store.findings(), store.runs()
    read(tmp_path)
    with Store.read(tmp_path) as store:
        assert (store.findings(), store.runs()) == before


def test_read_refuses_a_folder_without_a_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read(tmp_path / "none")
    assert not (tmp_path / "none").exists()


def shards(**names: object) -> list[RunView]:
    """Return both halves of a campaign, the second one first."""
    runs = [
        kept.run(2, id=id, shard=shard, **names)
        for id, shard in (("2" * 16, (2, 2)), ("1" * 16, (1, 2)))
    ]
    return [RunView(run, kept.progress(turns=3)) for run in runs]


def test_shards_of_a_campaign_are_one_night() -> None:
    [night] = CampaignView((), tuple(shards())).nights
    assert [one.run.shard for one in night.runs] == [(1, 2), (2, 2)]
    assert night.effort.plans == 2 * 3 * 60


def test_runs_without_shards_are_nights_of_their_own() -> None:
    nights = kept.three_nights().nights
    assert [night.run.id for night in nights] == list(kept.RUNS)


def test_shards_of_another_seed_are_another_night() -> None:
    one, other = shards()
    other = replace(other, run=kept.run(2, id="1" * 16, shard=(1, 2), seed=99))
    assert len(CampaignView((), (one, other)).nights) == 2


def test_a_night_meets_a_finding_once_and_when_the_first_shard_did() -> None:
    met = [Meeting("t", "s", Status.NEW, at_s) for at_s in (7.0, 3.0)]
    runs = tuple(replace(one, met=(m,)) for one, m in zip(shards(), met, strict=True))
    [night] = CampaignView((), runs).nights
    assert [one.at_s for one in night.met] == [3.0]


def test_charts_are_of_the_newest_night_that_noted_progress() -> None:
    view = kept.three_nights()
    later = RunView(kept.run(2, id="d" * 16, mode="pytest", began_at=kept.night(3)))
    view = replace(view, runs=(*view.runs, later))
    assert view.last is not None
    assert view.drawn is not None
    assert (view.last.run.id, view.drawn.run.id) == ("d" * 16, kept.RUNS[2])
