"""Witness files: what is refused, so that nothing damaged is ever called fixed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smcheck.engine.witness import load_witness
from smcheck.errors import UsageError

SOUND: dict[str, Any] = {
    "schema": "smcheck/witness/1", "target": "m.py:m", "subject": "M", "folder": "/", "seed": 1,
    "hash_seed": "0",
    "breach": {"clause": "UPD-2", "check": "model", "title": "", "message": "",
               "method": "update", "error": "", "signature": "0123456789ab"},
    "log": [{"index": 3, "cmd": "YQ=="}, {"index": 5, "cmd": ""}], "queries": [],
    "tasks": [[{"op": "update", "start": 0, "stop": 2}], [], []],
    "schedule": [], "versions": {},
}  # fmt: skip


def write(folder: Path, **changes: Any) -> Path:
    file = folder / "witness.json"
    file.write_bytes(msgspec.json.encode(SOUND | changes))
    return file


def test_loads_a_sound_witness(tmp_path: Path) -> None:
    plan = load_witness(write(tmp_path)).plan()
    assert [command.index for command in plan.log] == [3, 5]


def test_loads_a_switch_to_a_thread_that_the_machine_started(tmp_path: Path) -> None:
    switch = {"task": 0, "point": 6, "to": 3}
    assert load_witness(write(tmp_path, schedule=[switch])).schedule[0].to == 3


@pytest.mark.parametrize("seed", ["0", "4294967295", "random"])
def test_loads_every_hash_seed_that_python_takes(seed: str, tmp_path: Path) -> None:
    assert load_witness(write(tmp_path, hash_seed=seed)).hash_seed == seed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "other/1", "more": 1}, "expected a witness of schema .* has 'other/1'"),
        ({"breach": SOUND["breach"] | {"clause": "NO-1"}}, "a clause that exists, got 'NO-1'"),
        ({"breach": SOUND["breach"] | {"check": "none"}}, "a check that exists, got 'none'"),
        ({"hash_seed": "4294967296"}, "a hash seed that exists, got '4294967296'"),
        ({"log": [{"index": 3, "cmd": ""}, {"index": 3, "cmd": ""}]}, "numbers that fit"),
        ({"log": [{"index": 0, "cmd": ""}, {"index": 1, "cmd": ""}]}, "numbers that fit"),
        ({"schedule": [{"task": 0, "point": -1, "to": 0}]}, "numbers that fit"),
    ],
)
def test_refuses_what_names_nothing(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        load_witness(write(tmp_path, **changes))


def test_refuses_a_pipe_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="Is no regular file: check the path"):
        load_witness(tmp_path / "pipe")


def test_refuses_a_file_that_is_too_large_for_a_witness(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as sparse:
        sparse.truncate(1 << 40)
    with pytest.raises(UsageError, match="Is larger than 64 MiB: check the path"):
        load_witness(file)


def test_refuses_a_path_that_no_file_can_have() -> None:
    with pytest.raises(UsageError, match=r"null (byte|character).*: check the path"):
        load_witness(Path("zero\0"))
