"""Record and verify in this process."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from smcheck import Subject
from smcheck.engine.golden.check import Judged, Recorded, record, verify
from smcheck.engine.golden.file import Golden
from smcheck.engine.world import World
from smcheck.plan import Command
from tests.engine.golden import machines

WORDS = (b"a", b"bb", b"cc", b"a", b"cc", b"bb")
LOG = tuple(Command(3 * index, cmd) for index, cmd in enumerate(WORDS, 1))


@pytest.fixture(scope="session")
def golden() -> Golden:
    """Return what the first version shows."""
    return recorded(machines.notes)


@pytest.fixture
def verified(golden: Golden) -> Callable[..., Judged]:
    """Return a function that holds a subject to what the first version shows."""

    def hold(subject: Subject, to: Golden = golden) -> Judged:
        with World(subject) as world:
            return verify(world, to)

    return hold


def try_record(
    subject: Subject, log: tuple[Command, ...] = LOG, queries: tuple[object, ...] = ("words",)
) -> Recorded:
    """Record a log."""
    with World(subject) as world:
        return record(world, log, queries, source="commands", seed=7)


def recorded(
    subject: Subject, log: tuple[Command, ...] = LOG, queries: tuple[object, ...] = ("words",)
) -> Golden:
    """Record a log with a machine that agrees with itself."""
    found = try_record(subject, log, queries)
    assert found.golden is not None
    assert found.judged.agreement == "agrees", found.judged.lines
    return found.golden
