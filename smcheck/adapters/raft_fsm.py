"""Hold an FSM to the contract: a class with ``apply``, ``snapshot``, ``persist`` and ``restore``.

For Python classes in the form of hashicorp/raft's FSM, BatchingFSM and FSMSnapshot; that library
is written in Go and not needed. docs/adapters.md says what form that is.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from smcheck.adapters._drawing import (
    Methods,
    arguments,
    draw_queries,
    name_of,
    traced_packages,
)
from smcheck.adapters._raft_machine import BatchingMachine, FsmMachine, Log, LogType
from smcheck.adapters._raft_shape import TAKES, Shape, result_of, takes_of
from smcheck.contract.types import Result
from smcheck.errors import UsageError
from smcheck.subject import Subject

__all__ = ["Log", "LogType", "arguments", "subject"]


def subject(
    factory: Callable[..., Any],
    *,
    commands: Any,
    queries: Any = None,
    lookup: str = "lookup",
    takes: str | None = None,
    batching: bool | None = None,
    configurations: bool = False,
    name: str = "",
    model: Callable[[], object] | None = None,
    trace: Iterable[str] = (),
    without: Iterable[str] = (),
    **options: Any,  # Any: each has its own type, which Subject checks
) -> Subject:
    """Return a subject for a class with ``apply``, ``snapshot`` and ``restore``.

    Preempted is the code of the factory's module and of ``trace``.

    Args:
        factory: The class, or a callable that makes the object; may name ``shard_id``,
            ``replica_id`` and ``directory``.
        commands: Strategy of commands: ``bytes``, or ``str``, or data that is written as JSON.
        queries: Strategy of what the method ``lookup`` is asked; or a mapping from the names of
            read methods to strategies of their arguments.
        lookup: Name of the read method, where ``queries`` is a strategy.
        takes: What ``apply`` takes: ``"log"``, an entry with index, term, type and data;
            ``"data"``, its bytes; ``"value"``, the command as it was drawn. By default bytes
            where the parameter is annotated so, an entry otherwise.
        batching: Whether ``apply_batch`` is called in place of ``apply``; found from the class.
        configurations: Put entries of the type ``LogType.CONFIGURATION`` into the lists that
            ``apply_batch`` gets, as hashicorp/raft does.
        model: Callable that gives an object with ``apply`` and the same read methods: the
            sequential truth. It is given the bytes or the value, never an entry of the log.
        trace: Further top-level packages whose code is preempted.
        without: Capabilities that the object does not have, as for ``Subject``.
        options: More keyword arguments of ``Subject``: ``known``, ``observe``, ``probes``, ….

    Raises:
        UsageError: A method is missing or has another form.
    """
    if not callable(factory):
        raise UsageError(
            f"raft_fsm.subject: expected a class or a function, got {factory!r:.80}: "
            "pass the FSM class itself"
        )
    if takes is not None and takes not in TAKES:
        raise UsageError(
            f"raft_fsm.subject: expected takes to be one of {', '.join(TAKES)}, got {takes!r}: "
            "leave it out, or name one"
        )
    batches = callable(getattr(factory, "apply_batch", None)) if batching is None else batching
    methods: Methods | None = queries if isinstance(queries, Mapping) else None
    gone = frozenset(without)
    if queries is None or methods == {}:
        gone |= {"lookups"}
    shape = Shape(
        takes=takes or takes_of(factory),
        lookup="" if methods is not None else lookup,
        reads=() if "lookups" in gone else tuple(methods or (lookup,)),
        batches=batches,
        snapshots="snapshots" not in gone,
    )
    if isinstance(factory, type):
        shape.refuse_unfit(factory)
    return Subject(
        machine=_Factory(factory, shape, batching=batching, configurations=configurations),
        commands=commands,
        queries=draw_queries(methods) if methods else queries,
        model=partial(_Model, model, shape) if model is not None else None,
        name=name or name_of(factory),
        kind="concurrent",
        profile="hashicorp-raft-batching" if batches else "hashicorp-raft",
        without=gone,
        trace=traced_packages(factory, trace),
        encode=shape.encode,
        describe=shape.describe,
        **options,
    )


class _Factory:
    """Make the machine around what the user's factory makes, under the factory's signature."""

    def __init__(
        self,
        factory: Callable[..., Any],
        shape: Shape,
        *,
        batching: bool | None,
        configurations: bool,
    ) -> None:
        self._factory = factory
        self._shape = shape
        self._batching = batching
        self._known: dict[int, type] = {}
        self._configurations = configurations
        try:
            self.__signature__ = inspect.signature(factory)
        except (TypeError, ValueError):
            self.__signature__ = inspect.Signature()

    def __call__(self, **identity: object) -> FsmMachine:
        fsm = self._factory(**identity)
        if self._batching is None and not self._shape.batches and hasattr(fsm, "apply_batch"):
            raise UsageError(
                f"{type(fsm).__name__}: expected a factory that is a class, or batching=, for an "
                f"FSM with apply_batch, got {self._factory!r:.60}: pass batching=True"
            )
        if id(type(fsm)) not in self._known:
            self._shape.refuse_unfit(fsm)
            self._known[id(type(fsm))] = type(fsm)
        if self._shape.batches:
            return BatchingMachine(fsm, self._shape, configurations=self._configurations)
        return FsmMachine(fsm, self._shape)


class _Model:
    """Ask the user's plain object in the form in which the machine is asked."""

    def __init__(self, make: Callable[[], Any], shape: Shape) -> None:
        self._plain = make()
        self._shape = shape
        for method in ("apply", *shape.reads):
            if not callable(getattr(self._plain, method, None)):
                raise UsageError(
                    f"{type(self._plain).__name__}: expected a model with {method}, got none: "
                    "add it"
                )

    def apply(self, cmd: bytes) -> Result:
        """Return what the machine must answer to a command."""
        if not cmd and self._shape.takes == "value":
            return Result()
        return result_of(self._plain.apply(self._shape.drawn(cmd)))

    def query(self, query: object) -> object:
        """Return what the machine must answer to a query."""
        return self._shape.ask(self._plain, query)
