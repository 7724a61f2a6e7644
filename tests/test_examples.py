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
