"""Hold replicated state machines to their contract: the front door.

Whatever a machine or a subject needs is here. Importing it costs next to nothing on purpose, for
the pytest plugin passes here in every run: what is named is fetched when it is first named. What
processes that only run a machine need comes all at once, so that no import is left for later,
when a machine runs; what needs Hypothesis comes by itself.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from smcheck._version import __version__ as __version__

if TYPE_CHECKING:
    from smcheck.contract.types import (
        ConcurrentStateMachine,
        Entry,
        OnDiskStateMachine,
        OpenStopped,
        Reader,
        Result,
        SnapshotAborted,
        SnapshotFile,
        SnapshotFiles,
        SnapshotStopped,
        SnapshotStreamingFailed,
        StateMachine,
        StopSignal,
        Writer,
    )
    from smcheck.errors import InternalError, ReplayError, SmcheckError, UsageError
    from smcheck.exploration import Exploration
    from smcheck.finding import Finding, Report, Severity, Verdict
    from smcheck.subject import Subject
    from smcheck.testing.case import Case, reproduce
    from smcheck.testing.check import check
    from smcheck.testing.contract_machine import ContractMachine
    from smcheck.testing.contract_test import contract_test
    from smcheck.testing.explore import explore

__all__ = [
    "Case",
    "ConcurrentStateMachine",
    "ContractMachine",
    "Entry",
    "Exploration",
    "Finding",
    "InternalError",
    "OnDiskStateMachine",
    "OpenStopped",
    "Reader",
    "ReplayError",
    "Report",
    "Result",
    "Severity",
    "SmcheckError",
    "SnapshotAborted",
    "SnapshotFile",
    "SnapshotFiles",
    "SnapshotStopped",
    "SnapshotStreamingFailed",
    "StateMachine",
    "StopSignal",
    "Subject",
    "UsageError",
    "Verdict",
    "Writer",
    "check",
    "contract_test",
    "explore",
    "reproduce",
]

_FETCHED_TOGETHER = {
    "smcheck.contract.types": (
        "ConcurrentStateMachine", "Entry", "OnDiskStateMachine", "OpenStopped", "Reader", "Result",
        "SnapshotAborted", "SnapshotFile", "SnapshotFiles", "SnapshotStopped",
        "SnapshotStreamingFailed", "StateMachine", "StopSignal", "Writer",
    ),
    "smcheck.errors": ("InternalError", "ReplayError", "SmcheckError", "UsageError"),
    "smcheck.exploration": ("Exploration",),
    "smcheck.finding": ("Finding", "Report", "Severity", "Verdict"),
    "smcheck.subject": ("Subject",),
}  # fmt: skip
_FETCHED_ALONE = {
    "Case": "smcheck.testing.case",
    "ContractMachine": "smcheck.testing.contract_machine",
    "check": "smcheck.testing.check",
    "contract_test": "smcheck.testing.contract_test",
    "explore": "smcheck.testing.explore",
    "reproduce": "smcheck.testing.case",
}


def __getattr__(name: str) -> object:
    """Fetch what is named, once."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if name in _FETCHED_ALONE:
        globals()[name] = getattr(importlib.import_module(_FETCHED_ALONE[name]), name)
    else:
        for module, names in _FETCHED_TOGETHER.items():
            fetched = importlib.import_module(module)
            globals().update({one: getattr(fetched, one) for one in names})
    return globals()[name]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
