"""Strategies of calls, and what an adapter reads off the user's factory. Knows no library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st

from smcheck.adapters._calls import Call, method_of
from smcheck.errors import UsageError

Methods = Mapping[str, st.SearchStrategy[Any]]
"""Name of a method to a strategy of its arguments: a tuple, or what ``arguments`` draws."""


def arguments(
    *args: st.SearchStrategy[Any], **kwargs: st.SearchStrategy[Any]
) -> st.SearchStrategy[Any]:
    """Draw the arguments of one call, positional and by keyword.

    ``arguments()`` is a call without any, ``arguments(keys, default=values)`` one with both.
    """
    if not kwargs:
        return st.tuples(*args)
    return st.builds(Call, st.just(""), st.tuples(*args), st.fixed_dictionaries(kwargs))


def draw_calls(methods: Methods) -> st.SearchStrategy[Call]:
    """Draw a call of one of the methods."""
    return st.one_of([drawn.map(partial(_call, name)) for name, drawn in methods.items()])


def draw_queries(methods: Methods) -> st.SearchStrategy[tuple[object, ...]]:
    """Draw a call of one of the methods as a query: its name, then its arguments."""
    return draw_calls(methods).map(_query)


def _call(method: str, drawn: object) -> Call:
    if isinstance(drawn, Call):
        return Call(method, drawn.args, drawn.kwargs)
    if isinstance(drawn, tuple):
        return Call(method, drawn)
    raise UsageError(
        f"{method}: expected a tuple of arguments, got {drawn!r:.80}: "
        "draw st.tuples(...), or arguments(...) from this module"
    )


def _query(call: Call) -> tuple[object, ...]:
    if call.kwargs:
        raise UsageError(
            f"{call.method}: expected positional arguments of a read, got {dict(call.kwargs)!r}: "
            "pass them by position"
        )
    return (call.method, *call.args)


def find_method(target: object, method: str) -> object:
    """Return a method of an object or of a class, dotted for one of a part.

    Raises:
        UsageError: There is none.
    """
    try:
        return method_of(target, method)
    except AttributeError:
        kind = target if isinstance(target, type) else type(target)
        raise UsageError(
            f"{kind.__name__}: expected a class with every method that commands and reads name, "
            f"got one without {method!r}: check the spelling"
        ) from None


def traced_packages(
    factory: Callable[..., object], more: Iterable[str], *, always: Sequence[str] = ()
) -> Sequence[str]:
    """Return the top-level packages of a factory, of the classes it derives from, and others."""
    made_by: object = factory
    while isinstance(made_by, partial):
        made_by = made_by.func
    kinds = made_by.__mro__ if isinstance(made_by, type) else (made_by,)
    own = [getattr(kind, "__module__", None) or "builtins" for kind in kinds]
    packages = [*always, *(module.partition(".")[0] for module in own), *more]
    return tuple(dict.fromkeys(name for name in packages if name != "builtins"))


def name_of(factory: Callable[..., object]) -> str:
    """Return what reports call a subject of this factory."""
    made_by: object = factory
    while isinstance(made_by, partial):
        made_by = made_by.func
    return getattr(made_by, "__name__", type(made_by).__name__)
