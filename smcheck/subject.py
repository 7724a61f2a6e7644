"""What a user hands over: the machine's factory, strategies, a model, and what is declared.

Making a subject runs none of the user's code. Strategies are opaque here: the layers below
the doors do not know Hypothesis.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from types import NoneType
from typing import Any

from smcheck._faults import ask_helper
from smcheck.contract.clauses import CLAUSES
from smcheck.contract.profiles import PROFILES
from smcheck.errors import UsageError

CAPABILITIES = frozenset({"snapshots", "lookups", "hash"})
READABLE = frozenset(
    {
        "clock", "random source", "process id", "host name", "user", "home folder", "environment",
        "time zone", "locale",
    }
)  # fmt: skip
"""Circumstances of which a read is told."""
FACTORY_PARAMETERS = frozenset({"shard_id", "replica_id", "directory"})
_SIGNATURE = re.compile("[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True, eq=False)
class Subject:
    """Describe a machine under test.

    Args:
        machine: Factory of the machine; gets those of ``shard_id=``, ``replica_id=`` and
            ``directory=`` (a ``pathlib.Path``) that its signature names.
        commands: Hypothesis strategy of ``bytes``, or of plain data with ``encode``.
        queries: Hypothesis strategy of plain data; may be left out without lookups.
        model: Callable that gives an object with ``apply(cmd)`` and ``query(query)``: the
            sequential truth. Without one the machine's own sequential run is the truth.
        name: How reports call the subject; the factory's name unless given.
        kind: ``"regular"``, ``"concurrent"`` or ``"on-disk"``; found from the methods.
        profile: Which replication library to play, a key of ``PROFILES``.
        without: Capabilities that the machine does not have: snapshots, lookups, hash.
        trace: Further top-level packages whose code is preempted.
        buffers: Hand commands out as ``memoryview`` on a buffer that is overwritten later.
        any_bytes: The machine takes any command, also empty and malformed ones.
        concurrent_hash: ``get_hash`` may run beside ``update``.
        known: Clause id, or signature of one finding, to reason: what it names is reported
            as known and does not fail.
        encode: Turns what ``commands`` draws into ``bytes``.
        describe: Turns a command into a short text for reports.
        probes: Queries asked at every comparison, beside the drawn ones.
        observe: Turns a machine at rest into plain data that twins must agree on.
        examples: Logs (lists of commands) that are always tried first.
        reads: Circumstances, such as ``"clock"``, that the machine reads on purpose and nothing
            depends on; they are still varied, only no hazard tells of them.

    Raises:
        UsageError: A name is unknown, or something that must be callable is not.
    """

    machine: Callable[..., Any]
    commands: Any
    queries: Any = None
    model: Callable[[], Any] | None = None
    name: str = ""
    kind: str | None = None
    profile: str = "dragonboat"
    without: Set[str] = frozenset()
    trace: Sequence[str] = ()
    buffers: bool = False
    any_bytes: bool = False
    concurrent_hash: bool = False
    known: Mapping[str, str] = field(default_factory=dict)
    encode: Callable[[Any], bytes] | None = None
    describe: Callable[[bytes], str] | None = None
    probes: Sequence[object] = ()
    observe: Callable[[Any], object] | None = None
    examples: Sequence[Sequence[Any]] = ()
    reads: Set[str] = frozenset()

    def __post_init__(self) -> None:
        for name in ("machine", "model", "encode", "describe", "observe"):
            value = getattr(self, name)
            if not callable(value) and (value is not None or name == "machine"):
                raise UsageError(
                    f"Subject.{name}: expected a callable, got {value!r:.80}: "
                    "pass the class or function itself"
                )
        self._refuse_other_types()
        object.__setattr__(self, "without", frozenset(self.without))
        _refuse_unknown("without", self.without, CAPABILITIES)
        _refuse_unknown("reads", frozenset(self.reads), READABLE)
        _refuse_unknown_findings(self.known)
        _refuse_unknown("profile", [self.profile], PROFILES)
        if self.kind is not None:
            _refuse_unknown("kind", [self.kind], ("regular", "concurrent", "on-disk"))
        if self.commands is None:
            raise UsageError(
                "Subject.commands: expected a strategy of bytes, got None: "
                "pass one, such as hypothesis.strategies.binary()"
            )
        if self.queries is None and "lookups" not in self.without:
            raise UsageError(
                "Subject.queries: expected a strategy of plain data, got None: "
                'pass one, or declare without={"lookups"}'
            )
        if not self.name:
            object.__setattr__(self, "name", _name_of(self.machine))

    def _refuse_other_types(self) -> None:
        """Refuse fields of another type than theirs, before anybody stumbles over them."""
        for name, kinds, form in (
            ("name", str, "a str"),
            ("profile", str, "a str"),
            ("kind", (str, NoneType), "a str or None"),
            ("buffers", bool, "True or False"),
            ("any_bytes", bool, "True or False"),
            ("concurrent_hash", bool, "True or False"),
            ("known", Mapping, 'a mapping such as {"UPD-4": "issue 12"}'),
            ("without", (Set, list, tuple), 'a set such as {"hash"}'),
            ("reads", (Set, list, tuple), 'a set such as {"clock"}'),
            ("trace", (Set, list, tuple), 'a list such as ["mypackage"]'),
            ("probes", (list, tuple), "a list of queries"),
            ("examples", (list, tuple), "a list of logs"),
        ):
            _refuse_type(name, getattr(self, name), kinds, form)
        for log in self.examples:
            _refuse_type("examples", log, (list, tuple), "logs that are lists of commands")
        for package in self.trace:
            _refuse_type("trace", package, str, "names of packages")
        for reason in self.known.values():
            _refuse_type("known", reason, str, "reasons that are texts")

    def text_of(self, cmd: bytes) -> str:
        """Return a command in the subject's own words, empty where it has none.

        Raises:
            UsageError: ``describe`` raises on a command of the subject's own strategy, or gives
                no text.
        """
        if self.describe is None:
            return ""
        try:
            text: object = ask_helper(self.name, f"describe({cmd!r:.40})", self.describe, cmd)
        except UsageError:
            if self.any_bytes:
                return ""  # not every command has words
            raise
        if not isinstance(text, str):
            raise UsageError(
                f"{self.name}: expected describe to give a str, got {text!r:.60}: "
                "return a short text"
            )
        return text

    def factory_arguments(self) -> frozenset[str]:
        """Return which of shard_id, replica_id and directory the factory names.

        Raises:
            UsageError: The factory has another parameter without a default.
        """
        try:
            parameters = inspect.signature(self.machine).parameters.values()
        except (TypeError, ValueError):
            return frozenset()
        for p in parameters:
            needed = p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
            if needed and (p.name not in FACTORY_PARAMETERS or p.kind is p.POSITIONAL_ONLY):
                raise UsageError(
                    f"{self.name}: expected a factory with the parameters shard_id, replica_id "
                    f"and directory at most, got {p.name!r} without a default: "
                    "wrap the class in a function or a lambda"
                )
        return frozenset(p.name for p in parameters) & FACTORY_PARAMETERS


def _refuse_type(name: str, value: object, kinds: type | tuple[type, ...], form: str) -> None:
    if not isinstance(value, kinds):
        raise UsageError(
            f"Subject.{name}: expected {form}, got {value!r:.80}: write it in that form"
        )


def _refuse_unknown(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    for name in names:
        if name not in known:
            choices = sorted(known)
            listed = ", ".join(choices) if len(choices) < 10 else "see `smcheck clauses`"
            raise UsageError(f"Subject.{what}: expected a known name, got {name!r:.80}: {listed}")


def _refuse_unknown_findings(known: Iterable[object]) -> None:
    for key in known:
        if not isinstance(key, str) or (key not in CLAUSES and not _SIGNATURE.fullmatch(key)):
            raise UsageError(
                "Subject.known: expected ids of clauses such as LKP-1, or signatures of 12 "
                f"hexadecimal digits as findings show them, got {key!r:.80}: see `smcheck clauses`"
            )


def _name_of(machine: Callable[..., Any]) -> str:
    return getattr(machine, "__name__", type(machine).__name__)
