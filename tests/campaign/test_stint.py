"""One stint, worked off in this process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.journal import Journal, read_journal
from smcheck.campaign.stint import Told, work
from smcheck.engine.witness import Witness
from smcheck.errors import UsageError
from smcheck.finding import SubjectReport
from smcheck.host.board import Board
from smcheck.subject import Subject
from tests.specimens import BUGGY, FIXED, load

BROKEN = load(dict(BUGGY)["kept_entry"])
CORRECT = load(dict(FIXED)["kept_entry"])
TARGET = f"{dict(BUGGY)['kept_entry']}:subject"


class Heard(Told):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.mets: list[Met] = []
        self.plans: list[int] = []

    def met(self, met: Met) -> None:
        self.mets.append(met)

    def progress(self, report: SubjectReport) -> None:
        self.plans.append(report.stats.examples)


def stint(**more: Any) -> Stint:
    """Return a small stint of a subject that only this process knows."""
    return Stint(
        **{
            "run": "a" * 16, "target": TARGET, "chain": 0, "number": 0, "seed": 3, "plans": 6,
            "schedules": 4, **more,
        }
    )  # fmt: skip


def done(subject: Subject, folder: Path, **more: Any) -> tuple[Worked, Heard, Path]:
    """Work a stint off and return what came of it, what was heard, and its journal."""
    asked, path = stint(**more), folder / f"{len(list(folder.iterdir()))}.jsonl"
    Journal.begin(path, asked)
    heard = Heard()
    worked = work(asked, subject, board=Board.private(), journal=Journal(path), told=heard)
    return worked, heard, path


def summary(worked: Worked) -> tuple[object, ...]:
    """Return what must not differ from run to run."""
    effort = worked.effort
    return effort.plans, effort.executions, effort.operations, worked.new, worked.exercised


def test_stint_tells_a_finding_that_is_in_the_journal_already(tmp_path: Path) -> None:
    worked, heard, path = done(BROKEN.subject, tmp_path)
    [met] = heard.mets
    assert met.sighting.finding.breach.clause == "UPD-4"
    assert met.sighting.traits.check in ("alone", "cuts")
    left = read_journal(path)
    assert left is not None
    assert left.met == [met]
    assert worked.effort.plans >= 6


def test_stint_has_its_last_case_in_the_journal(tmp_path: Path) -> None:
    import msgspec

    _, _, path = done(CORRECT.subject, tmp_path)
    left = read_journal(path)
    assert left is not None
    case = msgspec.json.decode(left.case, type=Witness)
    assert (case.target, case.seed) == (TARGET, 3)
    assert case.plan().log


def test_stint_passes_over_what_is_known(tmp_path: Path) -> None:
    _, heard, _ = done(BROKEN.subject, tmp_path)
    _, again, _ = done(BROKEN.subject, tmp_path, known=(heard.mets[0].key,))
    assert heard.mets[0].key not in [met.key for met in again.mets]


def test_stint_of_a_correct_machine_finds_nothing_and_sees_much(tmp_path: Path) -> None:
    worked, heard, _ = done(CORRECT.subject, tmp_path)
    assert heard.mets == []
    assert heard.plans == [1, 2, 3, 4, 5, 6]
    assert min(worked.effort.lines, worked.effort.edges, worked.effort.contexts) >= 5
    assert worked.effort.states >= 2
    assert worked.exercised["UPD-1"] >= 6


def test_stint_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    one, other = (done(CORRECT.subject, tmp_path)[0] for _ in range(2))
    assert summary(one) == summary(other)


def test_stint_of_another_seed_is_another_one(tmp_path: Path) -> None:
    one = done(CORRECT.subject, tmp_path)[0]
    other = done(CORRECT.subject, tmp_path, seed=4)[0]
    assert summary(one) != summary(other)


def test_stint_keeps_plans_that_brought_something_new_and_varies_them(tmp_path: Path) -> None:
    first = done(CORRECT.subject, tmp_path)[0]
    assert first.seeds
    assert all(seed.news > 0 for seed in first.seeds)
    corpus = tuple(seed.case for seed in first.seeds)
    again = done(CORRECT.subject, tmp_path, corpus=corpus, number=1, first=6)[0]
    assert summary(again) != summary(done(CORRECT.subject, tmp_path, number=1, first=6)[0])


@pytest.mark.parametrize("case", [b"", b"rubbish", b"{}", b'{"schema":"smcheck/witness/1"}'])
def test_stint_passes_over_a_corpus_that_is_none(tmp_path: Path, case: bytes) -> None:
    worked, heard, _ = done(CORRECT.subject, tmp_path, corpus=(case,), plans=2)
    assert worked.effort.plans == 2
    assert heard.mets == []


def test_stint_tries_the_logs_of_the_subject_first(tmp_path: Path) -> None:
    rare = Subject(
        machine=BROKEN.LazyStore, commands=st.just(b"delete a"), queries=st.just(["get", "a"]),
        examples=[[b"put a 1"]],
    )  # fmt: skip
    _, heard, _ = done(rare, tmp_path, plans=1)
    assert [met.sighting.finding.breach.clause for met in heard.mets] == ["UPD-4"]
    assert done(rare, tmp_path, plans=1, number=1)[1].mets == []


def test_stint_makes_commands_simple(tmp_path: Path) -> None:
    numbers = Subject(
        machine=BROKEN.LazyStore,
        commands=st.integers(0, 10_000).map(lambda n: b"put %d %d" % (n, n)),
        queries=st.just(["get", "0"]),
    )
    _, heard, _ = done(numbers, tmp_path, seed=11)
    import json

    [command] = json.loads(heard.mets[0].sighting.witness)["log"]
    assert command["cmd"] == "cHV0IDAgMA=="  # put 0 0


def test_stint_ends_when_its_time_is_over(tmp_path: Path) -> None:
    worked, _, _ = done(CORRECT.subject, tmp_path, plans=1_000, limit_s=0.0)
    assert worked.effort.plans == 0


def test_stint_refuses_a_subject_that_cannot_draw(tmp_path: Path) -> None:
    speechless = Subject(
        machine=CORRECT.LazyStore,
        commands=st.nothing(), queries=st.just(["get", "a"]),
    )  # fmt: skip
    with pytest.raises(UsageError):
        done(speechless, tmp_path)
