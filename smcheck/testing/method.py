"""Make the test methods of a contract test, each standing where the user made the class.

Runners name the file and line of a test's code. Those of smcheck would help nobody: not in a list
of failures, not in a report for machines, and not where a debugger opens.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any, NamedTuple

__unittest = True

_ORDINARY = inspect.Parameter.POSITIONAL_OR_KEYWORD


class Place(NamedTuple):
    """Where the user called ``contract_test``."""

    file: str
    line: int
    module: str


def method(
    act: Callable[..., None], family: str, place: Place, fixtures: Iterable[str] | None = None
) -> FunctionType:
    """Return a test method that calls ``act(self, family)``.

    Args:
        act: Given the fixtures too, as keywords, if there are any.
        family: What the method is called after.
        place: Where it says to stand.
        fixtures: Names of arguments that pytest fills in; ``None`` for a method without.
    """
    # One line each, for all of their code is to stand on the user's.
    plain: Any = lambda self: act(self, family)  # noqa: E731
    filled: Any = lambda self, **fixtures: act(self, family, **fixtures)  # noqa: E731
    test = plain if fixtures is None else filled
    test.__signature__ = inspect.Signature(
        [inspect.Parameter(name, _ORDINARY) for name in ("self", *(fixtures or ()))]
    )
    test.__name__ = f"test_{family}"
    test.__doc__ = f"Hold the machine to the clauses about {family.replace('_', ' ')}."
    test.__code__ = test.__code__.replace(
        co_filename=place.file,
        co_firstlineno=place.line,
        co_name=test.__name__,
        co_linetable=_first_line_only(len(test.__code__.co_code) // 2),
    )
    made: FunctionType = test
    return made


def _first_line_only(units: int) -> bytes:
    """Return the table of positions of a code that stands on its first line, without columns.

    Columns of smcheck's line would be marked in the user's.
    """
    sizes = [min(8, units - start) for start in range(0, units, 8)]
    return b"".join(bytes((0x80 | 13 << 3 | size - 1, 0)) for size in sizes)
