"""Make a test class out of a function that makes the subject from pytest fixtures.

A plain class, not a ``unittest.TestCase``, for only methods of plain classes get fixtures and
parameters from pytest. Where another runner imports the file, it gets a class that says so.
"""

from __future__ import annotations

import inspect
import os
import sys
import unittest
from collections.abc import Callable, Collection
from typing import Any

from smcheck.contract.families import FAMILIES, families_of
from smcheck.contract.profiles import Kind
from smcheck.errors import UsageError
from smcheck.finding import SubjectReport
from smcheck.subject import CAPABILITIES, Subject
from smcheck.testing.contract_machine import ContractMachine
from smcheck.testing.family import judge, search
from smcheck.testing.likely import likely_kind, likely_profile
from smcheck.testing.method import Place, method

__unittest = True

_POSITIONAL = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def class_from_fixtures(
    make: Callable[..., Subject],
    machine: type[ContractMachine] | None,
    place: Place,
    *,
    kind: str | None,
    without: Collection[str],
) -> type[Any]:
    """Return the class that holds what ``make`` returns to the contract; see ``contract_test``.

    Raises:
        UsageError: ``make`` is no function, or no such kind or capability is there.
    """
    _require_function(make)
    _require_known(kind, without)
    families = families_of(kind, without) if kind else tuple(FAMILIES)
    body: dict[str, Any] = {"__module__": place.module}
    if not _is_under_pytest():
        body["__doc__"] = "Say that pytest is needed."
        body |= {f"test_{family}": method(_refuse, family, place) for family in families}
        body["_smcheck_make"] = staticmethod(make)
        return type(f"Test_{make.__name__}", (unittest.TestCase,), body)
    body["__doc__"] = f"Hold what {make.__name__} returns to the contract."
    body["_smcheck_made"] = _Made(make, machine, kind, frozenset(without))
    names = dict.fromkeys(["request", *_fixtures_of(make)])
    body |= {f"test_{family}": method(_judge, family, place, names) for family in families}
    return type(f"Test_{make.__name__}", (), body)


class _Made:
    """The subjects that a function makes, one for each set of parameters, and their reports."""

    def __init__(
        self,
        make: Callable[..., Subject],
        machine: type[ContractMachine] | None,
        kind: str | None,
        without: frozenset[str],
    ) -> None:
        self._make = make
        self._machine = machine
        self._kind = kind
        self._without = without
        self._reports: dict[tuple[type, str], tuple[Subject, SubjectReport]] = {}

    def searched(
        self, test_class: type, parameters: str, fixtures: dict[str, Any]
    ) -> tuple[Subject, SubjectReport]:
        """Return the subject of these parameters and its report, searching it the first time.

        The fixtures are those of the test that came first: one search, one set of them.
        """
        key = (test_class, parameters)
        if key not in self._reports:
            given = {name: fixtures[name] for name in _fixtures_of(self._make)}
            subject = self._require_subject(self._make(**given))
            report = search(subject, self._machine, parameters=parameters)
            self._reports[key] = (subject, report)
        return self._reports[key]

    def _require_subject(self, made: object) -> Subject:
        name = self._make.__name__
        if not isinstance(made, Subject):
            raise UsageError(
                f"{name}: expected a smcheck.Subject to be returned, got {made!r:.60}: "
                "return smcheck.Subject(machine=..., commands=..., queries=...)"
            )
        kind = likely_kind(made)
        if self._kind not in (None, kind):
            raise UsageError(
                f"{name}: expected a machine of kind {self._kind!r}, got one of {str(kind)!r}: "
                "give contract_test the same kind="
            )
        has = sorted(self._without - frozenset(made.without))
        if has:
            raise UsageError(
                f"{name}: expected a subject without {', '.join(has)}, got one that has it: give "
                "smcheck.Subject the same without= as contract_test"
            )
        return made


def _judge(self: Any, family: str, **fixtures: Any) -> None:
    __tracebackhide__ = True  # pytest and its debugger show the user's line instead
    node = fixtures["request"].node
    made: _Made = self._smcheck_made
    # What pytest puts behind the name tells the parameters apart, also those of fixtures.
    subject, report = made.searched(type(self), node.name[len(node.originalname) :], fixtures)
    lacks = frozenset(subject.without) | likely_profile(subject).lacks
    if family not in families_of(likely_kind(subject), lacks):
        raise unittest.SkipTest(
            f"{subject.name} cannot have it: give contract_test kind={str(likely_kind(subject))!r}"
            f"{f' and without={set(subject.without)}' if subject.without else ''}, "
            "and the test is gone"
        )
    judge(report, family)


def _refuse(self: Any, family: str) -> None:
    make = type(self)._smcheck_make
    raise AssertionError(
        f"expected pytest, got another test runner: {make.__name__} takes "
        f"{', '.join(_fixtures_of(make)) or 'nothing'} from pytest's fixtures; "
        "run pytest, or give contract_test a smcheck.Subject"
    )


def _is_under_pytest() -> bool:
    # The variable alone would be inherited by another runner that a test starts.
    return "PYTEST_VERSION" in os.environ and "pytest" in sys.modules


def _fixtures_of(make: Callable[..., Subject]) -> list[str]:
    """Return the parameters that pytest would fill in for a test of this signature."""
    return [
        one.name
        for one in inspect.signature(make).parameters.values()
        if one.kind in _POSITIONAL and one.default is inspect.Parameter.empty
    ]


def _require_function(make: object) -> None:
    # pytest has no public name for what its decorator returns; it was a function once.
    is_fixture = "ixture" in type(make).__name__ or hasattr(make, "_pytestfixturefunction")
    if inspect.isfunction(make) and not is_fixture:
        return
    what = f"the class {make.__name__}" if isinstance(make, type) else f"{make!r:.60}"
    remedy = "wrap the machine in smcheck.Subject(machine=..., commands=..., queries=...)"
    if is_fixture:
        name = str(getattr(make, "__name__", ""))
        name = name if name.isidentifier() else "subject"
        remedy = f"take @pytest.fixture off, or give it as `lambda {name}: {name}`"
    raise UsageError(
        "contract_test: expected a smcheck.Subject, or a function that takes pytest fixtures and "
        f"returns one, got {what}: {remedy}"
    )


def _require_known(kind: str | None, without: Collection[str]) -> None:
    kinds = [str(one) for one in Kind]
    if kind is not None and kind not in kinds:
        raise UsageError(
            f"contract_test: expected kind= one of {', '.join(kinds)}, got {kind!r}: correct it"
        )
    wrong = sorted(set(without) - CAPABILITIES)
    if isinstance(without, str) or wrong:
        raise UsageError(
            f"contract_test: expected without= a set of {', '.join(sorted(CAPABILITIES))}, "
            f"got {without!r:.60}: correct it"
        )
