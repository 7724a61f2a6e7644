"""Bisection names the circumstance, the difference of traces names the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.circumstances.bisect import Twin, bisect
from smcheck.circumstances.culprit import Culprit, find_culprit, investigate, shorten
from smcheck.circumstances.pool import Pool
from smcheck.circumstances.settings import choose, default_settings
from smcheck.host.life import Observe, Script
from smcheck.plan import Command, Update

FILE = Path(__file__).parent / "specimens" / "impure.py"
TARGET = f"{FILE}:impure"
ONE, OTHER = default_settings(1)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(TARGET, (ONE, OTHER), timeout_s=30) as kept:
        yield kept


def script(method: str) -> Script:
    log = tuple(Command(index, method.encode()) for index in (1, 3, 4))
    steps = (Update(0, 1), Update(1, 2), Observe(), Update(2, 3), Observe())
    return Script(log, ("all",), steps)


def is_guilty(culprit: Culprit | None, method: str) -> bool:
    assert culprit is not None
    assert culprit.location.file == str(FILE)
    assert FILE.read_text().splitlines()[culprit.location.line - 1].strip() == culprit.source
    function = culprit.location.function.split(".")[1]
    helpers = {"set_order_in_generator": "each", "monotonic": "deadline"}
    return function == helpers.get(method, method) and culprit.source.endswith("# guilty")


@pytest.mark.parametrize(
    "method, circumstance",
    [
        ("set_order", "hash seed"),
        ("wall_clock", "clock"),
        ("today", "clock"),
        ("monotonic", "clock"),
        ("processor_time", "clock"),
        ("thread_time", "clock"),
        ("random_number", "random source"),
        ("fresh_id", "random source"),
        ("late_effect", "random source"),
        ("process_id", "process id"),
        ("user_name", "user"),
        ("local_time", "time zone"),
        ("working_directory", "working directory"),
        ("language", "locale"),
        ("host_name", "host name"),
        ("home_folder", "home folder"),
        ("variable", "environment"),
        ("rights", "umask"),
        ("listed", "directory order"),
        ("scanned", "directory order"),
        ("thread_name", "thread ids"),
        ("garbage", "garbage collection"),
        ("clock_goes_back", "clock jumps back"),
        ("utf8_mode", "UTF-8 mode"),
    ],
)
def test_single_circumstance_and_line_are_named(pool: Pool, method: str, circumstance: str) -> None:
    found, culprit = investigate(TARGET, script(method), (ONE, OTHER), pool=pool, timeout_s=30)
    assert (found.names, found.lost) == ((circumstance,), None)
    assert is_guilty(culprit, method), culprit


def test_what_is_printed_differs_in_no_encoding() -> None:
    first, _, third = default_settings(1, count=3)
    assert bisect(TARGET, script("prints"), (first, third), timeout_s=30).lives is None


def test_encoding_of_the_file_system_is_named() -> None:
    first, _, third = default_settings(1, count=3)
    found, culprit = investigate(TARGET, script("encoding"), (first, third), timeout_s=30)
    assert (found.names, found.lost) == (("file-system encoding",), None)
    assert is_guilty(culprit, "encoding"), culprit


@pytest.mark.parametrize(
    "method, circumstance",
    [
        ("digits", "decimal context"), ("limit_of_recursion", "recursion limit"), ("asserts", "-O"),
    ],
)  # fmt: skip
def test_what_no_deployment_varies_is_varied_when_asked_for(method: str, circumstance: str) -> None:
    assert bisect(TARGET, script(method), (ONE, OTHER)).lives is None
    settings = default_settings(1, choice=choose({circumstance: ""}, frozenset()))
    found, culprit = investigate(TARGET, script(method), (settings[0], settings[1]), timeout_s=30)
    assert (found.names, found.lost) == ((circumstance,), None)
    assert is_guilty(culprit, method), culprit


@pytest.mark.parametrize(
    "method",
    ["set_order_in_comprehension", "set_order_in_generator", "hash_of_text", "repr_of_object"],
)
def test_line_is_named_in_any_kind_of_code(pool: Pool, method: str) -> None:
    twins = (Twin(pool, 0, ONE), Twin(pool, 1, OTHER))
    culprit = find_culprit(TARGET, script(method), (ONE, OTHER), twins=twins)
    assert is_guilty(culprit, method), culprit


def test_addresses_are_ids_or_where_they_cannot_be_held_the_process() -> None:
    found, culprit = investigate(TARGET, script("address"), (ONE, OTHER), timeout_s=30)
    assert found.names in (("object ids",), ("process",))
    assert is_guilty(culprit, "address"), culprit


def test_circumstance_is_named_without_running_workers() -> None:
    found = bisect(TARGET, script("user_name"), (ONE, OTHER), timeout_s=30)
    assert (found.names, found.twins) == (("user",), None)
    assert found.lives is not None


def test_pure_code_has_no_circumstance_and_no_line(pool: Pool) -> None:
    found, culprit = investigate(TARGET, script("pure"), (ONE, OTHER), pool=pool, timeout_s=30)
    assert (found.names, found.lives, found.lost, culprit) == ((), None, None, None)


def test_worker_lost_while_bisecting_is_told() -> None:
    found, culprit = investigate(f"{FILE}:nobody", script("pure"), (ONE, OTHER))
    assert found.lost is not None
    assert "expected the name 'nobody'" in found.lost.reason
    assert culprit is None


def test_shorten_keeps_the_difference() -> None:
    one, other = shorten(("[" + "1, " * 60 + "2]", "[" + "1, " * 60 + "3]"))
    assert one == "…, 1, 1, 1, 1, 1, 1, 2]"
    assert other == "…, 1, 1, 1, 1, 1, 1, 3]"
