"""Reads of the machine's own are noted; those of libraries with reasons of their own are not."""

from __future__ import annotations

import logging
import os
import random
import time
import uuid
from collections.abc import Callable

import pytest

from smcheck.circumstances.guard import Guard
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.settings import default_settings
from smcheck.host.life import Life
from smcheck.runtime.executor import Executor
from smcheck.runtime.reads import heard
from smcheck.runtime.traced import Traced
from tests.circumstances.conftest import SPECIMENS
from tests.circumstances.test_culprit import script


def read_by(body: Callable[[], object]) -> list[tuple[str, str]]:
    traced = Traced.of([__name__])
    executor, guard = Executor(traced, granularity="none"), Guard(traced)
    with executor.session(trace=False) as session, heard(guard.hear):
        session.alone(body)
    executor.close()
    return [(circumstance, place.function) for circumstance, place in guard.reads]


def seconds() -> float:
    return time.time()


def token() -> str:
    return str(uuid.uuid4())


def log() -> None:
    logging.getLogger("nobody").warning("a record has a time of its own")


def seeded() -> float:
    return random.Random(4).random()


@pytest.mark.parametrize(
    "body, expected",
    [
        (seconds, [("clock", "seconds")]),
        (token, [("random source", "token")]),
        (random.random, []),
        (seeded, []),
        (log, []),
    ],
    ids=["time", "uuid", "not the machine's", "seeded", "logging"],
)
def test_reads_are_those_of_the_machine(
    body: Callable[[], object], expected: list[tuple[str, str]]
) -> None:
    assert read_by(body) == expected


def test_nobody_listens_outside_of_the_block() -> None:
    assert read_by(lambda: None) == []
    assert seconds() > 0


@pytest.mark.parametrize(
    "method, circumstance",
    [
        ("processor_time", "clock"), ("thread_time", "clock"),
        ("variable", "environment"), ("user_name", "user"), ("home_folder", "home folder"),
        ("host_name", "host name"), ("process_id", "process id"), ("wall_clock", "clock"),
    ],
)  # fmt: skip
def test_workers_tell_what_was_read_and_where(method: str, circumstance: str) -> None:
    with Pool(f"{SPECIMENS}/impure.py:impure", default_settings(1, count=1)) as pool:
        [life] = pool.live(script(method))
    assert isinstance(life, Life)
    [(name, place)] = life.reads
    assert (name, place.function) == (circumstance, f"Impure.{method}")
    assert os.path.basename(place.file) == "impure.py"


def test_names_of_a_folder_are_no_random_source() -> None:
    with Pool(f"{SPECIMENS}/impure.py:impure", default_settings(1)) as pool:
        [one, other] = pool.live(script("sorted_names"))
    assert isinstance(one, Life)
    assert isinstance(other, Life)
    assert (one.reads, other.reads) == ((), ())
