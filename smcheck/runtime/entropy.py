"""Random sources of a task: one seeded stream in place of ``random``, ``os.urandom``, ``uuid``.

The outer state of ``random`` is never touched, because a task draws from generators of its
own; Hypothesis may seed the outer one as it likes. Reseeding costs nothing until somebody draws.
"""

from __future__ import annotations

import os
import random
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from smcheck.runtime.clock import TIME_FUNCTIONS, as_builtin
from smcheck.runtime.reads import note
from smcheck.runtime.tasks import current_task

_UUID_EPOCH_100NS = 0x01B21DD213814000
RANDOM = "random source"
_NUMPY_SEEDS = 1 << 32
_SYSTEM_SALT = 0x5EED << 64


class _Streams:
    """The generators of tasks: one behind ``random``, one behind the system's source."""

    def __init__(self) -> None:
        self.plain = random.Random(0)
        self.system = random.Random(0)
        self.seed = 0
        self.is_fresh = False

    def reseed(self, seed: int) -> None:
        self.seed = seed
        self.is_fresh = False

    def refresh(self) -> None:
        """Seed the generators now, as somebody draws."""
        _real_seed(self.plain, self.seed)
        _real_seed(self.system, self.seed ^ _SYSTEM_SALT)
        self.is_fresh = True

    def draw(self, size: int) -> bytes:
        """Return bytes of the system's source."""
        if not self.is_fresh:
            self.refresh()
        return self.system.randbytes(size)


_real_seed: Callable[..., None] = random.Random.seed
_streams = _Streams()


@contextmanager
def reseed(seed: int) -> Iterator[None]:
    """Let the tasks inside draw from streams that depend on ``seed`` only.

    Nested uses begin afresh; leaving gives the outer seed back, from its beginning.
    """
    outer = _streams.seed
    _streams.reseed(seed)
    try:
        with _numpy_seeded(seed):
            yield
    finally:
        _streams.reseed(outer)


def reseed_now(seed: int) -> None:
    """Begin the streams afresh, between two operations of a machine."""
    _streams.reseed(seed)
    numpy = _numpy()
    if numpy is not None:
        numpy.seed(seed % _NUMPY_SEEDS)


def _numpy() -> Any:
    """Return ``numpy.random`` where somebody has imported it; its other generators ask ``os``."""
    return sys.modules.get("numpy.random")


@contextmanager
def _numpy_seeded(seed: int) -> Iterator[None]:
    """Seed the one generator behind the functions of ``numpy.random``, and put it back."""
    numpy = _numpy()
    if numpy is None:
        yield
        return
    outer = numpy.get_state()
    numpy.seed(seed % _NUMPY_SEEDS)
    try:
        yield
    finally:
        numpy.set_state(outer)


def _drawing(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
    method = getattr(_streams.plain, name)
    if name == "seed":
        method = partial(seed_generator, _streams.plain)

    def draw(*args: Any, **kwargs: Any) -> Any:
        if current_task() is None:
            return original(*args, **kwargs)
        if name != "seed":
            note(RANDOM)
        if not _streams.is_fresh:
            _streams.refresh()
        return method(*args, **kwargs)

    return as_builtin(draw, original)


def _bound_to_global() -> dict[str, Callable[..., Any]]:
    """Return the functions of ``random`` that draw from its hidden generator, by name."""
    hidden = random._inst
    return {
        name: value
        for name, value in vars(random).items()
        if getattr(value, "__self__", None) is hidden
    }


def _is_size(size: object) -> bool:
    return isinstance(size, int) and size >= 0


def _system_bytes(original: Callable[..., bytes]) -> Callable[..., bytes]:
    def urandom(size: int, /, *args: Any, **kwargs: Any) -> bytes:
        if current_task() is None or not _is_size(size):
            return original(size, *args, **kwargs)
        note(RANDOM)
        return _streams.draw(size)

    return as_builtin(urandom, original)


def seed_generator(self: random.Random, a: Any = None, version: int = 2) -> None:
    """Seed a generator; without a value from the task's stream. For ``random.Random.seed``."""
    if a is None and current_task() is not None:
        note(RANDOM)
        a = int.from_bytes(_streams.draw(32), "big")
    _real_seed(self, a, version)


def _uuid_by_time(original: Callable[[], Any] | None) -> Callable[[], Any]:
    """``uuid._generate_time_safe``: time, sequence and node in the layout of version 1."""

    def generate() -> tuple[bytes, int | None]:
        if current_task() is None:
            assert original is not None
            return original()  # type: ignore[no-any-return]  # as the C function
        note(RANDOM)
        time_ns = TIME_FUNCTIONS["time_ns"]()
        time_100ns = time_ns // 100 + _UUID_EPOCH_100NS
        low, middle, high = time_100ns & 0xFFFFFFFF, time_100ns >> 32 & 0xFFFF, time_100ns >> 48
        rest = _streams.draw(8)
        fields = (low, middle, high & 0x0FFF, rest[0] & 0x3F, rest[1])
        node = int.from_bytes(rest[2:], "big")
        return uuid.UUID(fields=(*fields, node), version=1).bytes, None

    return generate


RANDOM_FUNCTIONS = {name: _drawing(name, value) for name, value in _bound_to_global().items()}
"""What stands for each function of ``random`` that draws from its hidden generator, by name."""

SYSTEM_FUNCTIONS = {
    name: _system_bytes(getattr(os, name)) for name in ("urandom", "getrandom") if hasattr(os, name)
}
"""What stands for the functions of ``os`` that give random bytes, by name."""

_generate = getattr(uuid, "_generate_time_safe", None)
UUID_FUNCTIONS = {} if _generate is None else {"_generate_time_safe": _uuid_by_time(_generate)}
"""What stands for the C function behind ``uuid1``."""
