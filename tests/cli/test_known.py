"""Known findings: which entries are stale, what is only noted, and what costs nothing."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smcheck._witness_names import name_for
from smcheck.cli import replay as replay_module
from smcheck.cli.death import explain
from smcheck.cli.known import look_after_known
from smcheck.cli.messages import Replayed, Resolved
from smcheck.cli.supervisor import Ending
from smcheck.errors import InternalError, UsageError
from smcheck.finding import Breach, Finding, Location, Severity, SubjectReport, Verdict
from tests.cli.conftest import MACHINE
from tests.engine.test_witness import SOUND

Run = Callable[..., "subprocess.CompletedProcess[str]"]

LOOKUP = Location("/m.py", 7, "M.lookup")
UPDATE = Location("/m.py", 3, "M.update")


@pytest.fixture(autouse=True)
def in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work where the witnesses are."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def replays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let witnesses say by their text what a replay gives; return which were replayed."""
    asked: list[str] = []

    def replay(path: Path) -> Replayed:
        asked.append(path.name)
        says = json.loads(path.read_text())["versions"]["says"]
        if says == "usage":
            raise UsageError("target 'm.py:m': expected a file, got none")
        if says == "internal":
            raise InternalError("Traceback\nKeyError: 3\n")
        if says == "fixed":
            return Replayed(says)
        status = "fixed" if says == "fixed elsewhere" else says
        return Replayed(status, found() if says == "still fails" else None, "a reason")

    monkeypatch.setattr(replay_module, "replay_in_child", replay)
    return asked


def found(clause: str = "LKP-1", signature: str = "aaaaaaaaaaaa") -> Finding:
    breach = Breach(clause, "lookups", "a lookup writes", "expected a, got b", method="lookup")
    return Finding(breach, LOOKUP, signature=signature)


def stored(says: str, clause: str = "LKP-1", signature: str = "aaaaaaaaaaaa", **more: Any) -> Path:
    """Write a witness that a replay says this of."""
    breach = SOUND["breach"] | {"clause": clause, "method": "lookup", "signature": signature}
    file = Path(name_for("M", clause, signature))
    changes = {"breach": breach, "versions": {"says": says}, "folder": str(Path.cwd())} | more
    file.write_bytes(msgspec.json.encode(SOUND | changes))
    return file


def look_after(
    known: dict[str, str], *findings: Finding, only: Sequence[str] = ()
) -> SubjectReport:
    methods = {"update": UPDATE, "lookup": LOOKUP}
    resolved = Resolved("m.py:m", "M", "regular", methods, known=known)
    report = SubjectReport("M", "regular", verdict=Verdict.HELD)
    report.findings += [one.weighed(known) for one in findings]
    look_after_known(report, resolved, Path(), only=only)
    return report


@pytest.mark.parametrize("key", ["LKP-1", "aaaaaaaaaaaa"])
def test_an_entry_whose_witness_is_fixed_is_stale(replays: list[str], key: str) -> None:
    file = stored("fixed")
    report = look_after({key: "issue 12"})
    [finding] = report.findings
    assert (report.verdict, finding.breach.severity) == (Verdict.VIOLATED, Severity.VIOLATION)
    assert (finding.breach.clause, finding.location) == ("LKP-1", LOOKUP)
    assert (finding.witness, finding.replay) == (str(file), f"smcheck replay {file}")
    assert finding.breach.message == (
        f"expected what known['{key}'] (issue 12) speaks of to fail still, but {file} no longer "
        "fails: remove the entry from known= of M and delete the witness; as long as it is there, "
        "the next defect under it passes as known"
    )


def test_an_entry_whose_witness_still_fails_is_told_as_known(replays: list[str]) -> None:
    file = stored("still fails")
    report = look_after({"LKP-1": "issue 12"})
    [finding] = report.findings
    assert (report.verdict, finding.breach.severity) == (Verdict.HELD, Severity.KNOWN)
    assert finding.breach.evidence == (("known", "issue 12"),)
    assert (finding.witness, finding.signature) == (str(file), "aaaaaaaaaaaa")
    assert report.clauses["LKP-1"].verdict == "violated"


@pytest.mark.parametrize(
    ("says", "note"),
    [
        ("fails differently", "fails differently: another finding; `smcheck replay` tells more"),
        ("cannot be replayed", "cannot be replayed: a reason; `smcheck replay` tells more"),
        ("usage", "not replayed: target 'm.py:m': expected a file, got none"),
        ("internal", "not replayed, smcheck itself failed: KeyError: 3"),
    ],
)
def test_an_entry_whose_witness_tells_nothing_is_only_noted(
    replays: list[str], says: str, note: str
) -> None:
    stored(says)
    report = look_after({"LKP-1": "issue 12"})
    assert (report.verdict, report.findings) == (Verdict.HELD, [])
    [reason] = report.reasons
    assert reason.startswith("known LKP-1: ")
    assert reason.endswith(note)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"schema": "other/1"}'])
