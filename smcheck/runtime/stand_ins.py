"""What stands for what: each thing that is replaced, with its replacement.

Functions are told by identity, so an alias of any name is found; locks are told by their type
and each gets a modelled one of its own. Knows nothing of where these things are.
"""

from __future__ import annotations

import _thread
import builtins
import datetime
import os
import queue
import random
import threading
import time
import types
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from smcheck._types import ids_of
from smcheck.runtime import real
from smcheck.runtime.clock import DATETIME_METHODS, TIME_FUNCTIONS, as_builtin
from smcheck.runtime.conditions import SimpleQueue, wait
from smcheck.runtime.entropy import (
    RANDOM_FUNCTIONS,
    SYSTEM_FUNCTIONS,
    UUID_FUNCTIONS,
    seed_generator,
)
from smcheck.runtime.file_functions import FILE_FUNCTIONS
from smcheck.runtime.file_objects import OPEN_FUNCTIONS
from smcheck.runtime.locks import Lock, RLock
from smcheck.runtime.tasks import current_task
from smcheck.runtime.threads import TaskThread, shutdown, sleep, start, start_new_thread

UNCHANGED = object()
_DummyThread: Any = threading._DummyThread


class _Factory(type):
    """A class that makes a modelled object on a task and a real one elsewhere."""

    real: Any
    model: Any

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if current_task() is None:
            return cls.real(*args, **kwargs)
        if args or kwargs:
            cls.real(*args, **kwargs)  # raises what the real one raises
        return cls.model()

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls.real)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, cls.real)

    def __repr__(cls) -> str:
        return repr(cls.real)


def _factory(original: Any, model: type) -> Any:
    """Return a class or a function that stands for ``original``, as that is one or the other."""
    if isinstance(original, type):
        names = {"real": original, "model": model, "__module__": original.__module__}
        return _Factory(original.__name__, (), names)

    def make(*args: Any, **kwargs: Any) -> Any:
        if current_task() is None:
            return original(*args, **kwargs)
        if args or kwargs:
            original(*args, **kwargs)  # raises what the real one raises
        return model()

    return as_builtin(make, original)


def _functions() -> list[tuple[Any, str, Any]]:
    """Return module, name and replacement of what is replaced where it is defined."""
    new_thread = as_builtin(start_new_thread, real.start_new_thread)
    lock = _factory(threading.Lock, Lock)
    allocate = lock if threading.Lock is real.allocate_lock else _factory(real.allocate_lock, Lock)
    found: list[tuple[Any, str, Any]] = [
        (threading, "Lock", lock),
        (threading, "_allocate_lock", allocate),
        (threading, "_CRLock", _factory(real.RLockType, RLock)),
        (threading, "_DummyThread", _factory(_DummyThread, TaskThread)),
        (_thread, "allocate_lock", allocate),
        (_thread, "allocate", _factory(_thread.allocate, Lock)),
        (_thread, "start_new_thread", new_thread),
        (_thread, "start_new", new_thread),
        (queue, "SimpleQueue", _factory(real.SimpleQueue, SimpleQueue)),
        (time, "sleep", as_builtin(sleep, real.sleep)),
    ]
    tables: list[tuple[Any, dict[str, Any]]] = [
        (time, TIME_FUNCTIONS), (random, RANDOM_FUNCTIONS), (os, SYSTEM_FUNCTIONS),
        (uuid, UUID_FUNCTIONS), (os, FILE_FUNCTIONS), (builtins, OPEN_FUNCTIONS),
    ]  # fmt: skip
    found += [(home, name, new) for home, table in tables for name, new in table.items()]
    return found


FUNCTIONS = tuple(_functions())
METHODS: tuple[tuple[type, str, Any], ...] = (
    (threading.Condition, "wait", as_builtin(wait, real.condition_wait)),
    (threading.Thread, "start", as_builtin(start, real.thread_start)),
    (ThreadPoolExecutor, "shutdown", as_builtin(shutdown, real.pool_shutdown)),
    (random.Random, "seed", as_builtin(seed_generator, random.Random.seed)),
)

