"""What leaves a run for other programs: junit properties, annotations, pages; also from workers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.pytest_runs import Inner

WORKERS = pytest.mark.parametrize("workers", ["-n0", "-n2"])


@pytest.fixture
def inner(tmp_path: Path) -> Inner:
    """Return a folder with contract tests of a good and a bad machine."""
    return Inner(tmp_path)


@WORKERS
def test_junit_has_clause_signature_and_witness_of_each_failure(inner: Inner, workers: str) -> None:
    inner.run("--junitxml=j.xml", workers, "-k", "Bad")
    xml = (inner.folder / "j.xml").read_text()
    found = re.findall(
        r'<testcase [^>]*name="(\w+)"[^>]*><properties>(.*?)</properties>', xml, re.DOTALL
    )
    properties = {name: re.findall('name="(.*?)" value="(.*?)"', text) for name, text in found}
    assert properties == {
        "test_lookups": [
            ("smcheck_clause", "LKP-1"), ("smcheck_signature", "sig-LKP-1"),
            ("smcheck_witness", "LKP-1.json"),
        ],
        "test_entries_are_not_retained": [
            ("smcheck_clause", "UPD-4"), ("smcheck_signature", "sig-UPD-4"),
            ("smcheck_witness", "UPD-4.json"),
        ],
    }  # fmt: skip


def commands(output: str) -> list[str]:
    """Return the lines that GitHub's runner would take for commands."""
    return sorted(line for line in output.splitlines() if re.match(r"\s*::|.*##\[", line))


LOOKUPS = (
    "::error file=machine.py,line=3,title=LKP-1 LKP-1 is broken::"
    "expected 1, got 100%25%0A::set-output name=a::b"
)
KEPT = "::error file=machine.py,line=5,title=UPD-4 UPD-4 is broken::an entry is kept"
CLOCK = "::warning file=machine.py,line=3,title=ENV-1 ENV-1 is broken::it reads the clock"


@WORKERS
def test_annotations_are_printed_once_and_nothing_else_is_a_command(
    inner: Inner, workers: str
) -> None:
    run = inner.run(workers, GITHUB_ACTIONS="true", GITHUB_WORKSPACE=str(inner.folder))
    assert commands(run.stdout) == [LOOKUPS, KEPT, CLOCK]
    assert ": :set-output name=a::b" in run.stdout


def test_annotations_leave_out_what_is_expected_to_fail(inner: Inner) -> None:
    source = (inner.folder / "test_it.py").read_text()
    mark = "\nimport pytest\npytest.mark.xfail(strict=True)(TestBad.test_lookups)\n"
    inner.write("test_it.py", source + mark)
    assert commands(inner.run(GITHUB_ACTIONS="true").stdout) == [KEPT, CLOCK]


def test_annotations_are_for_github_only(inner: Inner) -> None:
    assert "::error" not in inner.run("-k", "Bad").stdout
    assert "::error" not in inner.run("-k", "Bad", GITHUB_ACTIONS="false").stdout


@WORKERS
def test_summary_is_complete_and_told_once(inner: Inner, workers: str) -> None:
    out = inner.run(workers, "--smcheck-seed=3").stdout
    assert out.count("= smcheck =") == 1
    assert out.count("--smcheck-seed=3 repeats this search") == 1
    assert out.count("good (concurrent): held\n") == 1
    assert out.count("bad (concurrent): violated, 2 violations, 1 hazard\n") == 1


def test_families_of_a_subject_are_one_group_of_xdist(inner: Inner) -> None:
    shows = (
        "\ndef pytest_collection_finish(session):\n"
        "    print('GROUPS', sorted({m.kwargs['name'] for i in session.items"
        " for m in i.iter_markers('xdist_group')}))\n"
    )
    inner.write("conftest.py", (inner.folder / "conftest.py").read_text() + shows)
    run = inner.run("--collect-only", "-q", "-s", "--strict-markers")
    assert "GROUPS ['test_it.TestBad', 'test_it.TestGood']" in run.stdout


def test_families_of_a_subject_stay_in_one_worker_by_scope(inner: Inner) -> None:
    inner.run("-n2", "--dist=loadscope", "--smcheck-seed=1")
    assert sorted(inner.searches()) == ["bad 1 plain", "good 1 plain"]


PAGES = """
import sys
import types

def write_pages(reports, folder):
    folder.mkdir()
    (folder / "index.html").write_text(" ".join(report.name for report in reports))
    return folder / "index.html"

sys.modules["smcheck.report.pages"] = pages = types.ModuleType("smcheck.report.pages")
pages.__spec__ = types.SimpleNamespace()
pages.write_pages = write_pages
"""


@WORKERS
def test_pages_are_written_by_the_controller(inner: Inner, workers: str) -> None:
    inner.write("conftest.py", (inner.folder / "conftest.py").read_text() + PAGES)
    run = inner.run(workers, "--smcheck-html=pages", "-k", "lookups")
    index = inner.folder / "pages" / "index.html"
    assert sorted(index.read_text().split()) == ["bad", "good"]
    assert f"pages: {index}\n" in run.stdout


def test_pages_need_a_folder(inner: Inner) -> None:
    run = inner.run("--smcheck-html=test_it.py")
    assert run.returncode == pytest.ExitCode.USAGE_ERROR
    assert "--smcheck-html: expected a folder" in run.stderr


TWO_DEFECTS = """
import smcheck
from hypothesis import strategies as st
from machine import Machine

class Both(Machine):
    def __init__(self):
        self.kept, self.asked = [], 0
    def update(self, entries):
        self.kept += entries
        return super().update(entries)
    def lookup(self, query):
        self.asked += 1
        return self.asked

both = smcheck.Subject(machine=Both, commands=st.just(b"a"), queries=st.just(1))
TestBoth = smcheck.contract_test(both)
"""
FEW = """
from smcheck.testing import settings
settings.PROFILES["dev"] = settings.Profile(max_examples=4, schedules=1)
"""


@pytest.mark.dear
def test_findings_do_not_depend_on_the_number_of_workers(inner: Inner) -> None:
    inner.write("conftest.py", FEW)
    inner.write("test_it.py", TWO_DEFECTS)
    told = []
    for workers in ("-n0", "-n2", "-n4"):
        out = inner.run(workers, "--smcheck-seed=1", "-p", "no:cacheprovider").stdout
        summary = out[out.index("= smcheck =") : out.index("= short test summary")]
        told.append(sorted(re.findall(r"^   ([A-Z]+-\d+) violation", summary, re.MULTILINE)))
        told[-1] += sorted(path.name for path in inner.folder.glob(".smcheck/witnesses/*.json"))
        shutil.rmtree(inner.folder / ".smcheck")  # else the next run replays what this one found
    assert told[0][:3] == ["LKP-1", "UPD-4", "UPD-7"]
    assert len(told[0]) == 6
    assert told[1] == told[2] == told[0]
