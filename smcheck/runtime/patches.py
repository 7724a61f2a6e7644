"""Put modelled locks, threads, clocks and random sources in place, and take them away again.

While patches are installed, the standard library's names give modelled objects on the thread
of a task and the real ones on every other thread. So they may stay installed over many
sessions; what belongs to one session only is begun afresh by ``reset``.
"""

from __future__ import annotations

import ctypes
import datetime
import gc
import logging
import sys
from collections import deque
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple
from weakref import ref

from smcheck.runtime.clock import DATETIME_METHODS
from smcheck.runtime.conditions import SimpleQueue
from smcheck.runtime.edges import DICT
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.scan import FOREIGN, Found, Spot, scan
from smcheck.runtime.stand_ins import (
    FUNCTIONS,
    METHODS,
    UNCHANGED,
    StandIns,
    function_for,
    original_of,
)
from smcheck.runtime.tasks import Abandon
from smcheck.runtime.traced import Traced

_installed: list[Patches] = []


class Patches:
    """What is replaced for the machines of some modules.

    Args:
        traced: Which modules are the machine's: in them everything is looked at, aliases,
            locks, classes, closures, defaults, partials and containers. In other modules only
            the aliases of functions are replaced, and in smcheck, Hypothesis and pytest none.
        roots: Objects that are looked at like those modules, such as functions with closures;
            each with a text that its paths begin with.
    """

    def __init__(self, traced: Traced, *, roots: Sequence[tuple[str, Any]] = ()) -> None:
        self._traced = traced
        self._roots = tuple(roots)
        self._spots: list[Spot] = []
        self._stand_ins = StandIns()
        self._seen: set[int] = set()
        self._modules = -1
        self._begin: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.left: list[str] = []

    def __enter__(self) -> Patches:
        self.install()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.remove()

    def install(self) -> None:
        """Replace everything; nothing happens if that is done already."""
        if self in _installed:
            return
        if not _installed:
            _standard.install()
        _installed.append(self)
        try:
            self.reset()
        except BaseException:
            self.remove()
            raise

    def reset(self) -> None:
        """Begin a session: locks of modules are free, queues and events as they were at first.

        Modules that were imported since are taken in. Cheap when none was.
        """
        if len(sys.modules) != self._modules:
            _standard.take_in()
            self._take_in()
            self._modules = len(sys.modules)
        for model in self._stand_ins.models:
            if isinstance(model, (Lock, RLock)):
                model.reset()
        for attributes, first in self._begin:
            attributes.clear()
            attributes.update({name: _copied(value) for name, value in first.items()})

    def remove(self) -> None:
        """Give everything back as it was; nothing happens if it is not installed."""
        if self not in _installed:
            return
        _installed.remove(self)
        if _installed:
            # Somebody else may trace the same modules, and found them replaced.
            _installed[-1]._spots += self._spots
            _installed[-1]._begin += self._begin
        else:
            for attributes, first in self._begin:
                attributes.clear()
                attributes.update(first)
            for spot in reversed(self._spots):
                spot.put_old()
            _standard.remove()
        self._forget()

    def _forget(self) -> None:
        self._spots = []
        self._stand_ins = StandIns()
        self._seen = set()
        self._modules = -1
        self._begin = []
        self.left = []

    def _take_in(self) -> None:
        modules = [(m.__name__, m) for m in self._traced.modules()]
        roots = [root for root in (*modules, *self._roots) if id(root[1]) not in self._seen]
        if not roots:
            return
        self._seen.update(id(root) for _, root in roots)
        known = len(self._stand_ins.models)
        found = scan(roots, self._stand_ins, is_own=_names_of(self._traced))
        for model in self._stand_ins.models[known:]:
            if isinstance(model, SimpleQueue):
                found.synchronised += model.parts()
        for spot in found.spots:
            spot.put_new()
        self._spots += found.spots
        self.left += found.left
        self._begin += [(a, {k: _copied(v) for k, v in a.items()}) for a in found.synchronised]


def has_real_locks(machine: object) -> bool:
    """Return whether a machine holds locks that are not modelled, so that they must be replaced."""
    found = scan([("machine", machine)], StandIns(), is_own=lambda _: False)
    return bool(found.spots or found.left)


def model_locks_in(machine: object, traced: Traced | None = None) -> list[str]:
    """Replace the real locks that a machine holds by modelled ones, in place.

    Called after its construction, between two executions. Return the paths of those that
    cannot be replaced: members of sets, held locks.

    Args:
        machine: Where to begin.
        traced: Modules whose classes are looked at too; none unless given.
    """
    is_own: Callable[[str], bool] = (lambda _: False) if traced is None else _names_of(traced)
    found: Found = scan([("machine", machine)], StandIns(), is_own=is_own)
    for spot in found.spots:
        spot.put_new()
    return found.left


