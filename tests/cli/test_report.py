"""``smcheck report``: what it writes, what it prints, what it refuses."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from smcheck.cli.report import report
from smcheck.errors import UsageError
from tests.campaign.store import made


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Return a store of one finding."""
    return made.filled(tmp_path / "store", made.A, made.sighting())


def call(*arguments: object) -> Result:
    """Run the command as the group does."""
    return CliRunner().invoke(
        report, [str(one) for one in arguments], standalone_mode=False, catch_exceptions=False
    )


def test_report_prints_a_table(store: Path) -> None:
    printed = call(store).output
    assert printed.splitlines()[0] == "1 finding in 1 run: 1 new"
    assert "new       UPD-1 violation  stock: lost an update" in printed
    assert f"smcheck replay {store}/witnesses/" in printed


def test_report_writes_each_form(store: Path, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("site", "a.xml", "a.sarif", "a.jsonl")]
    options = zip(("--html", "--junit", "--sarif", "--jsonl"), files, strict=True)
    printed = call(store, *(part for pair in options for part in pair)).output
    site, xml, sarif, lines = files
    assert printed.splitlines() == [
        f"written: {site}/index.html", f"written: {xml}", f"written: {sarif}", f"written: {lines}",
    ]  # fmt: skip
    name = made.signature("one")
    assert (site / f"finding-{name}.html").is_file()
    assert ET.parse(xml).getroot().get("failures") == "1"
    assert json.loads(sarif.read_bytes())["runs"][0]["results"][0]["ruleId"] == "UPD-1"
    assert [json.loads(line)["schema"] for line in lines.read_text().splitlines()] == [
        "smcheck/finding/1", "smcheck/run/1",
    ]  # fmt: skip


def test_report_refuses_what_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        call(tmp_path / "none")


@pytest.mark.parametrize("option", ["--junit", "--sarif", "--jsonl"])
def test_report_tries_files_before_it_reads(tmp_path: Path, option: str) -> None:
    with pytest.raises(UsageError, match=f"{option}: expected a file that can be written"):
        call(tmp_path / "none", option, tmp_path)


def test_report_refuses_a_folder_of_somebody_else(store: Path, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(UsageError, match="--html: expected a folder of its own"):
        call(store, "--html", tmp_path)


def test_report_on_github_gives_the_runner_no_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    folder = made.filled(tmp_path / "store", made.A, made.sighting(subject="##[error]x"))
    assert "## [error]x" in call(folder).output
