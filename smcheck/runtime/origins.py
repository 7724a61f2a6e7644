"""Which code of the machine's a changed one was made of; empty where none is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType
from weakref import ref


@dataclass(frozen=True, slots=True)
class _Origin:
    code: CodeType
    offsets: Sequence[int]
    lives: ref[CodeType]


_origins: dict[int, _Origin] = {}
"""By the id of the changed code, for as long as that lives."""


def remember(changed: CodeType, code: CodeType, offsets: Sequence[int]) -> None:
    """Note that ``changed`` was made of ``code``; ``offsets`` are there, by code unit here."""
    key = id(changed)
    lives = ref(changed, lambda _: _origins.pop(key, None))
    _origins[key] = _Origin(code, offsets, lives)


def original(code: CodeType) -> CodeType:
    """Return the code that another one was made of, itself if it was not changed."""
    known = _origins.get(id(code))
    return code if known is None else known.code


def origin(code: CodeType, offset: int) -> tuple[CodeType, int]:
    """Return the instruction in the original code that an offset belongs to."""
    known = _origins.get(id(code))
    return (code, offset) if known is None else (known.code, known.offsets[offset // 2])
