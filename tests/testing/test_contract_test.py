"""The class that ``contract_test`` makes, and ``ContractMachine`` by itself."""

from __future__ import annotations

import threading
import unittest
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

import smcheck
from smcheck import ContractMachine, Subject
from smcheck.testing.bench import Broken, rest_standing
from smcheck.testing.settings import Settings, set_current
from tests.testing import machines

pytestmark = pytest.mark.dear

FEW = Settings(seed=1, schedules=6, max_examples=30)


@pytest.fixture(autouse=True)
def few_examples() -> Any:
    """Search a little only."""
    before = set_current(FEW)
    yield
    set_current(before)
    rest_standing()


def outcome(case: type[unittest.TestCase]) -> unittest.TestResult:
    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
    return result


def test_contract_test_has_one_method_per_family() -> None:
    case = smcheck.contract_test(machines.counter)
    assert [name for name in dir(case) if name.startswith("test_")] == [
        "test_close", "test_determinism", "test_entries_are_not_retained", "test_lookups",
        "test_progress", "test_recovery", "test_snapshots", "test_updates",
    ]  # fmt: skip


def test_contract_test_leaves_out_families_the_subject_cannot_have() -> None:
    subject = Subject(
        machine=machines.Counter,
        commands=machines.commands,
        queries=machines.queries,
        without=frozenset({"snapshots"}),
    )
    case = smcheck.contract_test(subject)
    assert not hasattr(case, "test_snapshots")
    assert not hasattr(case, "test_recovery")


def test_contract_test_fails_only_the_family_that_is_broken() -> None:
    result = outcome(smcheck.contract_test(machines.forgetful))
    assert [test._testMethodName for test, _ in result.failures] == ["test_snapshots"]
    assert "SAV-4" in result.failures[0][1]
    assert result.errors == []


class AddingMachine(ContractMachine):
    """Propose by a rule of the user's own."""

    subject = machines.counter

    @rule(number=st.integers(1, 7))
    def add(self, number: int) -> None:
        self.propose(bytes([number]))

    @invariant()
    def total_is_no_text(self) -> None:
        assert isinstance(self.ask("total"), int)


def test_contract_machine_takes_rules_and_invariants() -> None:
    AddingMachine.TestCase.settings = settings(max_examples=10, database=None, deadline=None)
    assert outcome(AddingMachine.TestCase).wasSuccessful()


class ForgetfulMachine(ContractMachine):
    """Draw for a broken machine."""

    subject = machines.forgetful


def test_contract_machine_raises_what_is_broken() -> None:
    ForgetfulMachine.TestCase.settings = settings(max_examples=30, database=None, deadline=None)
    with pytest.raises(Broken, match="SAV-4"):
        ForgetfulMachine.TestCase("runTest").runTest()


def test_one_standing_bench_at_a_time_has_the_standard_library() -> None:
    real = threading.Lock
    for machine in (AddingMachine, ForgetfulMachine, AddingMachine):
        machine.TestCase.settings = settings(max_examples=2, database=None, deadline=None)
        outcome(machine.TestCase)
        assert threading.Lock is not real
        rest_standing()
        assert threading.Lock is real
