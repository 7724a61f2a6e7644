"""Logs of the user's own: what a line may be, and how a wrong one is refused."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from smcheck import Subject, UsageError
from smcheck.plan import Command
from smcheck.testing.logs import read_log
from tests.testing import machines


def spoken(value: Any) -> bytes:
    """Encode a command that is a text, a list or a tuple."""
    if isinstance(value, dict):
        raise KeyError("verb")
    return repr(value).encode()


ENCODING = replace(machines.counter, encode=spoken, commands=st.text())
DENSE = replace(machines.counter, profile="cometbft")


def read(folder: Path, text: str | bytes, subject: Subject = machines.counter) -> Any:
    file = folder / "log.jsonl"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_log(file, subject)


def test_log_keeps_the_order_and_leaves_out_empty_lines(tmp_path: Path) -> None:
    text = '"put a"\r\n\n  \n{"cmd": "grüß"}\n{"base64": "AP8="}\n""'
    assert read(tmp_path, text) == (
        Command(1, b"put a"), Command(2, "grüß".encode()), Command(3, b"\x00\xff"), Command(4, b""),
    )  # fmt: skip


def test_log_goes_on_from_an_index_that_is_given(tmp_path: Path) -> None:
    text = '"a"\n{"cmd": "b", "index": 7}\n"c"\n{"base64": "ZA==", "index": 9}'
    assert [one.index for one in read(tmp_path, text)] == [1, 7, 8, 9]


def test_log_gives_other_values_to_encode(tmp_path: Path) -> None:
    text = '"raw"\n["put", 1]\n7\nnull\n{"value": {"tuple": ["put", {"bytes": "eA=="}]}}'
    assert [one.cmd for one in read(tmp_path, text, ENCODING)] == [
        b"raw", b"['put', 1]", b"7", b"None", b"('put', b'x')",
    ]  # fmt: skip


def test_log_gives_a_value_its_index(tmp_path: Path) -> None:
    assert read(tmp_path, '{"value": "x", "index": 3}', ENCODING) == (Command(3, b"'x'"),)


def test_log_of_ten_thousand_lines_is_read_whole(tmp_path: Path) -> None:
    text = "".join(f"{json.dumps(f'put {number}')}\n" for number in range(10_000))
    log = read(tmp_path, text)
    assert (len(log), log[-1]) == (10_000, Command(10_000, b"put 9999"))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (b"\xff", "expected UTF-8, got b'\\xff' at byte 0"),
        ("{", "expected JSON, got '{'"),
        ("[" * 100_000, "expected JSON, got it nested too deep"),
        ("NaN", "expected JSON, got 'NaN' (NaN is no JSON)"),
        ("7", 'expected a text, {"cmd": "…"} or {"base64": "…"}, either with an "index" beside'),
        ('{"cmd": "a", "at": 1}', 'got {"cmd": "a", "at": 1}: write it in one of these forms'),
        ('{"cmd": "a", "base64": ""}', "write it in one of these forms"),
        ('{"value": "a"}', "write it in one of these forms"),
        ('{"index": 2}', "write it in one of these forms"),
        ('{"cmd": "a", "cmd": "b"}', "a name comes twice in one object"),
        ('{"cmd": 1}', 'expected a text as "cmd", got 1'),
        ('{"base64": "?"}', "expected base64, got '?'"),
        (r'"\ud800"', "expected text, got half a surrogate pair at character 0"),
        ('{"cmd": "a", "index": 1}', "expected an index above 1, a whole number below 2**64"),
        ('{"cmd": "a", "index": true}', "got True"),
        ('{"cmd": "a", "index": null}', "got None"),
        ('{"cmd": "a", "index": 18446744073709551616}', "got 18446744073709551616"),
    ],
)  # fmt: skip
def test_wrong_line_is_named(tmp_path: Path, line: str | bytes, says: str) -> None:
    text = line if isinstance(line, bytes) else line.encode()
    with pytest.raises(UsageError) as refusal:
        read(tmp_path, b'"first"\n\n' + text + b'\n"last"\n')
    assert str(refusal.value).startswith(f"{tmp_path / 'log.jsonl'} line 3: expected")
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('{"verb": "put"}', "expected encode to return, it raised KeyError: 'verb'"),
        ('{"value": {"verb": "put"}}', '"value": expected plain data as smcheck writes it'),
    ],
)
def test_line_that_cannot_be_encoded_is_named(tmp_path: Path, line: str, says: str) -> None:
    with pytest.raises(UsageError) as refusal:
        read(tmp_path, line, ENCODING)
    assert "log.jsonl line 1: " in str(refusal.value)
    assert says in str(refusal.value)


def test_gap_is_refused_where_the_library_leaves_none(tmp_path: Path) -> None:
    assert len(read(tmp_path, '{"cmd": "a", "index": 1}\n"b"', DENSE)) == 2
    with pytest.raises(UsageError, match=r"line 2: expected index 2, .* got 3"):
        read(tmp_path, '"a"\n{"cmd": "b", "index": 3}', DENSE)


def test_log_without_a_command_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected a log of one command a line, got no command"):
        read(tmp_path, "\n \n")


@pytest.mark.parametrize("kind", ["nothing", "folder", "pipe"])
def test_what_is_no_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "log.jsonl"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    with pytest.raises(UsageError, match=r"log\.jsonl: .* got what cannot be read"):
        read_log(path, machines.counter)
