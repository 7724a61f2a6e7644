"""Put modelled locks, threads, clocks and random sources in place, and take them away again.

While patches are installed, the standard library's names give modelled objects on the thread
of a task and the real ones on every other thread. So they may stay installed over many
sessions; what belongs to one session only is begun afresh by ``reset``.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from smcheck.runtime.conditions import SimpleQueue
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.scan import Found, Spot, scan
from smcheck.runtime.stand_ins import StandIns
from smcheck.runtime.standard import Standard
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


_standard = Standard()
