"""What a campaign prints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from smcheck.campaign.command import tell
from smcheck.campaign.night import Night
from smcheck.campaign.orders import Mode, Orders
from smcheck.campaign.records import Effort, Ended, Lost, Run, Status, StoredFinding
from smcheck.campaign.summary import line_of, news, opening, summary
from smcheck.cli.status import Exit
from smcheck.finding import Severity
from tests.campaign.store.made import sighting

A, B = "a.py:a", "b.py:b"
EFFORT = Effort(stints=2, plans=50, executions=1_200, operations=9_000, lines=3, edges=1)


def run(**more: Any) -> Run:
    """Return a run of two subjects that ended well."""
    return Run(
        **{
            "id": "a" * 16, "seed": 7, "targets": (A, B), "jobs": 2, "ended": Ended.DONE,
            "seconds": 60.0, "canary_s": 2.5, **more,
        }
    )  # fmt: skip


def night(**more: Any) -> Night:
    """Return a night in which both subjects were searched."""
    made = Night(run(**more))
    made.efforts = {A: EFFORT, B: EFFORT}
    return made


def stored(name: str, status: Status, *, severity: Severity = Severity.VIOLATION) -> StoredFinding:
    """Return a finding as a store has it."""
    seen = sighting(name)
    finding = seen.finding.kept_at(Path(f"/w/{name}.json"))
    finding = replace(finding, breach=replace(finding.breach, severity=severity))
    return StoredFinding(
        target=A, subject="stock", finding=finding, traits=(seen.traits,),
        signatures=(finding.signature,), status=status, count=1, first_run="a" * 16,
        first_at=1.0, last_run="a" * 16, last_at=1.0,
    )  # fmt: skip


def met(made: Night, *found: StoredFinding) -> Night:
    """Return the night with findings in it."""
    for one in found:
        made.met[one.target, one.signature] = one.status, one
    return made


def test_opening_says_what_will_be_done() -> None:
    orders = Orders(targets=(A, B), folder=Path("st"), seconds=28_800.0, jobs=2)
    assert opening(orders, run(), known=3) == [
        "smcheck fuzz: nightly, 2 subjects, 2 jobs, 8 h, seed 7",
        "store: st, 3 findings known",
    ]


def test_opening_says_what_it_goes_on_with() -> None:
    orders = Orders(targets=(A, B), folder=Path("st"), mode=Mode.SOAK, max_plans=40, shard=(2, 3))
    assert opening(orders, run(mode="soak", shard=(2, 3)), known=1, resumed_s=75.0) == [
        "smcheck fuzz: soak, 2 subjects, 2 jobs, shard 2/3, 40 plans each, seed 7",
        "store: st, 1 finding known; goes on with a run that was killed after 1 m 15 s",
    ]


def test_summary_of_a_quiet_night() -> None:
    made = night()
    made.last_news_s = 30.0
    assert summary(made) == [
        "known findings, replayed first: none",
        "canary: found after 2.5 s",
        "tried: 100 plans, 2,400 executions, 18,000 operations in 1 m (40 executions/s)",
        "new behaviour: 6 lines, 2 edges, 0 contexts, 0 states; the latest after 30 s",
        "findings: 0 new, 0 known, 0 fixed, 0 returned",
        "inconclusive: nothing",
        "cases that ended a worker and did not do so again: none",
        "nothing new; seed 7 makes the same decisions again",
    ]
    assert made.status is Exit.HELD


def test_summary_says_what_proves_nothing() -> None:
    made = night(canary_s=None, ended=Ended.INTERRUPTED)
    made.efforts = {A: EFFORT}
    made.refused = {B: "no model\nat all"}
    made.lost = [Lost(target=A, at_s=1.0, how="was killed")]
    lines = summary(made)
    assert lines[1].startswith("canary: NOT FOUND")
    assert lines[5] == "inconclusive: cannot be searched: b.py:b; no model\\nat all"
    assert lines[6].endswith("1 case")
    assert lines[7].startswith("interrupted, this is a part: nothing new")
    assert made.status is Exit.INCONCLUSIVE


def test_summary_never_says_that_an_unsearched_subject_held() -> None:
    made = night()
    made.efforts = {A: EFFORT}
    assert summary(made)[5] == "inconclusive: not searched: b.py:b"
    assert made.status is Exit.INCONCLUSIVE


def test_summary_ends_by_what_is_new_and_what_returned() -> None:
    both = met(night(), stored("one", Status.NEW), stored("two", Status.RETURNED))
    assert summary(both)[-1].startswith("1 new finding, 1 returned finding; seed 7")
    hazard = met(night(), stored("one", Status.NEW, severity=Severity.HAZARD))
    assert summary(hazard)[-1].startswith("nothing new but 1 hazard; seed 7")


def test_of_many_new_findings_three_are_told_whole(capsys: pytest.CaptureFixture[str]) -> None:
    three = [stored(name, Status.NEW) for name in ("one", "two", "three")]
    tell(met(night(), *three), Path("my nights"))
    assert "smcheck report" not in capsys.readouterr().out
    tell(met(night(), *three, stored("four", Status.NEW)), Path("my nights"))
    out = capsys.readouterr().out
    assert out.count("new: ") == 1
    assert "`smcheck report 'my nights'` tells all of them" in out


def test_summary_misses_no_canary_that_nobody_planted() -> None:
    made = night(has_canary=False, canary_s=None)
    assert summary(made)[1] == "canary: none, as asked"
    assert made.status is Exit.HELD


def test_night_is_red_for_what_is_new_or_returned_and_for_nothing_else() -> None:
    assert met(night(), stored("one", Status.NEW)).status is Exit.VIOLATED
    assert met(night(), stored("one", Status.RETURNED)).status is Exit.VIOLATED
    assert met(night(), stored("one", Status.KNOWN)).status is Exit.HELD
    assert met(night(), stored("one", Status.FIXED)).status is Exit.HELD


def test_night_is_red_for_a_hazard_only_where_that_is_asked() -> None:
    hazard = stored("one", Status.NEW, severity=Severity.HAZARD)
    strict = met(night(), hazard)
    strict.is_strict = True
    assert [met(night(), hazard).status, strict.status] == [Exit.HELD, Exit.VIOLATED]


def test_night_that_was_interrupted_without_news_is_no_success() -> None:
    assert night(ended=Ended.INTERRUPTED).status is Exit.INCONCLUSIVE


def test_night_tells_what_makes_it_red_last() -> None:
    hazard = stored("hazard", Status.NEW, severity=Severity.HAZARD)
    made = met(night(), stored("one", Status.NEW), hazard, stored("old", Status.KNOWN))
    assert [one for _, one in news(made)] == [hazard, stored("one", Status.NEW)]


def test_line_of_a_finding_names_rule_place_and_signature() -> None:
    one = stored("one", Status.NEW)
    line = line_of(Status.NEW, one)
    assert line.startswith("new: UPD-1 of stock, ")
    assert line.endswith(f"m.py:12 in Stock.update: lost an update ({one.signature})")
