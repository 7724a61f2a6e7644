"""The campaign itself, with workers that do as they are told and no processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import trio

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.campaign import Campaign
from smcheck.campaign.intake import Intake
from smcheck.campaign.night import Night
from smcheck.campaign.orders import Mode, Orders
from smcheck.campaign.records import Effort, Ended, Run, Status, StoredFinding
from smcheck.campaign.running import Broken, Died, Outcome, Refused
from smcheck.campaign.store import Store
from smcheck.cli.messages import Progress, Replayed
from smcheck.cli.status import Exit
from smcheck.errors import StoreError
from tests.campaign.store.made import Clock, sighting

A, B, CANARY = "a.py:a", "b.py:b", "canary.py:canary"
KEY = ("UPD-1", "results", "update", "")
Act = Callable[[Stint, Callable[[Met | Progress], None]], Outcome]


def worked(stint: Stint, hear: object = None, **new: list[int]) -> Worked:
    """Return what a stint comes to that finds nothing."""
    return Worked(
        subject="stock", kind="regular", effort=Effort(stints=1, plans=stint.plans), new=new
    )


def meets(name: str) -> Act:
    """Return a stint that meets a finding."""

    def act(stint: Stint, hear: Callable[[Met | Progress], None]) -> Outcome:
        hear(Met(sighting(name, target=stint.target, stint=stint.place), KEY))
        return worked(stint)

    return act


@dataclass
class Played:
    """Workers that do what is written down for a target, stint after stint."""

    acts: dict[str, list[Act]] = field(default_factory=dict)
    replays: list[str] = field(default_factory=list)
    confirms: Met | None = None
    stints: list[Stint] = field(default_factory=list)

    def slot(self) -> Any:
        return _Slot()

    async def work(
        self, stint: Stint, hear: Callable[[Met | Progress], None], *, job: int = 0
    ) -> Outcome:
        await trio.lowlevel.checkpoint()
        self.stints.append(stint)
        acts = self.acts.get(stint.target, [])
        act = acts.pop(0) if acts else worked
        outcome = act(stint, hear)
        await trio.lowlevel.checkpoint()
        return outcome

    async def confirm(self, died: Died, stint: Stint, *, job: int) -> Met | None:
        await trio.lowlevel.checkpoint()
        return self.confirms

    async def replay(self, witness: Any, *, job: int = 0) -> Replayed:
        await trio.lowlevel.checkpoint()
        return Replayed(self.replays.pop(0))


class _Slot:
    async def __aenter__(self) -> None:
        await trio.lowlevel.checkpoint()

    async def __aexit__(self, *error: object) -> None:
        await trio.lowlevel.checkpoint()


@dataclass
class Seen:
    """Who looks on, and what they saw."""

    found: list[tuple[Status, str]] = field(default_factory=list)

    def looks(self, night: Night) -> None:
        """See nothing."""

    def works(self, job: int, target: str, plans: int, executions: int) -> None:
        """See nothing."""

    def finds(self, status: Status, finding: StoredFinding) -> None:
        self.found.append((status, finding.target))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "st", clock=Clock()) as opened:
        yield opened


def orders(**more: Any) -> Orders:
    """Return orders for one job and 16 plans of each of two subjects."""
    return replace(Orders(targets=(A, B), folder=Path(), max_plans=16, canary=None), **more)


def run(
    store: Store, played: Played, asked: Orders, *, id: str = "a" * 16, canary: str = ""
) -> tuple[Night, Seen]:
    """Run a campaign and return what came of it, and what was seen of it."""
    record = Run(
        id=id, seed=7, targets=asked.targets, began_at=900.0, has_canary=bool(canary)
    )  # fmt: skip
    store.begin_run(record)
    night, seen = Night(record), Seen()
    intake = Intake(store, night, seen, lambda: 1.0)
    Campaign(asked, intake, played, canary=canary).run()
    return night, seen


def test_campaign_gives_each_subject_its_turn_and_ends(store: Store) -> None:
    played = Played()
    night, _ = run(store, played, orders())
    assert [(one.target, one.number, one.plans) for one in played.stints] == [
        (A, 0, 16), (B, 0, 16),
    ]  # fmt: skip
    assert (night.status, night.run.ended, night.effort.plans) == (Exit.HELD, Ended.DONE, 32)
    assert store.runs() == [night.run]


def test_campaign_tells_a_new_finding_once(store: Store) -> None:
    played = Played({A: [meets("one"), meets("one")]})
    night, seen = run(store, played, orders(max_plans=48))
    assert seen.found == [(Status.NEW, A)]
    assert night.status is Exit.VIOLATED
    assert [one.count for one in store.findings()] == [2]


def test_campaign_has_a_chain_pass_over_what_it_found(store: Store) -> None:
    played = Played({A: [meets("one")]})
    run(store, played, orders(max_plans=48))
    assert {(one.target, one.number): one.known for one in played.stints} == {
        (A, 0): (), (A, 1): (KEY,), (B, 0): (), (B, 1): (),
    }  # fmt: skip


def test_campaign_has_chains_know_nothing_of_each_other(store: Store) -> None:
    def act(stint: Stint, hear: Callable[[Met | Progress], None]) -> Outcome:
        return meets("one")(stint, hear) if stint.place == (0, 0) else worked(stint)

    played = Played({A: [act] * 4})
    run(store, played, orders(targets=(A,), jobs=2, max_plans=96))
    known = {(one.chain, one.number): one.known for one in played.stints}
    assert known == {(0, 0): (), (0, 1): (KEY,), (1, 0): (), (1, 1): ()}


def test_campaign_tells_workers_what_behaviour_is_nothing_new(store: Store) -> None:
    played = Played({A: [lambda stint, hear: worked(stint, lines=[3, 5])]})
    night, _ = run(store, played, orders(targets=(A,), max_plans=48))
    assert [one.seen for one in played.stints] == [{}, {"lines": [3, 5]}]
    assert night.effort.lines == 2


def test_campaign_replays_what_is_known_first(store: Store) -> None:
    run(store, Played({A: [meets("one")]}), orders())
    night, seen = run(store, Played(replays=["still fails"]), orders(), id="b" * 16)
    assert (night.status, seen.found) == (Exit.HELD, [])
    assert dict(night.replayed) == {"still fails": 1}
    assert [one.status for one in store.findings()] == [Status.KNOWN]


def test_campaign_searches_for_what_was_mended(store: Store) -> None:
    run(store, Played({A: [meets("one")]}), orders())
    played = Played({A: [meets("one")]}, replays=["fixed"])
    night, seen = run(store, played, orders(), id="b" * 16)
    assert played.stints[0].known == ()
    assert (night.status, seen.found) == (Exit.VIOLATED, [(Status.RETURNED, A)])


def test_campaign_stops_at_the_first_new_finding_if_asked(store: Store) -> None:
    played = Played({A: [meets("one")]})
    night, _ = run(store, played, orders(stops_on_first=True))
    assert [one.target for one in played.stints] == [A]
    assert night.run.ended is Ended.STOPPED


def test_campaign_keeps_a_finding_that_ends_a_worker_twice(store: Store) -> None:
    died = Died("was killed", b"{}", "stacks", None, "stock", None)
    met = Met(sighting("death", target=A), KEY)
    played = Played({A: [lambda stint, hear: died]}, confirms=met)
    night, _ = run(store, played, orders())
    assert (night.status, night.lost) == (Exit.VIOLATED, [])


def test_campaign_keeps_a_case_that_ended_a_worker_once_and_accuses_nobody(store: Store) -> None:
    died = Died("was killed by SIGKILL", b"{}", "stacks", None, "stock", None)
    played = Played({A: [lambda stint, hear: died]})
    night, _ = run(store, played, orders())
    assert night.status is Exit.INCONCLUSIVE  # of that subject no plan was judged
    [lost] = store.lost(night.run.id)
    assert (lost.target, lost.how, lost.case) == (A, "was killed by SIGKILL", b"{}")
    assert store.findings() == []


def test_campaign_leaves_out_a_subject_that_always_ends_its_worker(store: Store) -> None:
    died = Died("was killed", b"", "", None, "stock", None)
    played = Played({A: [lambda stint, hear: died] * 9})
    run(store, played, orders(targets=(A,), max_plans=1_000))
    assert len(played.stints) == 3


def test_campaign_goes_on_without_a_subject_that_is_refused(store: Store) -> None:
    played = Played({A: [lambda stint, hear: Refused("no model")]})
    night, _ = run(store, played, orders(max_plans=48))
    assert [one.target for one in played.stints] == [A, B, B]
    assert (night.status, night.refused) == (Exit.INCONCLUSIVE, {A: "no model"})


def test_campaign_says_a_fault_of_its_own_is_one(store: Store) -> None:
    played = Played({A: [lambda stint, hear: Broken("Traceback: oops")]})
    night, _ = run(store, played, orders())
    assert (night.status, night.broken) == (Exit.INTERNAL, ["Traceback: oops"])


def test_campaign_that_misses_its_canary_proves_nothing(store: Store) -> None:
    played = Played()
    night, _ = run(store, played, orders(), canary=CANARY)
    assert [one.target for one in played.stints] == [CANARY] * 4 + [A, B]
    assert (night.status, night.run.canary_s) == (Exit.INCONCLUSIVE, None)


def test_campaign_that_finds_its_canary_keeps_nothing_of_it(store: Store) -> None:
    played = Played({CANARY: [worked, meets("planted")]})
    night, seen = run(store, played, orders(), canary=CANARY)
    assert [one.target for one in played.stints] == [CANARY, CANARY, A, B]
    assert (night.status, seen.found, store.findings()) == (Exit.HELD, [], [])
    assert night.run.canary_s is not None


def test_campaign_on_a_full_disk_ends_and_says_so(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise StoreError("make room on the disk")

    monkeypatch.setattr(Store, "note_progress", refuse)
    night, _ = run(store, Played({A: [meets("one")]}), orders())
    assert (night.run.ended, night.trouble) == (Ended.FAILED, "make room on the disk")
    assert night.status is Exit.VIOLATED
    assert len(store.findings()) == 1


def test_campaign_without_findings_on_a_full_disk_is_no_success(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object) -> None:
        raise StoreError("make room on the disk")

    monkeypatch.setattr(Store, "note_progress", refuse)
    night, _ = run(store, Played(), orders())
    assert night.status is Exit.USAGE


def test_campaign_of_mode_soak_has_no_end_but_that_of_its_subjects(store: Store) -> None:
    night, _ = run(store, Played(), orders(mode=Mode.SOAK))
    assert night.run.ended is Ended.DONE
