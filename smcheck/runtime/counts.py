"""How far each task has come, as a scheduler reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from smcheck.runtime.tasks import Task


class Counts(Sequence[int]):
    """Points passed by each task."""

    def __init__(self, tasks: Mapping[int, Task]) -> None:
        self._tasks = tasks

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return tuple(self)[index]
        try:
            return self._tasks[index].points
        except KeyError:
            raise IndexError(index) from None

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[int]:
        tasks = self._tasks
        return iter([tasks[n].points for n in range(len(tasks)) if n in tasks])
