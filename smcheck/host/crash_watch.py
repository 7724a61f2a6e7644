"""Keep images of a machine's folder as a killed process would leave it, at each of its lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from smcheck.finding import Location
from smcheck.host.trees import Tree, read_tree
from smcheck.runtime.traced import Traced


@dataclass(frozen=True, slots=True)
class CrashImage:
    """A folder at one moment.

    Attributes:
        tree: What it holds.
        step: Number of the step of the script in which, or after which, it was so.
        inside: Whether that step was in flight.
        location: Line of the machine that was about to run.
        how: How it came about, for people.
        lost: Whether power was lost, and not only the process.
    """

    tree: Tree
    step: int
    inside: bool
    location: Location | None
    how: str
    lost: bool = False


class CrashWatch:
    """Watch one folder while one machine lives in it."""

    def __init__(self, folder: Path, traced: Traced, *, limit: int = 24) -> None:
        self._folder, self._traced, self._limit = folder, traced, limit
        self._images: dict[tuple[Tree, int, bool], CrashImage] = {}
        self._step = -1
        self.opaque: frozenset[str] = frozenset()

    @contextmanager
    def watching(self) -> Iterator[CrashWatch]:
        """Watch inside the block."""
        yield self

    @contextmanager
    def inside(self, step: int) -> Iterator[None]:
        """Note that a step is in flight inside the block."""
        self._step = step
        before = sys.gettrace()
        sys.settrace(self._call)
        try:
            yield
        finally:
            sys.settrace(before)
            self._take(None, inside=False)

    @property
    def images(self) -> Sequence[CrashImage]:
        """What was kept."""
        return tuple(self._images.values())[: self._limit]

    def _call(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._line if self._traced.is_machine(frame.f_code) else None

    def _line(self, frame: FrameType, event: str, arg: Any) -> Any:
        code = frame.f_code
        place = Location(code.co_filename, frame.f_lineno, code.co_qualname)
        self._take(place, inside=True)
        return self._line

    def _take(self, place: Location | None, *, inside: bool) -> None:
        tree = read_tree(self._folder)
        if tree is None:
            return
        how = f"killed before line {place.line}" if place else "killed between two calls"
        image = CrashImage(tree, self._step, inside, place, how)
        self._images.setdefault((tree, self._step, inside), image)
