"""Imports go down the layers only, and each layer knows only the libraries that are its own.

Read from the source with ``ast``, so an import inside a function or for types only counts too.
The table below is the one of docs/design.md.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIMIT_LINES = 400

# The longest prefix that fits a module says its rank. Equal rank in another package is sideways.
RANKS = {
    "smcheck.contract": 10,
    "smcheck.errors": 10,
    "smcheck.exploration": 10,
    "smcheck.finding": 10,
    "smcheck.history": 10,
    "smcheck.plan": 10,
    "smcheck.scenario": 10,
    "smcheck.schedule": 10,
    "smcheck.subject": 10,
    "smcheck.target": 10,
    "smcheck.values": 10,
    "smcheck._brief": 10,
    "smcheck._canonical": 10,
    "smcheck._faults": 10,
    "smcheck._plain": 10,
    "smcheck._reading": 10,
    "smcheck._types": 10,
    "smcheck._version": 10,
    "smcheck._witness_names": 10,
    "smcheck.schedulers": 20,
    "smcheck.checkers": 20,
    "smcheck.runtime": 30,
    "smcheck.host": 31,
    "smcheck.circumstances": 32,
    "smcheck.engine": 40,
    "smcheck_strategies": 45,
    "smcheck.adapters": 50,
    "smcheck.campaign": 50,
    "smcheck.cli": 50,
    "smcheck.pytest_plugin": 50,
    "smcheck.report": 50,
    "smcheck.strategies": 50,
    "smcheck.testing": 50,
    "smcheck.__main__": 50,
    "smcheck": 50,
}
MAY_LOOK_SIDEWAYS = {10, 50}

LIBRARIES = {
    "smcheck.circumstances": {"msgspec", "trio"},
    "smcheck.engine": {"msgspec", "trio"},
    "smcheck_strategies": {"hypothesis"},
    "smcheck.testing": {"hypothesis", "msgspec", "pytest", "trio"},
    "smcheck.pytest_plugin": {"_pytest", "msgspec", "pytest", "xdist"},
    "smcheck.campaign": {"distributed", "hypothesis", "msgspec", "redis", "rich", "trio"},
    "smcheck.cli": {"click", "msgspec", "rich", "trio"},
    "smcheck.report": {"click", "jinja2", "markupsafe", "msgspec", "rich"},
    "smcheck.adapters": {"hypothesis", "pysyncobj"},
}


def modules() -> dict[str, Path]:
    """Return the source files of both packages by dotted name."""
    found = {}
    for base in (ROOT, ROOT / "strategies"):
        for package in base.glob("smcheck*"):
            for path in sorted(package.rglob("*.py")):
                parts = path.relative_to(base).with_suffix("").parts
                found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports(source: str) -> Iterator[str]:
    """Yield the dotted name of whatever a module imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            assert node.module is not None
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def place(name: str) -> str | None:
    """Return the row of the table that a dotted name falls under."""
    parts = name.split(".")
    prefixes = (".".join(parts[:stop]) for stop in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in RANKS), None)


def refusal(importer: str, imported: str) -> str | None:
    """Return why a module may not import another, or None."""
    here, there = place(importer), place(imported)
    library = imported.partition(".")[0]
    if here is None:
        return "has no row in the table of layers"
    if there is None:
        allowed = library in sys.stdlib_module_names or library in LIBRARIES.get(here, set())
        return None if allowed else f"may not know {library}"
    if here == there:
        return None
    if here == "smcheck_strategies":
        # They stand beside the tower: of it they see the words and the front door.
        down = there == "smcheck" or RANKS[there] == 10
    elif RANKS[here] == RANKS[there]:
        down = RANKS[here] in MAY_LOOK_SIDEWAYS
    else:
        down = RANKS[there] < RANKS[here]
    return None if down else f"may not import {imported}: that is up or sideways"


MODULES = modules()


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_down(name: str) -> None:
    source = MODULES[name].read_text("utf-8")
    refused = [f"{name} {why}" for other in imports(source) if (why := refusal(name, other))]
    assert refused == []


@pytest.mark.parametrize("name", MODULES)
def test_files_are_short(name: str) -> None:
    lines = len(MODULES[name].read_text("utf-8").splitlines())
    assert lines <= LIMIT_LINES


@pytest.mark.parametrize("name", MODULES)
def test_files_say_what_they_are_for(name: str) -> None:
    source = MODULES[name].read_text("utf-8")
    assert ast.get_docstring(ast.parse(source)) or not source.strip()


@pytest.mark.parametrize(
    "importer, imported",
    [
        ("smcheck.plan", "smcheck.engine"),
        ("smcheck.checkers.reads", "smcheck.schedulers.pct"),
        ("smcheck.runtime.executor", "smcheck.host"),
        ("smcheck.host", "smcheck.circumstances"),
        ("smcheck.engine", "smcheck_strategies"),
        ("smcheck.engine", "smcheck.Subject"),
        ("smcheck_strategies.kv", "smcheck.engine"),
        ("smcheck.subject", "msgspec"),
        ("smcheck.checkers.reads", "msgspec"),
        ("smcheck.engine", "hypothesis.strategies"),
        ("smcheck.cli", "hypothesis"),
        ("smcheck.host", "pytest"),
        ("smcheck.invented", "requests"),
    ],
)
def test_refuses_an_import_that_goes_up(importer: str, imported: str) -> None:
    assert refusal(importer, imported)


@pytest.mark.parametrize(
    "importer, imported",
    [
        ("smcheck.subject", "smcheck.contract.clauses"),
        ("smcheck.host", "smcheck.runtime.Executor"),
        ("smcheck.circumstances.pool", "trio"),
        ("smcheck.cli.check", "smcheck.testing"),
        ("smcheck_strategies", "smcheck"),
        ("smcheck.testing", "hypothesis.stateful"),
    ],
)
def test_admits_an_import_that_goes_down(importer: str, imported: str) -> None:
    assert refusal(importer, imported) is None
