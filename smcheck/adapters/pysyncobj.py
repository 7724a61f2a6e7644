"""Hold PySyncObj's replicated objects to the contract: a subject from a class and its methods.

Knows methods, strategies and models; what touches PySyncObj is ``_pysyncobj_machine``. Needs the
extra ``smcheck[pysyncobj]``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

from smcheck.adapters._calls import (
    Call,
    Converters,
    decode,
    describe,
    encode,
    invoke,
    result_of,
)
from smcheck.adapters._drawing import (
    Methods,
    arguments,
    draw_calls,
    draw_queries,
    find_method,
    name_of,
    traced_packages,
)
from smcheck.contract.types import Result
from smcheck.errors import UsageError
from smcheck.subject import Subject

if TYPE_CHECKING:
    from smcheck.adapters._pysyncobj_machine import Machine

__all__ = ["arguments", "state_of", "subject"]


def subject(
    factory: Callable[..., Any],
    *,
    commands: Methods,
    reads: Methods,
    name: str = "",
    model: Callable[[], object] | None = None,
    convert: Converters | None = None,
    trace: Iterable[str] = (),
    without: Iterable[str] = (),
    **options: Any,  # Any: each has its own type, which Subject checks
) -> Subject:
    """Return a subject for a ``SyncObjConsumer`` or a ``SyncObj``.

    Replicated methods run in place, without network, journal and thread of their own; an image
    is PySyncObj's own serialisation, pickled at once. Preempted is the code of ``pysyncobj``,
    of the factory's module and of ``trace``.

    Args:
        factory: The class, or a callable that makes the object; may name ``shard_id``,
            ``replica_id`` and ``directory``.
        commands: Replicated methods. Arguments are plain data; ``"part.method"`` names a method
            of a consumer that is an attribute of a ``SyncObj``.
        reads: Other methods, asked as lookups; positional arguments only.
        model: Callable that gives an object with the same methods, undecorated: the sequential
            truth. What its methods return is compared.
        convert: Method name to one callable (or ``None``) per positional argument, for what is
            no plain data: ``{"reset": [set]}`` hands the drawn list over as a set.
        trace: Further top-level packages whose code is preempted.
        without: Capabilities that the object does not have, as for ``Subject``.
        options: More keyword arguments of ``Subject``: ``known``, ``observe``, ``probes``, ….

    Raises:
        UsageError: PySyncObj is missing, or a method is unknown, not replicated, or replicated
            where a read is wanted.
    """
    _require_pysyncobj()
    shape = _Shape(commands, reads, convert or {})
    if isinstance(factory, type):
        shape.refuse_unfit(factory)
    elif not callable(factory):
        raise UsageError(
            f"pysyncobj.subject: expected a class or a function, got {factory!r:.80}: "
            "pass the SyncObjConsumer class itself"
        )
    return Subject(
        machine=_Factory(factory, shape),
        commands=draw_calls(commands),
        queries=draw_queries(reads) if reads else None,
        model=partial(_Model, model, shape) if model is not None else None,
        name=name or name_of(factory),
        kind="regular",
        profile="pysyncobj",
        without=frozenset(without) | (frozenset() if reads else {"lookups"}),
        trace=traced_packages(factory, trace, always=["pysyncobj"]),
        encode=encode,
        describe=describe,
        **options,
    )


def state_of(machine: Machine) -> object:
    """Return all that PySyncObj would put into a full dump; for ``observe=``.

    It compares replicas in every attribute, also in those that no read shows. Leave it away for
    a class that keeps caches: those may differ.
    """
    from smcheck.adapters._pysyncobj_machine import serialize

    return serialize(machine.target)


class _Shape:
    """Which methods are meant as commands, which as reads, and how arguments are made."""

    def __init__(self, commands: Methods, reads: Methods, convert: Converters) -> None:
        self.commands = tuple(commands)
        self.methods = tuple(dict.fromkeys((*commands, *reads)))
        self.convert = dict(convert)
        if not self.commands:
            raise UsageError(
                "pysyncobj.subject: expected at least one replicated method in commands, "
                "got none: name one"
            )
        for method in convert:
            if method not in self.methods:
                raise UsageError(
                    f"pysyncobj.subject: expected convert to name a command or a read, "
                    f"got {method!r}: name it there too"
                )

    def refuse_unfit(self, target: object) -> None:
        """Raise unless ``target``, an object or its class, has the methods."""
        from smcheck.adapters._pysyncobj_machine import is_hostable, is_replicated

        kind = target if isinstance(target, type) else type(target)
        name = kind.__name__
        if not is_hostable(target):
            raise UsageError(
                f"{name}: expected a SyncObj or a SyncObjConsumer, got another type: "
                "pass the class whose methods are replicated"
            )
        for method in self.methods:
            if "." in method and target is kind:
                continue  # parts exist on objects only; asked again once there is one
            _refuse_unfit_method(
                f"{name}.{method}",
                replicated=is_replicated(find_method(target, method)),
                wanted=method in self.commands,
            )


def _refuse_unfit_method(name: str, *, replicated: bool, wanted: bool) -> None:
    if wanted and not replicated:
        raise UsageError(
            f"{name}: expected a replicated method, got one without @replicated: "
            "name it in reads, or decorate it"
        )
    if replicated and not wanted:
        raise UsageError(
            f"{name}: expected a method that only reads, got a replicated one: name it in commands"
        )


class _Factory:
    """Make the machine around what the user's factory makes, under the factory's signature."""

    def __init__(self, factory: Callable[..., Any], shape: _Shape) -> None:
        self._factory = factory
        self._shape = shape
        try:
            self.__signature__ = inspect.signature(factory)
        except (TypeError, ValueError):
            self.__signature__ = inspect.Signature()

    def __call__(self, **identity: object) -> Machine:
        from smcheck.adapters._pysyncobj_machine import Machine, offline

        with offline():
            target = self._factory(**identity)
        self._shape.refuse_unfit(target)
        return Machine(target, convert=self._shape.convert)


class _Model:
    """Ask the user's plain object in the form in which the machine is asked."""

    def __init__(self, make: Callable[[], object], shape: _Shape) -> None:
        self._plain = make()
        self._convert = shape.convert
        for method in shape.methods:
            find_method(self._plain, method)

    def apply(self, cmd: bytes) -> Result:
        """Return what the machine must answer to a command."""
        if not cmd:
            return Result()
        return result_of(invoke(self._plain, decode(cmd), convert=self._convert))

    def query(self, query: tuple[Any, ...]) -> object:
        """Return what the machine must answer to a query."""
        return invoke(self._plain, Call(query[0], query[1:]), convert=self._convert)


def _require_pysyncobj() -> None:
    try:
        import pysyncobj  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise UsageError(
            f"expected PySyncObj to be installed, got {error!r}: "
            'run pip install "smcheck[pysyncobj]"'
        ) from error
