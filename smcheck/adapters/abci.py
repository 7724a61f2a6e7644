"""Hold an ABCI 2.0 application to the contract: blocks, commits, queries, checks and snapshots.

For Python classes with the methods of CometBFT's Application in snake_case; CometBFT itself is
not needed. docs/adapters.md says how they are called.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, get_type_hints

from hypothesis import strategies as st

from smcheck.adapters._abci_machine import AbciMachine, decode_block, encode_block
from smcheck.adapters._abci_shape import SNAPSHOTS, Request, Shape, Snapshot
from smcheck.adapters._calls import as_bytes, readable
from smcheck.adapters._drawing import name_of, traced_packages
from smcheck.contract.types import Entry, Result
from smcheck.errors import UsageError
from smcheck.subject import Subject

__all__ = ["Request", "Snapshot", "subject"]


def subject(
    factory: Callable[..., Any],
    *,
    transactions: Any,
    queries: Any = None,
    block_size: int = 4,
    checks: bool = True,
    genesis: bytes = b"",
    name: str = "",
    model: Callable[[], object] | None = None,
    trace: Iterable[str] = (),
    without: Iterable[str] = (),
    **options: Any,  # Any: each has its own type, which Subject checks
) -> Subject:
    """Return a subject for a class with ``finalize_block`` and ``commit``.

    Preempted is the code of the factory's module and of ``trace``.

    Args:
        factory: The class, or a callable that makes the application; may name ``shard_id``,
            ``replica_id`` and ``directory``.
        transactions: Strategy of transactions: ``bytes``, or ``str``, or data that is written
            as JSON. A block is a list of them.
        queries: Strategy of queries: a path (``str``), data (``bytes``), a tuple of both, or a
            dict of the request's fields.
        block_size: Transactions in a block, at most.
        checks: Whether ``check_tx``, where there is one, is called beside blocks.
        genesis: What ``init_chain`` gets as ``app_state_bytes``.
        model: Callable that gives an object with ``finalize_block`` and ``query`` in the same
            form: the sequential truth.
        trace: Further top-level packages whose code is preempted.
        without: Capabilities that the application does not have, as for ``Subject``. One whose
            class lacks the methods of snapshots, or ``query``, need not say so.
        options: More keyword arguments of ``Subject``: ``known``, ``observe``, ``probes``, ….

    Raises:
        UsageError: A method is missing or has another form.
    """
    if not callable(factory):
        raise UsageError(
            f"abci.subject: expected a class or a function, got {factory!r:.80}: "
            "pass the application's class itself"
        )
    made = _Factory(factory, frozenset(without), queries, genesis=genesis)
    asked = _reads(made.shape, queries, transactions if checks else None)
    gone = made.without | (frozenset() if asked is not None else {"lookups"})
    return Subject(
        machine=made,
        commands=st.lists(transactions.map(as_bytes), max_size=block_size),
        queries=asked,
        model=partial(_Model, model) if model is not None else None,
        name=name or name_of(factory),
        kind="concurrent",
        profile="cometbft",
        without=gone,
        trace=traced_packages(factory, trace),
        encode=encode_block,
        describe=_describe,
        **options,
    )


def _reads(shape: Shape | None, queries: Any, transactions: Any) -> Any:
    """Return the strategy of all that may be asked beside blocks, ``None`` for nothing."""
    found: list[st.SearchStrategy[Any]] = []
    if queries is not None:
        found.append(st.tuples(st.just("query"), queries))
    if shape is not None and shape.has("info"):
        found.append(st.just(("info",)))
    if shape is not None and shape.has("check_tx") and transactions is not None:
        found.append(st.tuples(st.just("check_tx"), transactions.map(as_bytes)))
    return st.one_of(found) if found else None


def _describe(cmd: bytes) -> str:
    return f"block [{', '.join(map(readable, decode_block(cmd)))}]"


class _Factory:
    """Make the machine around what the user's factory makes, and say which replica it is.

    Attributes:
        shape: Of the class; ``None`` where the factory is a function.
        without: What the application does not have.
    """

    def __init__(
        self, factory: Callable[..., Any], without: frozenset[str], queries: Any, *, genesis: bytes
    ) -> None:
        self._factory = factory
        self._genesis = genesis
        self._asks = queries is not None
        self._shapes: dict[type, Shape] = {}
        self.shape = None
        self.without = without
        made = _class_made_by(factory)
        if made is not None:
            self.shape = Shape.of(made)
            if not any(self.shape.has(method) for method in SNAPSHOTS):
                self.without |= {"snapshots"}
            self._refuse_unfit(made, self.shape)
        self.__signature__, self._names = self._signature()

    def _signature(self) -> tuple[inspect.Signature, frozenset[str]]:
        """Return the factory's own signature, with the replica's id if who proposes matters."""
        try:
            own = inspect.signature(self._factory)
        except (TypeError, ValueError):
            own = inspect.Signature()
        names = frozenset(own.parameters)
        if "replica_id" in names or not (self.shape is None or self.shape.has("prepare_proposal")):
            return own, names
        keyword = inspect.Parameter("replica_id", inspect.Parameter.KEYWORD_ONLY, default=1)
        parameters = list(own.parameters.values())
        is_last = bool(parameters) and parameters[-1].kind is keyword.VAR_KEYWORD
        parameters.insert(len(parameters) - is_last, keyword)
        return own.replace(parameters=parameters), names

    def __call__(self, *, replica_id: int = 1, **identity: object) -> AbciMachine:
        if "replica_id" in self._names:
            identity["replica_id"] = replica_id
        app = self._factory(**identity)
        kind = type(app)
        if kind not in self._shapes:
            self._shapes[kind] = Shape.of(kind)
            self._refuse_unfit(kind, self._shapes[kind])
        return AbciMachine(
            app, self._shapes[kind], replica_id=replica_id, genesis=self._genesis
        )  # fmt: skip

    def _refuse_unfit(self, made: type, shape: Shape) -> None:
        needed = ["finalize_block"]
        needed += ["query"] if self._asks else []
        needed += SNAPSHOTS if "snapshots" not in self.without else []
        for method in needed:
            if not shape.has(method):
                raise UsageError(
                    f"{made.__name__}: expected an application with {method}, got none: "
                    f"{_ADVICE.get(method, _OTHER_ADVICE)}"
                )


def _class_made_by(factory: object) -> type | None:
    """Return the class that a factory is, or says that it returns."""
    if isinstance(factory, type):
        return factory
    try:
        returns = get_type_hints(factory).get("return")
    except (TypeError, NameError):
        return None
    return returns if isinstance(returns, type) and returns is not object else None


_ADVICE = {
    "finalize_block": "add finalize_block(request), of ABCI 2.0",
    "query": "add query(request), or leave queries out",
}
_OTHER_ADVICE = 'add all four methods of snapshots, or declare without={"snapshots"}'


class _Model:
    """Ask the user's plain application in the form in which the machine is asked."""

    def __init__(self, make: Callable[[], Any]) -> None:
        plain = make()
        shape = Shape.of(plain)
        if not shape.has("finalize_block"):
            raise UsageError(
                f"{type(plain).__name__}: expected a model with finalize_block, got none: add it"
            )
        self._machine = AbciMachine(plain, shape)
        self._machine.open(None)

    def apply(self, cmd: bytes) -> Result:
        """Return what the machine must answer to a block."""
        result = self._machine.update(Entry(0, cmd))
        self._machine.commit()
        return result

    def query(self, query: tuple[Any, ...]) -> object:
        """Return what the machine must answer to a query."""
        return self._machine.lookup(query)
