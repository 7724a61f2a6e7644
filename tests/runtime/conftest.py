"""Models, an executor that traces them, and a lock made of the seam alone."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

import pytest

from smcheck.runtime.executor import Executor
from smcheck.runtime.session import Execution
from smcheck.runtime.tasks import Place, Task, Wait, current_task
from smcheck.runtime.traced import Traced
from smcheck.schedulers.protocol import Scheduler

collect_ignore = ["storing.py"]
"""Collected for doctests, it would keep an fsync of its own through the whole run."""


class SeamLock:
    """A lock that only tasks use."""

    def __init__(self) -> None:
        self.holder: Task | None = None
        self.place: Place | None = None
        self.waiters: list[Task] = []

    def __enter__(self) -> None:
        task = current_task()
        assert task is not None
        task.point()
        while self.holder is not None:
            self.waiters.append(task)
            task.block(Wait("lock", "SeamLock", lambda: self.holder))
        self.holder = task

    def __exit__(self, *exc: object) -> None:
        task = current_task()
        assert task is not None
        task.point()
        self.holder = None
        waiters, self.waiters = self.waiters, []
        for waiter in waiters:
            waiter.wake()


def as_top_level(name: str) -> Iterator[ModuleType]:
    """Load a file beside this one as a module of its own."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[name]


@pytest.fixture(scope="session")
def racy() -> Iterator[ModuleType]:
    """Return the models as a top-level module, so that nothing else is traced with them."""
    yield from as_top_level("racy")


@pytest.fixture(scope="session")
def waiting() -> Iterator[ModuleType]:
    """Return the scripts that use primitives as a top-level module."""
    yield from as_top_level("waiting")


@pytest.fixture(scope="module")
def storing() -> Iterator[ModuleType]:
    """Return the code that stores files as a top-level module.

    Not for the session: as long as it is there, somebody keeps an fsync of his own.
    """
    yield from as_top_level("storing")


@pytest.fixture(scope="module")
def executor(racy: ModuleType) -> Iterator[Executor]:
    """Return an executor that gives up soon."""
    made = Executor(Traced.of(["racy"]), timeout_s=0.2)
    yield made
    made.close()


Bodies = Sequence[Callable[[], object]]


def run_once(
    executor: Executor, bodies: Callable[[], Bodies], scheduler: Scheduler, *, record: bool = False
) -> Execution:
    """Make the bodies inside a new session and run them once."""
    with executor.session() as session:
        made = session.alone(bodies)
        return session.run([_quiet(body) for body in made], scheduler, record=record)


def _quiet(body: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        body()

    return run


@pytest.fixture
def lock() -> type[SeamLock]:
    """Return the class of a lock made of the seam alone."""
    return SeamLock


@pytest.fixture
def run() -> Callable[..., Execution]:
    """Return ``run_once``."""
    return run_once
