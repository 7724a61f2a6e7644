"""Every example runs and comes out as its lesson says."""

from __future__ import annotations

import ast
import linecache
import subprocess
import sys
from pathlib import Path

import pytest

import smcheck
from smcheck import Finding, Report, Severity, Verdict
from smcheck.target import resolve

pytestmark = pytest.mark.dear

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples"
BATTERIES = [
    "repl_counter",
    "repl_list",
    "repl_dict",
    "repl_set",
    "repl_queue",
    "repl_priority_queue",
    "repl_lock_manager",
]

DRAGONBOAT = {
    "concurrent_kv.py:text_keys": set(),
    "concurrent_kv.py:any_keys": {"SAV-4"},
    "concurrent_update.py:subject": {"UPD-7", "BAT-1", "BAT-6", "HSH-3"},
    "concurrent_snapshot.py:subject": {"SAV-3", "SAV-10"},
    "fake_disk.py:subject": {"UPD-7", "REC-5", "DSK-6", "DSK-11"},
    "sim_disk.py:subject": {"UPD-7", "DSK-6", "DSK-11"},
}
"""What each of Dragonboat's seed machines breaks, HSH-3 as a hazard."""


def check(target: str, *, max_examples: int) -> Report:
    """Check by count: the limit of time is far away, so that a busy computer changes nothing."""
    subject = resolve(f"examples/{target}", folder=ROOT)
    return smcheck.check(subject, seed=1, max_examples=max_examples, seconds=120)


def blame(finding: Finding) -> tuple[str, str, str]:
    """Return clause, file and source text of what a finding names."""
    place = finding.location
    text = linecache.getline(place.file, place.line).strip()
    return finding.breach.clause, Path(place.file).name, text


def violations(report: Report) -> set[tuple[str, str, str]]:
    return {blame(one) for one in report.findings if one.breach.severity is Severity.VIOLATION}


def test_quickstart_inventory_shows_both_defects_and_their_lines() -> None:
    report = check("quickstart.py:inventory", max_examples=40)
    assert report.verdict is Verdict.VIOLATED
    assert violations(report) == {
        ("UPD-4", "quickstart.py", "self._recent.append(entry)"),
        ("SAV-1", "quickstart.py", "return self._stock"),
    }


def test_quickstart_marks_each_defect_by_its_clause() -> None:
    source = (EXAMPLES / "quickstart.py").read_text("utf-8")
    marked = [line.strip() for line in source.splitlines() if "# defect:" in line]
    assert [line[-6:-1] for line in marked] == ["UPD-4", "SAV-1"]


def test_quickstart_inventory_fixed_holds() -> None:
    report = check("quickstart.py:inventory_fixed", max_examples=40)
    assert (report.verdict, report.findings) == (Verdict.HELD, [])


def test_quickstart_needs_smcheck_only() -> None:
    tree = ast.parse((EXAMPLES / "quickstart.py").read_text("utf-8"))
    modules = [
        alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names
    ]
    modules += [str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in modules} == {
        "collections",
        "hypothesis",
        "json",
        "smcheck",
    }


def test_raft_fsm_shows_the_three_defects_and_their_lines() -> None:
    report = check("raft_fsm.py:sessions", max_examples=25)
    assert violations(report) == {
        ("UPD-8", "raft_fsm.py", "return self._sessions.pop(user)"),
        ("SAV-1", "raft_fsm.py", "return Image(dict(self._sessions))"),
        ("REC-1", "raft_fsm.py", "self._sessions[user] = tokens"),
    }


def test_abci_shows_the_three_defects_and_their_lines() -> None:
    report = check("abci.py:payments", max_examples=25)
    line = "return hashlib.sha256(repr(set(self.balances.items())).encode()).digest()"
    late = 'return {"value": str(self.balances.get(path, 0)).encode()}'
    assert violations(report) == {
        ("HSH-1", "abci.py", line),
        ("LKP-1", "abci.py", "self.balances[payer] = left"),
        ("RDC-3", "abci.py", late),
    }


@pytest.mark.parametrize("target", ["raft_fsm.py:sessions_mended", "abci.py:payments_mended"])
def test_mended_example_holds(target: str) -> None:
    report = check(target, max_examples=25)
    assert (report.verdict, report.findings, report.subjects[0].reasons) == (Verdict.HELD, [], [])


@pytest.mark.parametrize("file", ["raft_fsm.py", "abci.py"])
def test_example_marks_each_defect_by_its_clause(file: str) -> None:
    source = (EXAMPLES / file).read_text("utf-8")
    marked = [line.strip()[-6:-1] for line in source.splitlines() if "# defect:" in line]
    assert (
        marked
        == {
            "raft_fsm.py": ["UPD-8", "SAV-1", "REC-1"],
            "abci.py": ["LKP-1", "RDC-3", "HSH-1"],
        }[file]
    )


@pytest.mark.parametrize("name", BATTERIES)
def test_batteries_have_a_subject_each(name: str) -> None:
    subject = resolve(f"examples/pysyncobj_batteries.py:{name}", folder=ROOT)
    assert callable(subject.machine().update)


def test_repl_set_pop_depends_on_the_hash_seed() -> None:
    report = check("pysyncobj_batteries.py:repl_set", max_examples=40)
    assert report.verdict is Verdict.VIOLATED
    assert violations(report) & {
        ("UPD-1", "batteries.py", "return self.__data.pop()"),
        ("UPD-2", "batteries.py", "return self.__data.pop()"),
    }


def test_pysyncobj_stuck_prints_what_the_docs_show() -> None:
    done = subprocess.run(
        [sys.executable, EXAMPLES / "pysyncobj_stuck.py"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert f"\n```text\n{done.stdout}```\n" in (ROOT / "docs" / "pysyncobj.md").read_text("utf-8")


@pytest.mark.parametrize("target", DRAGONBOAT)
def test_seed_machine_of_dragonboat_breaks_what_the_docs_say(target: str) -> None:
    report = check(f"dragonboat/{target}", max_examples=40)
    found = {finding.breach.clause for finding in report.findings}
    # Whether a lookup came between two entries of a batch, or inside one, is one defect here.
    assert {"BAT-6" if clause == "RDC-3" else clause for clause in found} == DRAGONBOAT[target]


def test_dragonboat_page_has_a_row_for_each_breach() -> None:
    text = (ROOT / "docs" / "dragonboat.md").read_text("utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.startswith("| ")]
    found = [row[2].removesuffix(" (hazard)") for row in rows if row[2] != "found"]
    told = [
        clause for clauses in DRAGONBOAT.values() for clause in sorted(clauses) or ["none, held"]
    ]
    assert sorted(found) == sorted(told)
