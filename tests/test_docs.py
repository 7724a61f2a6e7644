"""The documents hold: links lead somewhere, commands exist, versions agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from smcheck.cli.app import app
from smcheck.contract.clauses import CLAUSES
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("changes/*.md")])
NAMES = [path.relative_to(ROOT).as_posix() for path in DOCUMENTS]
LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:`|\$ |bin/)smcheck ([a-z]+)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_a_file_and_heading(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    links = [link for link in LINK.findall(text) if not re.match("https?:", link)]
    assert [link for link in links if not leads_somewhere(name, link)] == []


@pytest.mark.parametrize("name", NAMES)
def test_commands_in_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert set(COMMAND.findall(text)) - app.commands.keys() == set()


@pytest.mark.parametrize("name", NAMES)
def test_folders_and_files_in_documents_exist(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    tops = "smcheck|tests|docs|examples|benchmarks|changes|strategies"
    named = re.findall(rf"[`\s]((?:{tops})/[\w/.-]*)", text)
    assert [path for path in named if not (ROOT / path.rstrip(".,:")).exists()] == []


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = [
        line for line in (ROOT / "README.md").read_text("utf-8").splitlines()
        if line.startswith("python3 -m venv ")
    ]  # fmt: skip
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert len(commands) == 2
    assert [command for command in commands if command not in script] == []


def test_contributing_sets_up_like_the_readme() -> None:
    command = "python3 -m venv .venv && .venv/bin/pip install tox && .venv/bin/tox\n"
    assert command in (ROOT / "README.md").read_text("utf-8")
    assert command in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_lowest_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = project["dependency-groups"]
    bounds = {*project["project"]["dependencies"], *groups["test"]}
    pinned = re.findall(r"^ +([\w-]+)==([\d.]+)$", (ROOT / "tox.ini").read_text("utf-8"), re.M)
    assert len(pinned) >= len(project["project"]["dependencies"])
    assert {f"{name}>={version}" for name, version in pinned} - bounds == set()


def test_hooks_use_the_versions_of_the_lint_environment() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert set(re.findall(r"ruff==[\d.]+", hooks)) == set(project["dependency-groups"]["lint"])


def test_first_test_of_the_readme_holds_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    block = text.partition("<!-- first test: begin -->")[2].partition("<!-- first test: end -->")[0]
    file = tmp_path / "test_visits.py"
    file.write_text(block.partition("```python\n")[2].partition("```")[0])
    report = check_subject(specimens.load(file).visits, Options(max_examples=20, seed=1))
    assert [finding.breach.message for finding in report.findings] == []
    assert report.stats.examples == 20


def test_example_of_explore_fails_as_it_stands(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "explore.md").read_text("utf-8")
    block = text.partition("<!-- explore: begin -->")[2].partition("<!-- explore: end -->")[0]
    file = tmp_path / "bank.py"
    file.write_text(block.partition("```python\n")[2].partition("```")[0])
    result = specimens.load(file).result
    assert (result.verdict, len(result.schedule)) == ("violated", 1)
    assert "the invariant does not hold" in result.explanation


def test_contract_page_is_what_the_tables_give() -> None:
    given = specimens.load(ROOT / "benchmarks" / "contract_page.py").page()
    written = (ROOT / "docs" / "contract.md").read_text("utf-8")
    assert written == given, "a clause was changed: run `python benchmarks/contract_page.py`"


def test_contract_page_lists_what_no_machine_can_break() -> None:
    text = (ROOT / "docs" / "contract.md").read_text("utf-8")
    listed = section(text, "What no machine can break")
    assert (
        "- [BAT-4](#bat-4) An empty batch does not come. *Why:* the host never sends one.\n"
    ) in listed
    free = [one.id for one in CLAUSES.values() if not one.is_duty]
    assert re.findall(r"^- \[([A-Z]+-\d+)\]", listed, re.M) == free


def section(text: str, heading: str) -> str:
    """Return what stands under a heading of the second rank."""
    return text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("path", sorted((ROOT / "changes").glob("*.md")), ids=lambda p: p.name)
def test_news_fragments_are_named_by_issue_and_kind(path: Path) -> None:
    form = r"\d+\.(feature|change|fix|removal|doc)(\.\w+)?\.md"
    assert path.name == "README.md" or re.fullmatch(form, path.name)


def leads_somewhere(name: str, link: str) -> bool:
    """Return whether a relative link of a document names a file, and a heading in it."""
    target, _, heading = link.partition("#")
    path = (ROOT / name).parent / target if target else ROOT / name
    if not path.exists() or ROOT not in path.resolve().parents:
        return False
    return not heading or heading in map(anchor, HEADING.findall(path.read_text("utf-8")))


def anchor(heading: str) -> str:
    """Return what a heading is called in a link."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
