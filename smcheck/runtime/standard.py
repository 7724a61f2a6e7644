"""What is replaced once for the whole process: the standard library's names, and their aliases.

Knows modules; nothing of a machine. In smcheck, Hypothesis and pytest nothing is replaced.
"""

from __future__ import annotations

import concurrent.futures.thread
import ctypes
import datetime
import gc
import logging
import sys
from types import ModuleType
from typing import Any, NamedTuple
from weakref import ref

from smcheck.runtime.clock import DATETIME_METHODS
from smcheck.runtime.entering import FOREIGN
from smcheck.runtime.locks import Lock
from smcheck.runtime.stand_ins import FUNCTIONS, METHODS, UNCHANGED, function_for, original_of
from smcheck.runtime.tasks import Abandon

_names_of: Any = vars(ModuleType)["__dict__"].__get__
"""Give the names of a module; ``vars`` would load one that loads itself when it is asked."""


class _Aliases(NamedTuple):
    """Which names of a module may be aliases of functions, while it has so many names.

    Names only: what keeps a real function alive would be found to keep it.
    """

    module: ref[ModuleType]
    names: int
    keys: tuple[str, ...]


class Replaced(NamedTuple):
    """One name of a module that was replaced."""

    names: dict[str, Any]
    key: str
    old: Any
    new: Any


class Standard:
    """What is replaced for all machines alike, while any of them is run."""

    def __init__(self) -> None:
        self._replaced: list[Replaced] = []
        self._methods: list[tuple[type, str, Any]] = []
        self._looked_at: list[tuple[str, int, int]] = []
        self._aliases: dict[str, _Aliases] = {}
        self._at_first: set[str] = set()
        self._quiet = _DropsAbandon()

    def install(self) -> None:
        """Replace the names themselves."""
        self._at_first = set(sys.modules)
        for home, name, new in FUNCTIONS:
            self._replace(_names_of(home), name, new)
        # All pools of the process take this one.
        self._replace(_names_of(concurrent.futures.thread), "_global_shutdown_lock", Lock())
        for cls, name, new in METHODS:
            self._methods.append((cls, name, vars(cls)[name]))
            setattr(cls, name, new)
        for name, method in DATETIME_METHODS.items():
            _set_in_type(datetime.datetime, name, classmethod(method))
        logging.getLogger("concurrent.futures").addFilter(self._quiet)

    def take_in(self) -> None:
        """Replace the aliases that modules have; those that did not grow are known."""
        modules = _modules()
        lengths = map(len, map(_names_of, modules.values()))
        state = [*zip(modules, map(id, modules.values()), lengths, strict=True)]
        if state != self._looked_at:
            self._looked_at = state
            known = self._aliases
            self._aliases = {n: _aliases_of(n, m, known.get(n)) for n, m in modules.items()}
        for name, aliases in self._aliases.items():
            if aliases.keys:
                names = _names_of(modules[name])
                for key in aliases.keys:
                    new = function_for(names.get(key))
                    if new is not UNCHANGED:
                        self._replace(names, key, new)

    def _replace(self, names: dict[str, Any], key: str, new: Any) -> None:
        self._replaced.append(Replaced(names, key, names[key], new))
        names[key] = new

    def remove(self) -> None:
        """Give everything back, unless something else was put there."""
        for names, key, old, new in reversed(self._replaced):
            if names.get(key) is new:
                names[key] = old
        self._replaced.clear()
        for cls, name, old in self._methods:
            setattr(cls, name, old)
        self._methods.clear()
        for name in DATETIME_METHODS:
            _set_in_type(datetime.datetime, name, _DATETIME_ORIGINALS[name])
        logging.getLogger("concurrent.futures").removeFilter(self._quiet)
        if sys.modules.keys() - self._at_first:
            for name, module in _modules().items():
                if name not in self._at_first:
                    _give_back_aliases(_names_of(module))


_DATETIME_ORIGINALS = {name: vars(datetime.datetime)[name] for name in DATETIME_METHODS}


def _modules() -> dict[str, ModuleType]:
    """Return what is imported; libraries put other things into ``sys.modules`` too.

    Some of these say that they are modules (those of cffi do): what they are made by decides.
    """
    given: dict[str, object] = dict(sys.modules)
    return {
        name: module
        for name, module in given.items()
        if issubclass(type(module), ModuleType) and isinstance(module, ModuleType)
    }


def _aliases_of(name: str, module: ModuleType, known: _Aliases | None) -> _Aliases:
    names = _names_of(module)
    if known is not None and known.module() is module and known.names == len(names):
        return known
    keys: tuple[str, ...] = ()
    if name.partition(".")[0] not in FOREIGN:
        # They may be replaced already.
        keys = tuple(
            key
            for key, value in names.items()
            if function_for(value) is not UNCHANGED or original_of(value) is not UNCHANGED
        )
    return _Aliases(ref(module), len(names), keys)


def _give_back_aliases(names: dict[str, Any]) -> None:
    """Undo that a module which was imported meanwhile took the replacements for real."""
    for key, value in tuple(names.items()):
        old = original_of(value)
        if old is not UNCHANGED:
            names[key] = old


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
