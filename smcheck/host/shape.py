"""Has a machine the methods that its host calls, each with as many parameters? Calls none of them.

One of these faults is worth a line before anything runs: later each call would tell it again.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from smcheck.contract.profiles import Kind
from smcheck.contract.types import ConcurrentStateMachine, OnDiskStateMachine, StateMachine
from smcheck.host.replica import Replica
from smcheck.subject import Subject

_FORMS: dict[Kind, type[Any]] = {
    Kind.REGULAR: StateMachine,
    Kind.CONCURRENT: ConcurrentStateMachine,
    Kind.ON_DISK: OnDiskStateMachine,
}
_CAPABILITIES = {
    "lookup": "lookups", "prepare_snapshot": "snapshots", "save_snapshot": "snapshots",
    "recover_from_snapshot": "snapshots",
}  # fmt: skip


def shape_fault(subject: Subject, replica: Replica) -> str:
    """Return what is wrong with the methods of a machine, and what to do; empty if nothing is."""
    return _missing(subject, replica) or _parameters(subject, replica)


def _missing(subject: Subject, replica: Replica) -> str:
    missing = [name for name, method in _called(subject, replica) if not callable(method)]
    if not missing:
        return ""
    lacks = sorted({_CAPABILITIES[name] for name in missing if name in _CAPABILITIES})
    or_else = f", or declare without={set(lacks)!r}" if len(lacks) == 1 else ""
    return (
        f"expected the methods {', '.join(replica.profile.methods)} of {_a(replica.kind)} machine, "
        f"{', '.join(missing)} missing: add the method{'s' * (len(missing) > 1)}{or_else}"
        f"{_other_kind(replica)}"
    )


def _parameters(subject: Subject, replica: Replica) -> str:
    called = dict(_called(subject, replica))
    if replica.has_hash:
        called["get_hash"] = replica.machine.get_hash
    for name, method in called.items():
        form = getattr(_FORMS[replica.kind], name, getattr(OnDiskStateMachine, name, None))
        wanted = list(inspect.signature(form).parameters)[1:] if form is not None else []
        got = _refused(method, len(wanted))
        if got:
            return (
                f"expected {name}({', '.join(wanted)}) of {_a(replica.kind)} machine, got "
                f"{name}{got}: change its parameters{_other_kind(replica, name)}"
            )
    return ""


def _called(subject: Subject, replica: Replica) -> Iterator[tuple[str, Any]]:
    """Yield the methods that the host calls by name, ``None`` for one that is not there."""
    for name in replica.profile.methods:
        if _CAPABILITIES.get(name) not in subject.without:
            yield name, getattr(replica.machine, name, None)


def _refused(method: Callable[..., object], arguments: int) -> str:
    """Return the signature of a method that cannot be called so; empty where it can, or may."""
    try:
        # What a decorator hides is not what is called.
        signature = inspect.signature(method, follow_wrapped=False)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*range(arguments))
    except TypeError:
        return f"({', '.join(signature.parameters)})"
    return ""


def _other_kind(replica: Replica, name: str = "") -> str:
    """Return what would make it another kind, where it looks as if it was meant to be one."""
    machine, kind = replica.machine, replica.kind
    halves = [half for half in ("open", "sync") if callable(getattr(machine, half, None))]
    if kind is not Kind.ON_DISK and len(halves) == 1:
        [other] = {"open", "sync"} - set(halves)
        return f"; an on-disk machine has {other} besides {halves[0]}"
    is_other = kind is Kind.REGULAR and name == "save_snapshot"
    return "; a concurrent machine has prepare_snapshot" if is_other else ""


def _a(kind: Kind) -> str:
    return f"{'an' if kind is Kind.ON_DISK else 'a'} {kind}"