_BY_IDENTITY = {id(getattr(home, name)): new for home, name, new in FUNCTIONS}
_BY_IDENTITY.update((id(getattr(home, name)), new) for home, name, new in METHODS)
_KEPT = [getattr(home, name) for home, name, _ in (*FUNCTIONS, *METHODS)]  # identities stay true
_ORIGINALS = {id(new): getattr(home, name) for home, name, new in (*FUNCTIONS, *METHODS)}
TABLES: tuple[object, ...] = (_KEPT, _ORIGINALS)
"""Where this module itself holds the real things."""

LOCKS: dict[type, type] = {
    real.LockType: Lock, real.RLockType: RLock, real.SimpleQueue: SimpleQueue,
}  # fmt: skip
LOCK_IDS = ids_of(LOCKS)


def function_for(value: Any) -> Any:
    """Return what stands for a function, ``UNCHANGED`` for anything else."""
    return _BY_IDENTITY.get(id(value), UNCHANGED)


def original_of(value: Any) -> Any:
    """Return the function that ``value`` stands for, ``UNCHANGED`` for anything else."""
    return _ORIGINALS.get(id(value), UNCHANGED)


class StandIns:
    """Replacements of one scan: the same lock gets the same modelled one everywhere.

    Attributes:
        models: The modelled locks and queues made, in order.
        busy: Real locks that are held and were therefore left alone.
    """

    def __init__(self) -> None:
        self.models: list[Lock | RLock | SimpleQueue] = []
        self.busy: list[Any] = []
        self._known: dict[int, Any] = {}

    def for_value(self, value: Any, depth: int = 0) -> Any:
        """Return what stands for ``value``, ``UNCHANGED`` if it stays."""
        function = _BY_IDENTITY.get(id(value), UNCHANGED)
        if function is not UNCHANGED:
            return function
        cls = type(value)
        if id(cls) in LOCK_IDS:
            return self._model(value, cls)
        if id(cls) in _RARE and depth < 4:
            return self._for_wrapper(value, cls, depth + 1)
        return UNCHANGED

    def _for_wrapper(self, value: Any, cls: type, depth: int) -> Any:
        if cls is types.BuiltinFunctionType:
            return self._for_bound_builtin(value)
        if cls is tuple:
            items = [self.for_value(item, depth) for item in value]
            if all(item is UNCHANGED for item in items):
                return UNCHANGED
            return tuple(
                old if new is UNCHANGED else new for old, new in zip(value, items, strict=True)
            )
        inner = self.for_value(value.__func__, depth)
        if inner is UNCHANGED:
            return UNCHANGED
        return types.MethodType(inner, value.__self__) if cls is types.MethodType else cls(inner)

    def _for_bound_builtin(self, value: Any) -> Any:
        owner, name = value.__self__, value.__name__
        if id(type(owner)) in LOCK_IDS:
            model = self._model(owner, type(owner))
            return UNCHANGED if model is UNCHANGED else getattr(model, name, UNCHANGED)
        is_datetime = isinstance(owner, type) and issubclass(owner, datetime.datetime)
        if is_datetime and name in DATETIME_METHODS:
            return types.MethodType(DATETIME_METHODS[name], owner)
        return UNCHANGED

    def _model(self, value: Any, cls: type) -> Any:
        known = self._known.get(id(value))
        if known is not None:
            return known[1]
        model: Any = LOCKS[cls]()
        if cls is real.SimpleQueue:
            _copy_items(value, model)
        elif not value.acquire(False):
            self.busy.append(value)
            return UNCHANGED
        elif cls is real.RLockType and _was_owned(value):
            value.release()
            self.busy.append(value)
            return UNCHANGED
        else:
            value.release()
        self._known[id(value)] = (value, model)
        self.models.append(model)
        return model


_RARE = ids_of([types.BuiltinFunctionType, types.MethodType, tuple, staticmethod, classmethod])


def _was_owned(lock: Any) -> bool:
    """Whether an ``RLock`` that was just taken had been taken by this thread before."""
    lock.release()
    was = bool(lock._is_owned())
    lock.acquire()
    return was


def _copy_items(old: Any, new: SimpleQueue) -> None:
    """Put the items of a real queue into a modelled one too."""
    for _ in range(old.qsize()):
        item = old.get_nowait()
        old.put(item)
        new.put(item)
