"""The workflows under ``examples/ci`` are sound, and call smcheck in ways that there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from smcheck.cli.app import app

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / "examples" / "ci").rglob("*.yml"))


def strings(value: Any) -> Iterator[str]:
    """Yield every text of a document."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from strings(one)


def scripts(value: Any) -> Iterator[str]:
    """Yield every text of a document that a shell is given."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield from strings(one) if key in ("run", "script") else scripts(one)
    elif isinstance(value, list):
        for one in value:
            yield from scripts(one)


def commands(document: Any) -> list[list[str]]:
    """Return the arguments of each call of smcheck, with what CI fills in filled in."""
    lines = [line for text in scripts(document) for line in text.splitlines()]
    calls = [line for line in lines if line.startswith("smcheck ")]
    filled = [re.sub(r"\$\{\{.*?\}\}", "1", line).replace("$SUBJECTS", "a.py:a") for line in calls]
    return [shlex.split(line)[1:] for line in filled]


def loaded(path: Path) -> Any:
    """Return the document of a workflow."""
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_calls_smcheck_as_it_can_be_called(path: Path) -> None:
    calls = commands(loaded(path))
    assert calls
    for name, *arguments in calls:
        command = app.get_command(click.Context(app), name)
        assert command is not None
        command.make_context(name, arguments)  # raises where an option is not there


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflow_keeps_the_store_and_the_report(path: Path) -> None:
    texts = list(strings(loaded(path)))
    assert any(text.startswith(".smcheck/store") for text in texts)
    assert any("smcheck-report" in text for text in texts)
    assert path.read_text("utf-8").count("cache") >= 1


def test_workflows_are_there_for_github_and_gitlab() -> None:
    names = {str(path.relative_to(ROOT / "examples" / "ci")) for path in WORKFLOWS}
    assert names == {
        "github/smcheck-nightly.yml", "github/smcheck-pr.yml", "github/smcheck-shards.yml",
        "gitlab/smcheck.gitlab-ci.yml",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path", [path for path in WORKFLOWS if path.parent.name == "github"], ids=lambda path: path.name
)
def test_workflow_of_github_has_what_github_wants(path: Path) -> None:
    document = loaded(path)
    # YAML 1.1 reads the key `on` as true.
    assert {"name", True, "jobs", "permissions"} <= document.keys()
    for job in document["jobs"].values():
        assert {"runs-on", "steps"} <= job.keys()
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
