"""The examples of clauses: one for each, and each of them short, whole and of its kind."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from types import ModuleType
from typing import Any

import pytest

import smcheck
from smcheck.contract import (
    _batches,
    _durability,
    _overlaps,
    _reads,
    _recovery,
    _snapshots,
    _updates,
)  # fmt: skip
from smcheck.contract.clauses import CLAUSES, Clause
from smcheck.contract.examples import (
    EXAMPLES,
    HELPERS,
    batches,
    durability,
    overlaps,
    reads,
    recovery,
    snapshots,
    updates,
)  # fmt: skip
from smcheck.contract.profiles import Kind
from smcheck.contract.types import ConcurrentStateMachine, OnDiskStateMachine, StateMachine

LIMIT_LINES = 14
LIMIT_COLUMNS = 88

PROTOCOLS: dict[Kind, type[Any]] = {
    Kind.REGULAR: StateMachine,
    Kind.CONCURRENT: ConcurrentStateMachine,
    Kind.ON_DISK: OnDiskStateMachine,
}

KNOWN = {
    *dir(builtins), *dir(smcheck), *sys.stdlib_module_names, *HELPERS,
    "Path", "defaultdict", "logger",
}  # fmt: skip
"""What an example may name without saying where it comes from."""

EVERY = pytest.mark.parametrize("one", CLAUSES.values(), ids=CLAUSES)
EACH = pytest.mark.parametrize(
    ("one", "code"),
    [(one, code) for one in CLAUSES.values() for code in (one.example.broken, one.example.mended)],
    ids=[f"{one}-{which}" for one in CLAUSES for which in ("broken", "mended")],
)


def test_examples_are_of_every_clause_in_order() -> None:
    assert list(EXAMPLES) == list(CLAUSES)


@pytest.mark.parametrize(
    ("clauses", "examples"),
    [
        (_updates, updates), (_batches, batches), (_reads, reads), (_snapshots, snapshots),
        (_recovery, recovery), (_durability, durability), (_overlaps, overlaps),
    ],
)  # fmt: skip
def test_examples_are_filed_like_their_clauses(clauses: ModuleType, examples: ModuleType) -> None:
    assert [one.id for one in clauses.CLAUSES] == list(examples.EXAMPLES)


@EVERY
def test_example_is_broken_in_code_and_not_in_a_comment_only(one: Clause) -> None:
    broken, mended = ast.parse(one.example.broken), ast.parse(one.example.mended)
    assert ast.dump(broken) != ast.dump(mended)


@EVERY
def test_example_says_in_a_comment_what_is_broken(one: Clause) -> None:
    assert "# " in one.example.broken


@EACH
def test_example_is_short_and_narrow(one: Clause, code: str) -> None:
    lines = code.splitlines()
    assert 2 <= len(lines) <= LIMIT_LINES
    assert max(map(len, lines)) <= LIMIT_COLUMNS
    assert not lines[0].startswith(" ")
    assert [line for line in lines if line != line.rstrip()] == []


@EACH
def test_example_has_the_methods_of_a_kind_that_the_clause_is_about(one: Clause, code: str) -> None:
    for method in methods_of(code):
        forms = [form for kind in one.kinds if (form := form_of(kind, method.name))]
        assert not forms or [arg.arg for arg in method.args.args] in forms


@EACH
def test_example_names_nothing_that_is_unknown(one: Clause, code: str) -> None:
    names = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name)]
    bound = {name.id for name in names if isinstance(name.ctx, ast.Store)}
    bound |= {node.arg for node in ast.walk(ast.parse(code)) if isinstance(node, ast.arg)}
    assert {name.id for name in names} - bound - KNOWN == set()


def test_helpers_are_all_in_use() -> None:
    used = {helper for example in EXAMPLES.values() for helper in example.helpers}
    assert used == set(HELPERS)


def methods_of(code: str) -> list[ast.FunctionDef]:
    """Return the functions of an example, those in a class too."""
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]


def form_of(kind: Kind, name: str) -> list[str] | None:
    """Return the parameters of a method as the protocol of a kind has them."""
    method = getattr(PROTOCOLS[kind], name, None) if not name.startswith("_") else None
    return None if method is None else list(inspect.signature(method).parameters)
