"""How an ABCI application in Python is called: requests, responses, and what is refused.

A request is an object with the fields of the specification, and a method may take it whole or
name the fields it wants. A response is an object or a mapping with such fields; a field that
is missing has the value that protobuf gives it.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import SimpleNamespace
from typing import Any

from smcheck.errors import UsageError

_BLOCK: dict[str, object] = {
    "txs": (), "misbehavior": (), "hash": b"", "height": 0, "time": 0, "next_validators_hash": b"",
    "proposer_address": b"",
}  # fmt: skip
REQUESTS: dict[str, dict[str, object]] = {
    "info": {"version": "0.38.0", "block_version": 11, "p2p_version": 8, "abci_version": "2.0.0"},
    "init_chain": {
        "time": 0, "chain_id": "smcheck", "consensus_params": None, "validators": (),
        "app_state_bytes": b"", "initial_height": 1,
    },
    "check_tx": {"tx": b"", "type": 0},
    "prepare_proposal": {"max_tx_bytes": 1 << 20, "local_last_commit": None} | _BLOCK,
    "process_proposal": {"proposed_last_commit": None} | _BLOCK,
    "finalize_block": {"decided_last_commit": None, "syncing_to_height": 0} | _BLOCK,
    "commit": {},
    "query": {"data": b"", "path": "", "height": 0, "prove": False},
    "list_snapshots": {},
    "load_snapshot_chunk": {"height": 0, "format": 0, "chunk": 0},
    "offer_snapshot": {"snapshot": None, "app_hash": b""},
    "apply_snapshot_chunk": {"index": 0, "chunk": b"", "sender": "smcheck"},
}  # fmt: skip
"""Fields of each request with their defaults, by method. Source: spec/abci/abci++_methods.md."""

SNAPSHOTS = ("list_snapshots", "load_snapshot_chunk", "offer_snapshot", "apply_snapshot_chunk")


class Request(SimpleNamespace):
    """What a method is asked, with the fields of the specification."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What ``offer_snapshot`` is offered: the fields that ``list_snapshots`` gave."""

    height: int
    format: int = 0
    chunks: int = 1
    hash: bytes = b""
    metadata: bytes = b""


@dataclass(frozen=True, slots=True)
class Shape:
    """Which methods an application has, and by which fields each of them is called.

    Attributes:
        takes: Names of the fields that a method asks for; ``None`` for the whole request. By
            method; one that the application lacks is not there.
    """

    takes: Mapping[str, tuple[str, ...] | None]

    @classmethod
    def of(cls, target: object) -> Shape:
        """Read the methods of an application, an object or its class.

        Raises:
            UsageError: A method has another form.
        """
        found = {
            name: _fields_of(target, name)
            for name in REQUESTS
            if getattr(target, name, None) is not None
        }
        return cls(found)

    def has(self, method: str) -> bool:
        """Return whether the application has a method."""
        return method in self.takes

    def call(self, target: Any, method: str, **fields: object) -> object:
        """Call a method with a request of these fields and return the response, as it came."""
        request = REQUESTS[method] | fields
        wanted = self.takes[method]
        if wanted is None:
            return getattr(target, method)(Request(**request))
        return getattr(target, method)(**{name: request[name] for name in wanted})


def _fields_of(target: object, method: str) -> tuple[str, ...] | None:
    function = getattr(target, method)
    where = f"{(target if isinstance(target, type) else type(target)).__name__}.{method}"
    if not callable(function):
        raise UsageError(f"{where}: expected a method, got {function!r:.60}: rename it")
    if inspect.iscoroutinefunction(function):
        raise UsageError(
            f"{where}: expected a plain method, got an async one: wrap it in one that runs "
            "the coroutine"
        )
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None
    is_method = isinstance(target, type) and not isinstance(
        inspect.getattr_static(target, method), (staticmethod, classmethod)
    )
    parameters = parameters[1:] if is_method else parameters
    needed = [p for p in parameters if p.default is p.empty or p.name in REQUESTS[method]]
    names = tuple(p.name for p in needed)
    if set(names) <= REQUESTS[method].keys() and all(_by_name(p) for p in needed):
        return names
    if len(needed) == 1 and needed[0].kind in (_POSITIONAL, _EITHER):
        return None
    fields = ", ".join(REQUESTS[method]) or "no field"
    raise UsageError(
        f"{where}: expected one request, or parameters named {fields}, got "
        f"{method}{inspect.signature(function)}: name them so, or take the request"
    )


_POSITIONAL, _EITHER = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD


def _by_name(parameter: inspect.Parameter) -> bool:
    return parameter.kind in (_EITHER, inspect.Parameter.KEYWORD_ONLY)


def read(response: object, field: str, default: object = None) -> Any:
    """Return a field of a response; ``default`` where the response has none."""
    if response is None:
        return default
    if isinstance(response, Mapping):
        return response.get(field, default)
    return getattr(response, field, default)


def is_bare(response: object) -> bool:
    """Return whether a response is the one field of interest itself."""
    return isinstance(response, _BARE)


_BARE = (
    bytes, bytearray, memoryview, str, int, float, Enum, list, tuple, set, frozenset,
)  # fmt: skip


def value_of(response: object, field: str) -> Any:
    """Return the one field of interest of a response, which may also come bare."""
    return response if is_bare(response) else read(response, field)


def verdict(response: object, field: str) -> str:
    """Return what a response decides, as a word: ``"ACCEPT"``, ``"REJECT"``, ….

    It may come as a bool, as the specification's number, as the word, or as an enum of these.
    """
    answer = value_of(response, field)
    answer = 0 if answer is None else answer
    if isinstance(answer, Enum):
        return answer.name.upper()
    if isinstance(answer, bool):
        return "ACCEPT" if answer else "REJECT"
    if isinstance(answer, int):
        return {0: "UNKNOWN", 1: "ACCEPT", 2: "REJECT"}.get(answer, str(answer))
    return str(answer).upper()


def present(response: object, fields: tuple[str, ...]) -> dict[str, object]:
    """Return those fields of a response that are not at the value that protobuf gives them."""
    found = {name: read(response, name) for name in fields}
    return {name: value for name, value in found.items() if not _is_empty(value)}


def _is_empty(value: object) -> bool:
    plain = (bool, int, float, bytes, str, list, tuple, dict)
    return value is None or (type(value) in plain and not value)
