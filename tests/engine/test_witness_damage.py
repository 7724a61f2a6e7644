"""Witness files that somebody or something has damaged: each is refused in a line."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smcheck.engine.witness import digest_of, load_witness
from smcheck.errors import UsageError
from tests.engine.test_witness import SOUND

ROOT = Path(__file__).parents[2]
ANCHORED: dict[str, Any] = SOUND | {
    "schedule": [{"task": 0, "point": 6, "to": 3, "anchor": {
        "function": "M.update", "text": "self.n += 1", "visit": 1, "step": 0}}],
}  # fmt: skip


def signed(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"digest": digest_of(data)}


def write(folder: Path, data: dict[str, Any] | bytes) -> Path:
    file = folder / "witness.json"
    file.write_bytes(data if isinstance(data, bytes) else msgspec.json.encode(data))
    return file


def refused(file: Path) -> str:
    """Return the one line with which a file is refused."""
    with pytest.raises(UsageError) as caught:
        load_witness(file)
    line = str(caught.value)
    assert str(file) in line
    assert len(line) < 600
    assert "\n" not in line
    return line


def test_fields_of_a_newer_version_are_passed_over(tmp_path: Path) -> None:
    newer = ANCHORED | {
        "mood": {"calm": [1, 2]},
        "breach": ANCHORED["breach"] | {"colour": "red"},
        "log": [{"index": 1, "cmd": "YQ==", "length": 1}],
        "tasks": [[{"op": "update", "start": 0, "stop": 1, "grade": 2}], [], []],
    }
    assert load_witness(write(tmp_path, signed(newer))).plan().log[0].cmd == b"a"


def test_a_formatter_may_have_gone_over_the_file(tmp_path: Path) -> None:
    text = json.dumps(signed(ANCHORED), indent=4, sort_keys=True).replace("\n", "\r\n")
    assert load_witness(write(tmp_path, text.encode())).schedule[0].point == 6


def test_a_changed_value_is_seen(tmp_path: Path) -> None:
    assert "its digest is not that of what is in it" in refused(
        write(tmp_path, signed(ANCHORED) | {"seed": 2})
    )


def test_a_field_of_old_that_has_another_name_now_is_seen(tmp_path: Path) -> None:
    line = refused(write(tmp_path, SOUND | {"varY": []}))
    assert "it has a field 'varY', and no digest" in line
    log = [{"index": 3, "cmd": "YQ==", "addee": True}, {"index": 5, "cmd": ""}]
    assert "it has a field 'addee'" in refused(write(tmp_path, SOUND | {"log": log}))


def test_another_version_is_named_where_a_word_of_its_own_is_not_known(tmp_path: Path) -> None:
    breach = SOUND["breach"] | {"clause": "NEW-99"}
    newer = SOUND | {"breach": breach, "versions": {"smcheck": "99.1"}}
    assert "got 'NEW-99'" in (line := refused(write(tmp_path, signed(newer))))
    assert line.endswith("(smcheck '99.1' wrote it)")


@pytest.mark.parametrize("part", range(20))
def test_cut_file_is_refused(part: int, tmp_path: Path) -> None:
    whole = msgspec.json.encode(signed(ANCHORED))
    refused(write(tmp_path, whole[: len(whole) * part // 20]))


def spliced(**texts: str) -> bytes:
    """Return the sound witness with some values replaced by JSON text."""
    text = json.dumps(SOUND | {name: f"<{name}>" for name in texts})
    for name, value in texts.items():
        text = text.replace(f'"<{name}>"', value)
    return text.encode()


COMMAND = '{"index": %d, "cmd": ""}'
SWITCH = '{"task": 0, "point": %d, "to": 1}'
HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "zeros": lambda: b"\0" * 4096,
    "a list": lambda: b"[]",
    "a number": lambda: b"1",
    "no text": lambda: b"\xff\xfe" + json.dumps(SOUND).encode("utf-16-le"),
    "NaN": lambda: spliced(seed="NaN"),
    "infinity": lambda: spliced(seed="1e999"),
    "no whole number": lambda: spliced(seed="1.5"),
    "digits": lambda: spliced(seed="9" * 5000),
    "large index": lambda: spliced(log='[{"index": 18446744073709551616, "cmd": ""}]'),
    "large point": lambda: spliced(schedule="[" + SWITCH % 10**300 + "]"),
    "large thread": lambda: spliced(schedule='[{"task": 0, "point": 1, "to": 1000000}]'),
    "twice at a point": lambda: spliced(schedule=f"[{SWITCH % 1}, {SWITCH % 1}]"),
    "large query": lambda: spliced(queries='[{"int": "' + "f" * 100 + 'g"}]'),
    "surrogate": lambda: spliced(subject='"\\ud800"'),
    "raw surrogate": lambda: spliced(subject='"<s>"').replace(b"<s>", b"\xed\xa0\x80"),
    "a field twice": lambda: spliced(seed='1, "seed": 2'),
    "a field twice, deep": lambda: spliced(queries='[{"tuple": [], "tuple": []}]'),
    "deep": lambda: spliced(queries="[" * 500_000 + "]" * 500_000),
    "deep in what is unknown": lambda: spliced(
        seed='1, "x": ' + '{"a":' * 99_999 + "1" + "}" * 99_999
    ),
    "deep, but as JSON fine": lambda: spliced(queries="[" * 300 + "]" * 300),
    "a million deviations": lambda: spliced(
        schedule="[" + ",".join([SWITCH % 1] * 1_000_000) + "]"
    ),
    "a million commands": lambda: spliced(
        log="[" + ",".join([COMMAND % 1] * 1_000_000) + "]"
    ),
    "a million operations": lambda: spliced(
        tasks="[[" + ",".join(['{"op": "sync"}'] * 1_000_000) + "], [], []]"
    ),
    "many tasks": lambda: spliced(tasks="[" + ",".join(["[]"] * 1_000) + "]"),
    "few tasks": lambda: spliced(tasks="[[]]"),
    "many names": lambda: spliced(vary=json.dumps([f"n{n}" for n in range(1000)])),
    "many items": lambda: spliced(seed='1, "x": [' + "[]," * 3_100_000 + "1]"),
    "long": lambda: spliced(hash_seed='"' + "1" * 30_000_000 + '"'),
    "other schema": lambda: spliced(schema='"' + "s" * 1_000_000 + '"'),
    "later schema": lambda: spliced(schema='"smcheck/witness/2"'),
    "other signature": lambda: json.dumps(SOUND).encode().replace(b"0123456789ab", b"../../../etc"),
}  # fmt: skip


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_file_is_refused(make: Callable[[], bytes], tmp_path: Path) -> None:
    refused(write(tmp_path, make()))


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path, why in (
        (tmp_path, "Is a directory"),
        (tmp_path / "pipe", "Is no regular file"),
        (tmp_path / "loop", "Too many levels of symbolic links"),
        (tmp_path / ("n" * 300), "File name too long"),
        (Path("/dev/zero"), "Is no regular file"),
        (Path("/dev/null"), "Is no regular file"),
        (Path("/proc/self/mem"), "Input/output error"),
    ):
        with pytest.raises(UsageError, match=why):
            load_witness(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_file_without_permission_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, SOUND)
    file.chmod(0)
    assert "Permission denied" in refused(file)


def few_resources() -> None:
    """Allow 15 s of processor time and 3 GiB of address space."""
    resource.setrlimit(resource.RLIMIT_CPU, (15, 15))
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))


@pytest.mark.dear
@pytest.mark.parametrize(
    ("command", "name"),
    [("replay", "nothing"), ("replay", "deep"), ("replay", "a million deviations"),
     ("replay", "many items"), ("replay", "long"), ("export", "a field twice")],
)  # fmt: skip
def test_command_refuses_in_a_line_and_within_bounds(
    command: str, name: str, tmp_path: Path
) -> None:
    file = write(tmp_path, HOSTILE[name]())
    ran = subprocess.run(
        [sys.executable, "-m", "smcheck", command, str(file)], cwd=ROOT, check=False, timeout=120,
        capture_output=True, text=True, preexec_fn=few_resources, env={**os.environ},
    )  # fmt: skip
    assert (ran.returncode, ran.stdout) == (2, ""), ran.stderr
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("smcheck: ")