def _names_of(traced: Traced) -> Callable[[str], bool]:
    names = {module.__name__ for module in traced.modules()}
    return names.__contains__


def _copied(value: Any) -> Any:
    """Return a copy of a plain container, anything else as it is."""
    return value.copy() if type(value) in (list, dict, set, deque) else value


class _Aliases(NamedTuple):
    """Which names of a module may be aliases of functions, while it has so many names.

    Names only: what keeps a real function alive would be found to keep it.
    """

    lives: ref[ModuleType]
    names: int
    keys: tuple[str, ...]

    def are_those_of(self, module: object) -> bool:
        """Return whether they are still; one more name may be one more alias."""
        return self.lives() is module and self.names == len(vars(module))


def _aliases_of(name: str, module: ModuleType) -> _Aliases:
    attributes = vars(module)
    keys: tuple[str, ...] = ()
    if name.partition(".")[0] not in FOREIGN:
        # They may be replaced already.
        keys = tuple(
            key
            for key, value in attributes.items()
            if function_for(value) is not UNCHANGED or original_of(value) is not UNCHANGED
        )
    return _Aliases(ref(module), len(attributes), keys)


class _Standard:
    """What is replaced once for the whole process: names, methods, aliases of functions."""

    def __init__(self) -> None:
        self._spots: list[Spot] = []
        self._methods: list[tuple[type, str, Any]] = []
        self._aliases: dict[str, _Aliases] = {}
        self._at_first: set[str] = set()
        self._quiet = _DropsAbandon()

    def install(self) -> None:
        self._at_first = set(sys.modules)
        for home, name, new in FUNCTIONS:
            spot = Spot(DICT, vars(home), name, getattr(home, name), new)
            spot.put_new()
            self._spots.append(spot)
        for cls, name, new in METHODS:
            self._methods.append((cls, name, vars(cls)[name]))
            setattr(cls, name, new)
        for name, method in DATETIME_METHODS.items():
            _set_in_type(datetime.datetime, name, classmethod(method))
        logging.getLogger("concurrent.futures").addFilter(self._quiet)

    def take_in(self) -> None:
        """Replace the aliases of functions that modules have."""
        modules: dict[str, object] = dict(sys.modules)
        for name, module in modules.items():
            known = self._aliases.get(name)
            if known is None or not known.are_those_of(module):
                if not isinstance(module, ModuleType):
                    continue
                known = self._aliases[name] = _aliases_of(name, module)
            if known.keys:
                self._replace(vars(module), known.keys)

    def _replace(self, attributes: dict[str, Any], keys: Sequence[str]) -> None:
        for key in keys:
            new = function_for(attributes.get(key))
            if new is not UNCHANGED:
                spot = Spot(DICT, attributes, key, attributes[key], new)
                spot.put_new()
                self._spots.append(spot)

    def remove(self) -> None:
        for spot in reversed(self._spots):
            spot.put_old()
        for cls, name, old in self._methods:
            setattr(cls, name, old)
        self._methods.clear()
        for name in DATETIME_METHODS:
            _set_in_type(datetime.datetime, name, _DATETIME_ORIGINALS[name])
        logging.getLogger("concurrent.futures").removeFilter(self._quiet)
        for name in sys.modules.keys() - self._at_first:
            _give_back_aliases(sys.modules[name])
        self._spots = []


_DATETIME_ORIGINALS = {name: vars(datetime.datetime)[name] for name in DATETIME_METHODS}


def _attributes_of(module: object) -> dict[str, Any]:
    """Return the names of a module; libraries put other things into ``sys.modules`` too."""
    return vars(module) if isinstance(module, ModuleType) else {}


def _give_back_aliases(module: object) -> None:
    """Undo that a module which was imported meanwhile took the replacements for real."""
    attributes = _attributes_of(module)
    for key, value in tuple(attributes.items()):
        old = original_of(value)
        if old is not UNCHANGED:
            attributes[key] = old


def _set_in_type(cls: type, name: str, value: object) -> None:
    """Set an attribute of a built-in class, for all its aliases and subclasses.

    A stand-in for the class itself would break ``type(x) is datetime`` and pickling.
    """
    (attributes,) = (d for d in gc.get_referents(vars(cls)) if type(d) is dict)
    attributes[name] = value
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(cls))


class _DropsAbandon(logging.Filter):
    """Keep the thread pool from logging that its workers were unwound."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, Abandon)


_standard = _Standard()
