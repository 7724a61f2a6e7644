"""Known findings in the search: they are told, do not fail, and hide nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st

import smcheck
from smcheck import ContractMachine, Subject, Verdict
from smcheck._witness_names import name_for
from smcheck.cli import replay as replay_module
from smcheck.cli.messages import Replayed
from smcheck.finding import SubjectReport
from smcheck.testing import family
from smcheck.testing.bench import rest_standing
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from smcheck.testing.settings import Settings, set_current
from tests.engine.test_witness import SOUND
from tests.testing import machines
from tests.testing.test_contract_test import outcome

pytestmark = pytest.mark.dear


class Tally(machines.Counter):
    """Count two kinds of questions, and tell: two lookups that write, of one kind."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = [0, 0]

    def lookup(self, query: object) -> object:
        if query == "hits":
            self.asked[0] += 1
            return self.total, self.asked[0]
        if query == "misses":
            self.asked[1] += 1
            return self.total, self.asked[1]
        return self.total


def tally(known: dict[str, str], queries: Sequence[str] = ("total", "hits", "misses")) -> Subject:
    return Subject(
        machine=Tally, commands=machines.commands, queries=st.sampled_from(queries), known=known
    )


writing = tally({"LKP-1": "issue 12"})


WITNESS = SOUND | {"subject": "Tally", "target": f"{__file__}:writing"}


class WritingMachine(ContractMachine):
    """Draw for a machine whose defect is known."""

    subject = writing


@pytest.fixture
def few_examples(tmp_path: Path) -> Iterator[Path]:
    """Search a little only, and keep witnesses; return where."""
    before = set_current(Settings(seed=1, schedules=6, max_examples=4, witness_dir=tmp_path))
    yield tmp_path
    set_current(before)
    rest_standing()


def found(subject: Subject, *, schedules: int = 4, max_examples: int) -> dict[str, str]:
    """Return the severity of each finding by the source of its line."""
    options = Options(seed=1, schedules=schedules, max_examples=max_examples)
    report = check_subject(subject, options)
    lines = Path(__file__).read_text().splitlines()
    return {
        lines[one.location.line - 1].strip(): str(one.breach.severity) for one in report.findings
    }


HITS, MISSES = "self.asked[0] += 1", "self.asked[1] += 1"


@pytest.fixture(scope="module")
def signatures() -> dict[str, str]:
    """Return the signature of each defect of ``Tally`` by its line."""
    both = {}
    for query, line in (("hits", HITS), ("misses", MISSES)):
        report = smcheck.check(tally({}, [query]), seed=1, max_examples=4, schedules=2)
        [both[line]] = {one.signature for one in report.findings}
    return both


@pytest.mark.parametrize("line", [HITS, MISSES])
def test_a_known_signature_does_not_hide_another_defect_of_its_kind(
    line: str, signatures: dict[str, str]
) -> None:
    other = {HITS: MISSES, MISSES: HITS}[line]
    assert found(tally({signatures[line]: "issue 12"}), max_examples=12)[other] == "violation"


def test_known_signatures_of_every_defect_leave_none(signatures: dict[str, str]) -> None:
    known = dict.fromkeys(signatures.values(), "issue 12")
    assert found(tally(known), max_examples=12) == {HITS: "known", MISSES: "known"}


def test_a_known_signature_keeps_its_other_lines_quiet() -> None:
    torn = Subject(machine=Torn, commands=machines.commands, queries=machines.queries)
    first = check_subject(torn, Options(seed=1, max_examples=12))
    signatures = {one.signature: "issue 12" for one in first.findings}
    assert signatures
    again = Subject(
        machine=Torn, commands=machines.commands, queries=machines.queries, known=signatures
    )
    assert set(found(again, schedules=20, max_examples=12).values()) == {"known"}


class Torn(machines.Counter):
    """Answer with parts of several states; a switch after any line of lookup shows it."""

    def lookup(self, query: object) -> object:
        one = self.total
        two = self.total
        three = self.total
        return one, two, three


def test_queries_that_are_known_to_write_do_not_end_a_plan() -> None:
    report = check_subject(writing, Options(seed=1, max_examples=24, schedules=8))
    assert [str(one.breach.severity) for one in report.findings] == ["known"]
    assert report.verdict is Verdict.HELD, report.reasons


def test_the_first_violation_to_stop_at_is_none_that_is_known() -> None:
    options = Options(seed=1, schedules=2, max_examples=3, stop_on_first=True)
    report = check_subject(writing, options)
    assert [str(one.breach.severity) for one in report.findings] == ["known"]
    assert report.stats.examples == 3


def test_contract_test_passes_with_what_is_known(few_examples: Path) -> None:
    assert outcome(smcheck.contract_test(writing)).wasSuccessful()


@pytest.mark.parametrize(("says", "failing"), [("fixed", ["test_lookups"]), ("still fails", [])])
def test_contract_test_fails_where_an_entry_is_stale(
    few_examples: Path, monkeypatch: pytest.MonkeyPatch, says: str, failing: list[str]
) -> None:
    stored = few_examples / name_for("Tally", "LKP-1", "0123456789ab")
    stored.write_bytes(msgspec.json.encode(WITNESS))
    held = SubjectReport("Tally", "concurrent", verdict=Verdict.HELD)
    monkeypatch.setattr(family, "check_subject", lambda subject, options: held)
    monkeypatch.setattr(replay_module, "replay_in_child", lambda path: Replayed(says))
    result = outcome(smcheck.contract_test(writing))
    assert [test._testMethodName for test, _ in result.failures] == failing
    assert all("its entry in known is stale" in text for _, text in result.failures)


def test_contract_machine_passes_over_what_is_known(few_examples: Path) -> None:
    WritingMachine.TestCase.settings = settings(max_examples=2, database=None, deadline=None)
    assert outcome(WritingMachine.TestCase).wasSuccessful()
