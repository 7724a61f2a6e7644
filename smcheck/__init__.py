"""Hold replicated state machines to their contract: the front door.

Whatever a machine or a subject needs is here. Importing it is cheap on purpose: processes that
only run a machine import it too, so what needs Hypothesis is fetched when it is first named.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from smcheck._version import __version__ as __version__
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

if TYPE_CHECKING:
    from smcheck.testing.check import check
    from smcheck.testing.contract_machine import ContractMachine
    from smcheck.testing.contract_test import contract_test
    from smcheck.testing.explore import explore

__all__ = [
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
]

_FETCHED_LATE = {
    "ContractMachine": "smcheck.testing.contract_machine",
    "check": "smcheck.testing.check",
    "contract_test": "smcheck.testing.contract_test",
    "explore": "smcheck.testing.explore",
}


def __getattr__(name: str) -> object:
    """Fetch what needs Hypothesis, once."""
    if name not in _FETCHED_LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_FETCHED_LATE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
