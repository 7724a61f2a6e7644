"""Paths through the objects that a machine holds."""

from __future__ import annotations

import enum
import functools
import logging
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from smcheck.runtime.graph import find_shared, path_to
from smcheck.runtime.locks import Lock

CACHE: dict[str, object] = {}


class Target:
    __slots__ = ("__weakref__",)


class Base:
    __slots__ = ("slot",)


class Machine(Base):
    """Everything that could run code of its own refuses to."""

    seen: list[object] = []  # noqa: RUF012 - shared on purpose

    def __init__(self) -> None:
        self.held: Any = None

    def method(self, cache: list[object] = []) -> None:  # noqa: B006 - shared on purpose
        """Keep a default that can change."""

    @property
    def refuses(self) -> object:
        raise AssertionError

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)

    def __eq__(self, other: object) -> bool:
        raise AssertionError

    def __hash__(self) -> int:
        raise AssertionError

    def __repr__(self) -> str:
        raise AssertionError


def closure(value: object) -> Callable[[], object]:
    return lambda: value


def generator(value: object) -> Iterator[object]:
    yield value


def running(value: object) -> Iterator[object]:
    made = generator(value)
    next(made)
    return made


def error_with_traceback(value: object) -> Exception:
    def fail(kept: object) -> None:
        raise ValueError

    try:
        fail(value)
    except ValueError as error:
        return error
    raise AssertionError


def locked_by(value: object) -> Lock:
    lock = Lock()
    lock._place = value  # type: ignore[assignment]  # anything that is kept there
    return lock


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda t: t, "machine.held"),
        (lambda t: [0, t], "machine.held[1]"),
        (lambda t: {"a": {"entry": t}}, "machine.held['a']['entry']"),
        (lambda t: {("k", 1): t}, "machine.held[('k', 1)]"),
        (lambda t: {(t, 1): 2}, "machine.held.<key (<Target>, 1)>[0]"),
        (lambda t: deque([t]), "machine.held[0]"),
        (lambda t: OrderedDict(x=t), "machine.held['x']"),
        (lambda t: defaultdict(list, x=[t]), "machine.held['x'][0]"),
        (lambda t: {t}, "machine.held.<member Target>"),
        (lambda t: functools.partial(print, t, end=""), "machine.held.args[0]"),
        (lambda t: functools.partial(dict, end=t), "machine.held.keywords['end']"),
        (closure, "machine.held.<closure value>"),
        (lambda t: [t].append, "machine.held.__self__[0]"),
        (lambda t: iter([t]), "machine.held.<list>[0]"),
        (lambda t: ValueError(t), "machine.held.args[0]"),
        (lambda t: lambda x=t: x, "machine.held.<default x>"),
        (running, None),
        (error_with_traceback, None),
        (locked_by, None),
        (lambda t: {"x" * 70: t}, f"machine.held['{'x' * 56}...]"),
    ],
)
def test_path_to_names_the_way(make: Callable[[object], object], path: str | None) -> None:
    machine, target = Machine(), Target()
    machine.held = make(target)
    assert path_to(machine, [target]) == path


@pytest.mark.parametrize(
    "kind", [dict, list, tuple, set, frozenset, deque, functools.partial, BaseException, type]
)
def test_path_to_goes_by_the_type_and_not_by_what_an_object_says(kind: type) -> None:
    # As mocks with a spec have it.
    mock = type("Mock", (), {"__class__": kind})()
    machine, target = Machine(), Target()
    machine.held, vars(mock)["inner"] = mock, target
    assert path_to(machine, [target]) == "machine.held.inner"


def test_path_to_looks_into_slots() -> None:
    machine, target = Machine(), Target()
    setattr(machine, "slot", [target])  # noqa: B010 - a slot that the class does not declare
    assert path_to(machine, [target]) == "machine.slot[0]"


def test_path_to_finds_the_buffer_under_a_view() -> None:
    machine, buffer = Machine(), bytearray(b"abc")
    machine.held = memoryview(buffer)
    assert path_to(machine, [buffer]) == "machine.held.obj"


def test_path_to_looks_at_classes_defaults_and_globals() -> None:
    machine, target = Machine(), Target()
    places: list[tuple[list[Any] | dict[str, Any], str]] = [
        (Machine.seen, "class Machine.seen[0]"),
        (Machine.method.__defaults__[0], "class Machine.method.<default cache>[0]"),  # type: ignore[index]  # there is one
        (CACHE, "test_graph.CACHE['x']"),
    ]
    for place, path in places:
        place.append(target) if isinstance(place, list) else place.update(x=target)
        try:
            assert path_to(machine, [target]) == path
        finally:
            place.clear()


def test_path_to_prefers_the_shortest_way() -> None:
    machine, target = Machine(), Target()
    machine.held = [[[target]], target]
    assert path_to(machine, [target]) == "machine.held[1]"


def test_path_to_gives_up_at_its_limit() -> None:
    machine, target = Machine(), Target()
    machine.held = [*(object() for _ in range(500)), target]
    assert path_to(machine, [target], limit=100) is None


def test_path_to_ends_in_a_circle() -> None:
    machine = Machine()
    machine.held = [machine]
    assert path_to(machine, [Target()]) is None


@dataclass(frozen=True)
class Version:
    number: int


class Colour(enum.Enum):
    RED = 1


class Node:
    def __init__(self) -> None:
        self.value = 1


@pytest.mark.parametrize(
    ("hand_out", "shared"),
    [
        (lambda held: held, "context is machine.held"),
        (lambda held: {"state": held}, "context['state'] is machine.held"),
        (lambda held: dict(held), "context['list'] is machine.held['list']"),
        (lambda held: (1, held["node"]), "context[1] is machine.held['node']"),
        (lambda held: (held["version"], held["colour"], held["log"], held["text"]), None),
        (lambda held: list(held["list"]), None),
    ],
)
def test_what_is_shared_and_can_change_is_named_both_ways(
    hand_out: Callable[[Any], object], shared: str | None
) -> None:
    machine = Machine()
    machine.held = {
        "list": [1], "node": Node(), "version": Version(1), "colour": Colour.RED,
        "log": logging.getLogger("x"), "text": "t",
    }  # fmt: skip
    found = next(find_shared(hand_out(machine.held), machine), None)
    assert (found and found[0]) == shared


def test_each_thing_that_is_shared_is_named_and_nothing_inside_of_one() -> None:
    machine = Machine()
    machine.held = {"one": [[1]], "other": [2], "own": [3]}
    context = {"a": machine.held["one"], "b": machine.held["other"], "c": [3]}
    assert [path for path, _ in find_shared(context, machine)] == [
        "context['a'] is machine.held['one']",
        "context['b'] is machine.held['other']",
    ]


def test_a_machine_that_is_reached_from_a_context_is_shared() -> None:
    machine = Machine()
    assert list(find_shared([machine], machine)) == [("context[0] is machine", machine)]
