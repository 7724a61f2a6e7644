"""Spare processes the plugins of Hypothesis, where the only one is that of trio.

Loading it loads trio's tests and pytest, which takes longer than Hypothesis itself; and what it
does, making trio's own scheduler repeat itself, is for tests that run under trio.
"""

from __future__ import annotations

import os
from functools import cache
from importlib.metadata import entry_points

_SWITCH = "HYPOTHESIS_NO_PLUGINS"


@cache
def without_plugins() -> dict[str, str]:
    """Return what to put into the environment of a process; nothing where a plugin may matter."""
    if _SWITCH in os.environ:
        return {}
    others = {one.name for one in entry_points(group="hypothesis")} - {"trio"}
    return {} if others else {_SWITCH: "1"}
