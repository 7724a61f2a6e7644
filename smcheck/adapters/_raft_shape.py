"""What an FSM's methods take and give, and one clear refusal of what does not fit."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from smcheck.adapters._calls import Call, as_bytes, invoke, method_of, readable
from smcheck.contract.types import Result
from smcheck.errors import UsageError
from smcheck.values import freeze, freeze_exception, from_json, to_json

TAKES = ("log", "data", "value")
"""What ``apply`` may take: an entry of the log, its bytes, or what was drawn."""

_WANTED = {
    "apply": 1, "apply_batch": 1, "snapshot": 0, "restore": 1,
}  # fmt: skip
"""Methods by the number of their positional arguments."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How one FSM is called.

    Attributes:
        takes: One of ``TAKES``.
        lookup: Name of the method that is asked each query as it is; empty where queries name
            their methods.
        reads: Every read method.
        batches: Whether ``apply_batch`` is called and not ``apply``.
        snapshots: Whether there are ``snapshot`` and ``restore``.
    """

    takes: str
    lookup: str
    reads: tuple[str, ...]
    batches: bool
    snapshots: bool

    @property
    def apply(self) -> str:
        """Name of the method that applies."""
        return "apply_batch" if self.batches else "apply"

    def encode(self, drawn: object) -> bytes:
        """Return the command that stands for what was drawn."""
        if self.takes == "value":
            return json.dumps(to_json(drawn), separators=(",", ":")).encode()
        return as_bytes(drawn)

    def argument(self, log: Any) -> object:
        """Return what ``apply`` takes of an entry."""
        if self.takes == "log":
            return log
        return self.drawn(log.data)

    def drawn(self, cmd: bytes) -> object:
        """Return the value of a command, or the bytes where those are what is taken."""
        return from_json(json.loads(cmd)) if self.takes == "value" else bytes(cmd)

    def describe(self, cmd: bytes) -> str:
        """Return a command as a person would write it."""
        try:
            return repr(self.drawn(cmd)) if self.takes == "value" else readable(cmd)
        except (ValueError, UsageError):
            return repr(bytes(cmd))

    def ask(self, target: object, query: object) -> object:
        """Make the read that a query stands for."""
        if self.lookup:
            return method_of(target, self.lookup)(query)
        assert isinstance(query, tuple)  # the subject's own strategy drew it
        return invoke(target, Call(query[0], query[1:]), convert={})

    def refuse_unfit(self, target: object) -> None:
        """Raise unless ``target``, an object or its class, has the methods."""
        methods = [self.apply, *self.reads]
        methods += ["snapshot", "restore"] if self.snapshots else []
        for method in methods:
            _refuse_unfit_method(target, method)


def takes_of(factory: object) -> str:
    """Return what an FSM applies, by the annotation: bytes, or entries of the log."""
    for method in ("apply_batch", "apply"):
        annotation = _annotation(getattr(factory, method, None))
        if annotation is bytes or str(annotation).endswith(("bytes", "[bytes]")):
            return "data"
    return "log"


def wants_bytes(restore: object) -> bool | None:
    """Return whether ``restore`` takes bytes or a stream; ``None`` where it does not say."""
    annotation = _annotation(restore)
    if annotation is inspect.Parameter.empty:
        return None
    return annotation in (bytes, "bytes")


def _annotation(function: object) -> object:
    """Return the annotation of the last parameter."""
    if not callable(function):
        return inspect.Parameter.empty
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return inspect.Parameter.empty
    return [inspect.Parameter.empty, *(p.annotation for p in parameters)][-1]


def _refuse_unfit_method(target: object, method: str) -> None:
    try:
        found = method_of(target, method)
    except AttributeError:
        raise UsageError(
            f"{_name(target)}: expected an FSM with {method}, got none: "
            f"{_ADVICE.get(method, 'check the spelling of the read method')}"
        ) from None
    if inspect.iscoroutinefunction(found):
        raise UsageError(
            f"{_name(target)}.{method}: expected a plain method, got an async one: "
            "wrap it in one that runs the coroutine"
        )
    count = _WANTED.get(method)
    if count is None or _takes_count(found, count + isinstance(target, type)):
        return
    wanted = "one argument" if count else "no argument"
    raise UsageError(
        f"{_name(target)}.{method}: expected a method of {wanted}, got "
        f"{method}{inspect.signature(found)}: wrap the class in one that has that form"
    )


_ADVICE = {
    "apply": "add apply(log), or apply_batch(logs)",
    "apply_batch": "add apply_batch(logs), or leave batching out",
    "snapshot": 'add snapshot(), or declare without={"snapshots"}',
    "restore": 'add restore(source), or declare without={"snapshots"}',
}


def _takes_count(function: Callable[..., object], count: int) -> bool:
    try:
        inspect.signature(function).bind(*range(count))
    except TypeError:
        return False
    except ValueError:
        return True  # built in: nobody knows
    return True


def _name(target: object) -> str:
    return (target if isinstance(target, type) else type(target)).__name__


def result_of(value: object) -> Result:
    """Return a ``Result`` that is equal for equal return values; an error is one like any other."""
    frozen = freeze_exception(value) if isinstance(value, BaseException) else freeze(value)
    return Result(0, frozen.text.encode(errors="backslashreplace"))


__all__ = ["TAKES", "Shape", "result_of", "takes_of", "wants_bytes"]