def test_a_broken_witness_is_noted(replays: list[str], text: str) -> None:
    stored("fixed").write_text(text)
    report = look_after({"LKP-1": "issue 12"})
    assert (report.verdict, replays) == (Verdict.HELD, [])
    assert "known LKP-1: not replayed: expected a witness" in report.reasons[0]


@pytest.mark.parametrize(
    ("target", "is_replayed"),
    [
        ("m.py:m", True),
        ("{here}/m.py:m", True),
        ("m:m", True),
        ("elsewhere/m.py:m", True),
        ("there/m.py:m", False),
        ("m.py:other", False),
        ("n.py:m", False),
    ],
)
def test_a_witness_of_another_subject_is_noted(
    replays: list[str], tmp_path: Path, target: str, is_replayed: bool
) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / "m.py").touch()
    stored("still fails", target=target.format(here=tmp_path))
    report = look_after({"LKP-1": "issue 12"})
    assert bool(replays) == is_replayed
    assert bool(report.reasons) != is_replayed
    assert is_replayed or "is of another subject" in report.reasons[0]


def test_an_entry_that_the_search_met_is_not_stale(replays: list[str]) -> None:
    stored("fixed")
    report = look_after({"LKP-1": "issue 12"}, found(signature="bbbbbbbbbbbb"))
    assert (report.verdict, replays) == (Verdict.HELD, [])


def test_an_entry_is_not_stale_while_another_witness_of_it_fails(replays: list[str]) -> None:
    gone = stored("fixed")
    stays = stored("still fails", signature="bbbbbbbbbbbb")
    report = look_after({"LKP-1": "issue 12"})
    assert [one.breach.severity for one in report.findings] == [Severity.KNOWN]
    assert report.reasons == [
        f"known LKP-1: {gone} no longer fails, {stays} does: delete the first"
    ]


def test_an_entry_is_not_stale_where_fixed_is_not_sure(replays: list[str]) -> None:
    path = stored("fixed elsewhere")
    report = look_after({"LKP-1": "issue 12"})
    assert report.findings == []
    assert report.reasons == [f"known LKP-1: {path} no longer fails, which is not sure: a reason"]


def test_a_stale_entry_names_every_witness(replays: list[str]) -> None:
    one, other = stored("fixed"), stored("fixed", signature="bbbbbbbbbbbb")
    [finding] = look_after({"LKP-1": "issue 12"}).findings
    assert f"{one} and {other} no longer fail" in finding.breach.message


def test_entries_without_a_witness_cost_no_replay(replays: list[str]) -> None:
    stored("fixed", clause="LKP-3")
    stored("fixed", clause="UPD-4")
    report = look_after({"LKP-1": "issue 12", "LKP-3": "issue 13"}, only=["LKP-1"])
    assert (report.findings, report.reasons, replays) == ([], [], [])


def test_a_subject_without_known_findings_reads_no_folder() -> None:
    report = SubjectReport("M", "regular")
    look_after_known(report, Resolved("m.py:m", "M", "regular"), Path("\0"))
    assert report.reasons == []


def test_a_death_is_known_by_its_signature() -> None:
    ending = Ending(returncode=3, operation="update")
    methods = {"update": UPDATE}
    new = explain(ending, Resolved("m.py:m", "M", "regular", methods)).finding
    assert new is not None
    known = {new.signature: "issue 12"}
    again = explain(ending, Resolved("m.py:m", "M", "regular", methods, known=known)).finding
    assert again is not None
    assert (new.breach.severity, again.breach.severity) == (Severity.VIOLATION, Severity.KNOWN)
    assert again.breach.evidence[-1] == ("known", "issue 12")


FORGETS = """
class Forgetful(Calm):
    def save_snapshot(self, context, writer, files, stopped):
        super().save_snapshot(0, writer, files, stopped)

forgetful = subject(Forgetful, known={"SAV-4": "issue 12"})
"""


@pytest.mark.dear
def test_a_known_finding_passes_until_it_is_fixed(smcheck_real: Run, tmp_path: Path) -> None:
    machine = tmp_path / "machine.py"
    machine.write_text(MACHINE + FORGETS)
    arguments = ("check", "machine.py:forgetful", "--seed", "1", "--max-examples", "40")
    known = smcheck_real(*arguments, "-x", "--strict", "--json", "report.json")
    assert known.returncode == 0, known.stdout
    [subject] = json.loads((tmp_path / "report.json").read_text())["subjects"]
    [finding] = subject["findings"]
    assert (subject["verdict"], subject["stats"]["examples"]) == ("held", 40)
    assert (finding["severity"], finding["evidence"]["known"]) == ("known", "issue 12")
    assert "   known: issue 12\n" in known.stdout
    machine.write_text(MACHINE + FORGETS.replace("save_snapshot(0,", "save_snapshot(context,"))
    stale = smcheck_real(*arguments)
    assert stale.returncode == 1
    assert "SAV-4 violation  a known finding is fixed: its entry in known is stale" in stale.stdout
    (tmp_path / finding["witness"]).unlink()
    assert smcheck_real(*arguments).returncode == 0
