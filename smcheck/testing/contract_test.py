"""Make a test class out of a subject: one method per family, one search for all of them.

The search runs once per process when the first method runs; each method then reports what was
found of its own family, so that selecting, expecting and repeating work on each.
"""

from __future__ import annotations

import sys
import unittest
from collections.abc import Callable, Collection
from typing import Any, overload

from smcheck.contract.families import families_of
from smcheck.errors import UsageError
from smcheck.finding import SubjectReport
from smcheck.subject import Subject
from smcheck.testing.contract_machine import ContractMachine
from smcheck.testing.family import judge, search
from smcheck.testing.from_fixtures import class_from_fixtures
from smcheck.testing.likely import likely_kind, likely_profile
from smcheck.testing.method import Place, method

__unittest = True


@overload
def contract_test(
    subject: Subject, *, machine: type[ContractMachine] | None = None
) -> type[unittest.TestCase]: ...
@overload
def contract_test(
    subject: Callable[..., Subject],
    *,
    machine: type[ContractMachine] | None = None,
    kind: str | None = None,
    without: Collection[str] = frozenset(),
) -> type[Any]: ...
def contract_test(
    subject: Subject | Callable[..., Subject],
    *,
    machine: type[ContractMachine] | None = None,
    kind: str | None = None,
    without: Collection[str] = frozenset(),
) -> type[Any]:
    """Return a class that pytest and unittest collect, with a test method per family.

    Args:
        subject: What to hold to the contract; or a function that returns it and takes pytest
            fixtures by their names, and then the class is for pytest only.
        machine: A ``ContractMachine`` with further rules and invariants to draw with.
        kind: Of the machines of the subject that a function returns. Without it there is a test
            of every family, and those that the subject cannot have are skipped.
        without: Capabilities that these machines do not have, as in ``Subject.without``.

    Raises:
        UsageError: ``subject`` is neither, or ``kind`` and ``without`` are not what they must be.
    """
    frame = sys._getframe(1)
    place = Place(
        frame.f_code.co_filename, frame.f_lineno, frame.f_globals.get("__name__", "__main__")
    )
    if not isinstance(subject, Subject):
        return class_from_fixtures(subject, machine, place, kind=kind, without=without)
    if kind is not None or without:
        raise UsageError(
            f"contract_test: expected kind= and without= with a function only, got them with "
            f"the subject {subject.name!r}: give them to smcheck.Subject"
        )
    body: dict[str, Any] = {
        "__doc__": f"Hold {subject.name} to the contract.",
        "__module__": place.module,
        "subject": subject,
        "_smcheck_machine": machine,
    }
    lacks = frozenset(subject.without) | likely_profile(subject).lacks
    for family in families_of(likely_kind(subject), lacks):
        body[f"test_{family}"] = method(_judge, family, place)
    return type(f"Test{subject.name}", (_ContractTest,), body)


class _ContractTest(unittest.TestCase):
    """What all contract tests share."""

    subject: Subject
    _smcheck_machine: type[ContractMachine] | None
    _smcheck_report: SubjectReport

    @classmethod
    def _report(cls) -> SubjectReport:
        """Return the report of the one search, running it the first time.

        A subclass searches by itself: it may have other fixtures around it.
        """
        if "_smcheck_report" not in cls.__dict__:
            cls._smcheck_report = search(cls.subject, cls._smcheck_machine)
        return cls._smcheck_report


def _judge(self: _ContractTest, family: str) -> None:
    __tracebackhide__ = True  # pytest and its debugger show the user's line instead
    judge(self._report(), family)
