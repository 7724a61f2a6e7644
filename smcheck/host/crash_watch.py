"""Take images of a machine's folder as a killed process, or a loss of power, would leave it.

Looks at the folder at each line of the machine, which sees what libraries written in C did, and
before and after each file call that Python makes, which sees several changes within one line.
Says nothing about what a machine should make of an image.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import get_ident
from types import CodeType, FrameType

from smcheck.finding import Location
from smcheck.host.crash_images import CrashImage, CrashImages, Sort
from smcheck.host.cut_writes import cut_trees
from smcheck.host.dead_process import of_a_dead_process
from smcheck.host.line_events import line_events, unheard
from smcheck.host.lost_writes import LostTree, UnsyncedFiles
from smcheck.host.trees import Cache, Tree, changed_paths, read_tree
from smcheck.runtime.file_calls import Change, FileCall, recording
from smcheck.runtime.tasks import Task, current_task
from smcheck.runtime.traced import Traced
from smcheck.runtime.unseen import unseen_calls, unseen_syncs

__all__ = ["LIMIT_IMAGES", "CrashImage", "CrashWatch"]

LIMIT_IMAGES = 24
LIMIT_TRIES = 3
"""How often a folder is read that changes while it is read."""

LIMIT_DENSE_LINES = 1000
"""Lines without a change in one step after which only every so many are looked at."""

_NAMES_CHANGE = (Change.RENAME, Change.LINK, Change.UNLINK)
_unseen: dict[int, bool] = {}
_NO_POWER = "loss of power was not tried"


class CrashWatch:
    """Watch one folder while one machine lives in it, on the thread that enters ``watching``.

    Calls of other threads are heard; images are taken on them only where they are controlled
    tasks like the watching one, so that exactly one of them runs.

    Args:
        folder: Where the machine lives.
        traced: What the machine's code is.
        limit: Most images that are given.

    Attributes:
        notes: What the reader must know about what was not tried, for people.
    """

    def __init__(self, folder: Path, traced: Traced, *, limit: int = LIMIT_IMAGES) -> None:
        self._folder = folder
        self._traced = traced
        self._cache = Cache()
        self._images = CrashImages(limit)
        self._tree = Tree()
        self._files = UnsyncedFiles(self._tree)
        self._tries_power = True
        self._step, self._inside = -1, False
        self._thread = 0
        self._task: Task | None = None
        self._is_busy = False
        self._latest: Location | None = None
        self._first: Location | None = None
        self._before_write: Tree | None = None
        self._quiet = 0
        self.notes: list[str] = []

    @property
    def images(self) -> Sequence[CrashImage]:
        """The images that were chosen, in the order they were taken."""
        images = self._images.chosen()
        return images if self._tries_power else [image for image in images if not image.lost]

    @property
    def opaque(self) -> Sequence[str]:
        """Files in which a loss of power was not tried, sorted: not only Python writes them."""
        return sorted(self._files.opaque)

    @contextmanager
    def watching(self) -> Iterator[CrashWatch]:
        """Watch inside the block; what is there already is taken as durable."""
        self._thread, self._task = get_ident(), current_task()
        self._tree = self._read(thorough=True) or self._tree
        self._files = UnsyncedFiles(self._tree)
        self._tries_power = not _misses_syncs()
        if not self._tries_power:
            self.notes.append(f"{_NO_POWER}: a library keeps an fsync of its own")
        watch = recording(self._folder, before=self._before, after=self._after)
        with unseen_calls(self._unseen), watch as recorder, of_a_dead_process():
            try:
                yield self
            finally:
                self.notes += [f"a file call was not followed: {f}" for f in recorder.failures[:1]]

    @contextmanager
    def inside(self, step: int) -> Iterator[None]:
        """Watch one call of the machine, which is step ``step``; in order, each once."""
        self._rest(only_changed=True)
        self._step, self._inside, self._quiet = step, True, 0
        self._latest = self._first = None
        try:
            with line_events(self._traced, self._line):
                yield
        finally:
            self._look_after_line()
            self._inside = False
            self._rest()

    # Looking

    def _rest(self, *, only_changed: bool = False) -> None:
        """Take images between two calls of the machine."""
        with self._alone():
            if self._has_changed(thorough=True) or not only_changed:
                when = "between two calls" if self._step >= 0 else "before the first call"
                self._add(self._tree, f"killed {when}", Sort("rest", self._first))
                self._lose_power(f"power lost {when}", Sort("rest, power", self._first))

    def _look(self, how: str, place: Location | None, *, call: str, mode: str) -> None:
        """Take an image if the folder has changed."""
        if self._has_changed():
            self._add(self._tree, how, Sort("call", place, call, mode), place)

    def _look_after_line(self) -> None:
        """Take an image if the line that ran has changed the folder."""
        old, place = self._tree, self._latest
        if not self._has_changed():
            self._quiet += 1
            return
        self._quiet = 0
        paths = ", ".join(changed_paths(old, self._tree)[:4])
        line = f"line {place.line} of {Path(place.file).name}" if place else "the call"
        how = f"killed after {line} changed {paths}"
        self._add(self._tree, how, Sort("call", place, mode="line"), place)

    def _has_changed(self, *, thorough: bool = False) -> bool:
        tree = self._read(thorough=thorough)
        if tree is None or tree == self._tree:
            return False
        self._tree = tree
        self._files.compare(tree)
        return True

    def _read(self, *, thorough: bool = False) -> Tree | None:
        """Return what the folder holds, the present tree if it holds nothing else.

        What changes is read until it was the same twice: libraries may have threads of their
        own, and what was read half before and half after a change never was.
        """
        tree = self._read_once(thorough=thorough)
        for _ in range(LIMIT_TRIES):
            if tree is None or tree == self._tree:
                return tree
            again = self._read_once(thorough=thorough)
            if again == tree:
                return again
            tree = again
        return None

    def _read_once(self, *, thorough: bool) -> Tree | None:
        tree = read_tree(self._folder, self._cache, thorough=thorough)
        note = f"{self._folder.name}: from step {self._step} on it holds too much to try crashes"
        if tree is None and not any("too much" in known for known in self.notes):
            self.notes.append(note)
        return tree

    def _add(
        self, tree: Tree, how: str, sort: Sort, place: Location | None = None, *,
        lost: LostTree | None = None,
    ) -> None:  # fmt: skip
        inside, wrote = self._inside, lost.at if lost is not None else None
        here = place if inside else None
        image = CrashImage(tree, self._step, inside, here, how, lost is not None, wrote)
        self._images.add(image, sort)

    def _lose_power(self, how: str, sort: Sort, place: Location | None = None) -> None:
        if not self._tries_power:
            return
        for lost in self._files.lost_trees(self._tree):
            self._add(
                lost.tree, f"{how}: {lost.text}",
                Sort(sort.kind, sort.place, sort.call, lost.kind), place, lost=lost,
            )  # fmt: skip

    # Lines of the machine

    def _line(self, frame: FrameType, event: str) -> None:
        here = self._standing(frame)
        self._first = self._first or here
        if self._is_due():
            with self._alone() as is_free:
                if is_free:
                    self._look_after_line()
        else:
            self._quiet += 1
        # What comes after a return is the rest of the line that made the call.
        self._latest = (event == "return" and self._standing(frame.f_back)) or here or self._latest

    def _is_due(self) -> bool:
        """Whether to look at this line: a long loop that writes nothing is left to itself."""
        sparse = self._quiet // LIMIT_DENSE_LINES
        return not sparse or not self._quiet % (1 << min(2 * sparse.bit_length(), 12))

    def _standing(self, frame: FrameType | None) -> Location | None:
        """Return the innermost line of the machine's source on a stack."""
        while frame is not None:
            code = frame.f_code
            if self._traced.is_machine_file(code.co_filename):
                return _location(code, frame.f_lineno)
            frame = frame.f_back
        return None

    # File calls

    def _is_mine(self) -> bool:
        return get_ident() == self._thread or (
            self._task is not None and current_task() is not None
        )

    @contextmanager
    def _alone(self) -> Iterator[bool]:
        """Let nothing in that happens while an image is taken, such as a finaliser's flush."""
        was_busy, self._is_busy = self._is_busy, True
        try:
            with unheard():
                yield not was_busy
        finally:
            self._is_busy = was_busy

    def _before(self, call: FileCall) -> None:
        if not self._is_mine():
            return
        with self._alone() as is_free:
            if is_free:
                place = self._standing(sys._getframe())
                self._look(f"killed before {_phrase(call)}", place, call=call.name, mode="before")
                self._before_write = self._tree if call.change is Change.WRITE else None
                if call.change in _NAMES_CHANGE:
                    self._lose_at(call, place, "before")

    def _after(self, call: FileCall) -> None:
        self._files.note(call, at=self._standing(sys._getframe()))
        if not self._is_mine():
            return
        with self._alone() as is_free:
            if is_free:
                place = self._standing(sys._getframe())
                if self._before_write is not None and call.change is Change.WRITE:
                    for count, tree in cut_trees(self._before_write, call):
                        how = f"killed after {_phrase(call, count=count)}"
                        self._add(tree, how, Sort("cut", place, call.name), place)
                self._look(f"killed after {_phrase(call)}", place, call=call.name, mode="after")
                if call.change in _NAMES_CHANGE or call.change is Change.SYNC:
                    self._lose_at(call, place, "after")

    def _unseen(self, what: str) -> None:
        if self._is_mine() and not self._is_busy and self._tries_power:
            self._tries_power = False
            self.notes.append(f"{_NO_POWER}: {what}")

    def _lose_at(self, call: FileCall, place: Location | None, when: str) -> None:
        sort = Sort("call, power", place, f"{when} {call.name}")
        self._lose_power(f"power lost {when} {_phrase(call)}", sort, place)


@lru_cache(maxsize=4096)
def _location(code: CodeType, line: int) -> Location:
    return Location(os.path.abspath(code.co_filename), line, code.co_qualname)


def _misses_syncs() -> bool:
    """Ask ``unseen_syncs`` once for the modules there are."""
    modules = len(sys.modules)
    if modules not in _unseen:
        _unseen[modules] = unseen_syncs()
    return _unseen[modules]


def _phrase(call: FileCall, *, count: int | None = None) -> str:
    """Return a file call as the end of a sentence that began with before or after."""
    if call.change is Change.WRITE:
        size = len(call.data)
        some = f"{size} byte{'s' * (size != 1)}" if count is None else f"{count} of {size} bytes"
        return f"{some} {'was' if some == '1 byte' else 'were'} written to {call.path}"
    if call.change is Change.TRUNCATE:
        return f"{call.path} was cut to {call.size} bytes"
    if call.change is Change.CREATE:
        return f"{call.path} was created"
    to = f" to {call.target or 'elsewhere'}" if call.change in (Change.RENAME, Change.LINK) else ""
    return f"{call.name} of {call.path or 'another folder'}{to}"
