"""Refuse a subject that is not what it must be, before the search and while it draws.

What can be seen at once is refused at once. The rest shows when strategies draw, and the line
that is told then is the user's, not Hypothesis's or smcheck's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, Unsatisfiable

import smcheck as smcheck_package
from smcheck._faults import ask_helper, helper_fault
from smcheck.contract.clauses import CLAUSES
from smcheck.errors import UsageError
from smcheck.subject import Subject
from smcheck.values import is_plain

HEALTH_CHECKS = [check for check in HealthCheck if isinstance(check, HealthCheck)]
"""All of them: how a subject draws is its own affair."""


def validate(subject: Subject, only: Iterable[str] = ()) -> None:
    """Refuse what can be seen to be wrong before anything runs.

    Raises:
        UsageError: The subject, or an id in ``only``, is not what it must be.
    """
    if not isinstance(subject, Subject):
        raise UsageError(
            f"expected an smcheck.Subject, got {type(subject).__name__}: "
            "wrap the machine in smcheck.Subject(machine=..., commands=..., queries=...)"
        )
    for clause in only:
        if clause not in CLAUSES:
            raise UsageError(f"expected a clause id, got {clause!r}: see `smcheck clauses`")
    for name in ("commands", "queries"):
        strategy = getattr(subject, name)
        if strategy is not None and not hasattr(strategy, "example"):
            raise UsageError(
                f"{subject.name}.{name}: expected a Hypothesis strategy, got {strategy!r:.60}: "
                "use hypothesis.strategies"
            )
    subject.factory_arguments()
    for probe in subject.probes:
        require_plain(subject, probe)
    for command in (command for log in subject.examples for command in log):
        encoded(subject, command)
    if subject.model is not None:
        _validate_model(subject)
    _validate_drawing(subject)


def encoded(subject: Subject, command: Any) -> bytes:
    """Return the bytes of what ``commands`` drew.

    Raises:
        UsageError: It is not ``bytes``, after ``encode`` where there is one.
    """
    cmd = command
    if subject.encode is not None:
        cmd = ask_helper(subject.name, "encode", subject.encode, command)
    if not isinstance(cmd, bytes):
        where = "encode to give" if subject.encode else "commands to draw"
        raise UsageError(
            f"{subject.name}: expected {where} bytes, got {cmd!r:.60} "
            f"({type(cmd).__name__}): encode it, or pass encode="
        )
    return cmd


def require_plain(subject: Subject, query: object) -> None:
    """Refuse a query that is not plain data.

    Raises:
        UsageError: It is something else.
    """
    if not is_plain(query):
        raise UsageError(
            f"{subject.name}: expected queries of plain data (None, bool, int, float, "
            f"str, bytes, list, tuple, dict), got {type(query).__name__}: draw plain data"
        )


@contextmanager
def drawing(subject: Subject) -> Iterator[None]:
    """Tell what the subject's strategies raise as the subject's fault.

    Raises:
        UsageError: A strategy raised, or cannot draw at all.
    """
    try:
        yield
    except Unsatisfiable as error:
        raise UsageError(
            f"{subject.name}: expected strategies that can draw, got {error}: loosen their filters"
        ) from error
    except UsageError:
        raise
    except Exception as error:
        if isinstance(error, InvalidArgument) or _is_called_by_hypothesis(error):
            raise helper_fault(subject.name, "the strategies of commands and queries", error) from (
                error
            )
        raise


def _is_called_by_hypothesis(error: Exception) -> bool:
    """Return whether what raised was called by Hypothesis and not by smcheck."""
    called_by = False
    trace = error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if file.is_relative_to(_folder(hypothesis)):
            called_by = True
        elif file.is_relative_to(_folder(smcheck_package)):
            called_by = False
        trace = trace.tb_next
    return called_by


def _folder(package: ModuleType) -> Path:
    return Path(str(package.__file__)).parent


def _validate_drawing(subject: Subject) -> None:
    """Draw one command and one query, so that wrong ones are refused before the search."""

    @settings(max_examples=1, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=HEALTH_CHECKS, verbosity=Verbosity.quiet)  # fmt: skip
    @given(subject.commands, st.none() if subject.queries is None else subject.queries)
    def draw(command: object, query: object) -> None:
        subject.text_of(encoded(subject, command))
        require_plain(subject, query)

    with drawing(subject):
        draw()


def _validate_model(subject: Subject) -> None:
    assert subject.model is not None
    model = ask_helper(subject.name, "model()", subject.model)
    for method in ("apply", "query"):
        if not callable(getattr(model, method, None)):
            raise UsageError(
                f"{subject.name}: expected a model with apply(cmd) and query(query), "
                f"got {type(model).__name__} without {method}: add it"
            )
