"""The specimens are what they say: they import, run alone, and name lines that they have."""

from __future__ import annotations

import itertools
import tempfile
import weakref
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smcheck import Entry, Result, Subject
from smcheck.contract.clauses import CLAUSES
from smcheck.contract.profiles import PROFILES, Kind, kind_of
from smcheck.host.streams import Stopped
from tests.specimens import BUGGY, FIXED, blamable_lines, lines_of, load

EVERY = [pytest.param(path, id=f"{path.parent.name}/{name}") for name, path in BUGGY + FIXED]
_NUMBERS = itertools.count(1_000)
REQUIRED = {"torn_line", "stale_cache", "live_dict", "lock_order", "set_order"}


def _machine(subject: Subject) -> Any:
    """Return a machine that is open; its folder, if it wants one, is removed when it is gone."""
    folder = tempfile.TemporaryDirectory()
    # Some keep a register of what is open: other tests of the process may have left a replica 1.
    number = next(_NUMBERS)
    values = {"shard_id": number, "replica_id": number, "directory": Path(folder.name)}
    machine = subject.machine(**{name: values[name] for name in subject.factory_arguments()})
    weakref.finalize(machine, folder.cleanup)
    if kind_of(machine) is Kind.ON_DISK:
        machine.open(Stopped())
    return machine


def _ask(thing: Any, query: object) -> object:
    try:
        return thing(query)
    except KeyError as error:
        return type(error)


def test_specimens_are_as_many_as_promised() -> None:
    assert len(BUGGY) >= 24
    assert len(FIXED) >= 12
    assert {name for name, _ in BUGGY} >= REQUIRED
    kinds = {kind_of(load(path).subject.machine).value for _, path in BUGGY}
    assert kinds == {"regular", "concurrent", "on-disk"}


@pytest.mark.parametrize("path", EVERY)
def test_specimen_has_the_methods_of_its_kind(path: Path) -> None:
    machine = _machine(load(path).subject)
    assert type(machine).__module__ == f"{path.parent.name}_{path.stem}"
    for method in PROFILES["dragonboat"][kind_of(machine)].methods:
        assert callable(getattr(machine, method))
    machine.close()


@pytest.mark.parametrize("path", EVERY)
def test_specimen_says_in_one_line_what_it_is(path: Path) -> None:
    assert len((load(path).__doc__ or "").splitlines()) == 1
    assert len(path.read_text().splitlines()) <= 150


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in BUGGY])
def test_buggy_specimen_says_what_is_to_be_found(path: Path) -> None:
    expect = load(path).EXPECT
    assert set(expect) <= {"clauses", "line_of", "or_line_of", "also", "after", "severity"}
    assert expect.get("severity", "violation") in {"violation", "hazard"}
    assert expect["clauses"]
    assert expect["clauses"] | expect.get("also", set()) <= CLAUSES.keys()
    said = load(path).__doc__ or ""
    assert any(clause in said for clause in expect["clauses"])
    for text in (expect["line_of"], *expect.get("or_line_of", ())):
        assert len(lines_of(path, text)) == 1, text
    assert blamable_lines(path)


@pytest.mark.parametrize("path", [pytest.param(path, id=name) for name, path in FIXED])
def test_fixed_specimen_agrees_with_its_model_when_alone(path: Path) -> None:
    subject = load(path).subject

    @settings(
        max_examples=30, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    @given(st.lists(subject.commands, max_size=12), st.lists(subject.queries, max_size=4))
    def agree(log: list[bytes], queries: list[object]) -> None:
        machine = _machine(subject)
        model = subject.model() if subject.model is not None else None
        for number, command in enumerate(log, 1):
            entry = Entry(3 * number, command)
            if kind_of(machine) is Kind.REGULAR:
                entry.result = machine.update(entry)
            else:
                assert list(machine.update([entry])) == [entry]
            assert isinstance(entry.result, Result)
            expected = model.apply(command) if model is not None else None
            assert expected in (None, entry.result)
            if model is None:
                continue
            for query in queries:
                assert _ask(machine.lookup, query) == _ask(model.query, query)
        machine.close()

    agree()
