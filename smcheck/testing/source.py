"""Where the settings of contract tests come from: a function that the test runner leaves here.

Apart from the settings themselves, so that the pytest plugin can say where they come from in every
run and need not have them in those that hold no contract test.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smcheck.testing.settings import Settings

Source = Callable[[], "Settings"]

_source: Source | None = None


def source() -> Source | None:
    """Return what gives the settings in force, ``None`` for the defaults."""
    return _source


def set_source(source: Source | None) -> Source | None:
    """Have ``source`` asked for the settings from now on, and return what was before."""
    global _source
    before, _source = _source, source
    return before
