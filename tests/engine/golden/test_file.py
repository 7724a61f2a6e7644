"""Golden logs as files: what comes back, what is refused, and that nothing else ever happens."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smcheck.engine.golden.file import (
    Digest,
    Golden,
    encode_golden,
    load_golden,
    raw_query,
    value_of,
    value_of_frozen,
)
from smcheck.errors import UsageError
from smcheck.plan import Command
from smcheck.values import freeze, freeze_exception

SOUND: dict[str, Any] = {
    "schema": "smcheck/golden/1", "smcheck": "0.1.0", "python": "3.11.7", "subject": "Notes",
    "kind": "concurrent", "source": "drawn", "seed": 7, "queries": ["words", {"bytes": "AP8="}],
    "log": [
        {"index": 3, "cmd": "YQ==", "result": "Result(1, b'')", "text": "a"},
        {"index": 5, "cmd": "", "result": "raise ValueError"},
    ],
    "moments": [
        {"entries": 0, "answers": ["[]", "0"], "hash": "0"},
        {"entries": 2, "answers": ["['a']", {"sha256": "0" * 64, "characters": 5000,
                                             "begins": "x"}], "observe": "1"},
    ],
}  # fmt: skip


ENTRY = {"index": 3, "cmd": "", "result": ""}
FIRST, LAST = ({"entries": entries, "answers": ["1", "2"]} for entries in (0, 2))


def write(folder: Path, **changes: Any) -> Path:
    file = folder / "golden.json"
    file.write_bytes(msgspec.json.encode(SOUND | changes))
    return file


def test_loads_the_log_and_the_queries(tmp_path: Path) -> None:
    golden = load_golden(write(tmp_path))
    assert golden.commands() == (Command(3, b"a"), Command(5, b""))
    assert golden.asked() == ("words", b"\0\xff")


def test_what_was_written_is_what_is_loaded(tmp_path: Path, golden: Golden) -> None:
    (tmp_path / "g.json").write_bytes(encode_golden(golden))
    assert load_golden(tmp_path / "g.json") == golden


def test_the_file_is_json_that_people_can_read(golden: Golden) -> None:
    lines = encode_golden(golden).decode().splitlines()
    assert lines[1] == ' "schema": "smcheck/golden/1",'
    assert json.loads("\n".join(lines))["subject"] == "Notes"


def test_a_long_text_is_kept_as_a_digest_that_tells_it_from_others() -> None:
    one, other = value_of("x" * 5_000 + "1"), value_of("x" * 5_000 + "2")
    assert isinstance(one, Digest)
    assert (one.characters, one.begins, one != other) == (5_001, "x" * 1_000, True)


def test_of_an_exception_the_type_is_kept() -> None:
    one, other = freeze_exception(ValueError("a")), freeze_exception(ValueError("b"))
    assert value_of_frozen(one) == value_of_frozen(other) == "raise ValueError"


def test_a_text_that_no_file_can_hold_is_spelled() -> None:
    assert value_of("\ud800") == "\\ud800"
    assert value_of_frozen(freeze("\ud800")) == "'\\ud800'"


def test_a_query_of_more_than_a_mebibyte_is_not_recorded() -> None:
    with pytest.raises(UsageError, match="expected queries of at most 1,048,576 bytes"):
        raw_query("x" * (1 << 20))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"schema": "smcheck/golden/2"}, "got 'smcheck/golden/2': use the smcheck version"),
        ({"schema": "smcheck/witness/1"}, "got 'smcheck/witness/1': name a file that"),
        ({"kind": "odd" * 50}, "a kind of machine at kind, got 'oddoddodd.{1,60}: the file"),
        ({"source": "odd"}, "expected a source of the log, .* at source, got 'odd'"),
        ({"more": 1}, "unknown field `more`"),
        ({"log": []}, "length >= 1"),
        ({"log": [ENTRY, ENTRY]}, r"an index above 3, .* at log\[1\].index, got 3: "),
        ({"log": [ENTRY | {"index": 0}]},
         r"an index from 1 to 18446744073709551615 at log\[0\].index, got 0: the file is damaged"),
        ({"log": [ENTRY, ENTRY | {"index": 1 << 64}]},
         r"an index from 1 to 18446744073709551615 at log\[1\].index, got 18446744073709551616"),
        ({"log": [ENTRY, ENTRY | {"index": 4, "cmd": "€"}]},
         r"expected base64 at log\[1\].cmd, got '€'"),
        ({"log": [{"index": 1, "cmd": "", "result": 1}]}, "got a damaged or foreign file"),
        ({"moments": [{"entries": 3}]},
         r"a number of entries from 0 to 2 at moments\[0\].entries, got 3"),
        ({"moments": [{"entries": 1}] * 2}, r"above 1, .* at moments\[1\].entries, got 1"),
        ({"moments": [{"entries": -1}]}, r"from 0 to 2 at moments\[0\].entries, got -1"),
        ({"moments": []}, "what was seen of the machine, .* at moments, got none: the file"),
        ({"moments": [LAST]}, r"expected 0, .* at moments\[0\].entries, got 2"),
        ({"moments": [FIRST]}, r"expected 2, .* at moments\[0\].entries, the last, got 0"),
        ({"moments": [FIRST, LAST | {"answers": ["1"]}]},
         r"expected 2 answers, one a query, at moments\[1\].answers, got 1: \['1'\]"),
        ({"moments": [FIRST, LAST | {"hash": {"sha256": "0", "characters": 5000, "begins": ""}}]},
         r"the SHA-256 of a text .* at moments\[1\].hash, got '0' of 5,000"),
        ({"queries": [{"eval": "1"}, 2]}, "expected plain data as smcheck writes it"),
        ({"queries": ["x" * (1 << 20), 2]}, "expected at most 1,048,576 bytes at queries"),
        ({"queries": [1] * 1_001}, "length <= 1000"),
    ],
)  # fmt: skip
def test_refuses_what_is_no_golden_log(changes: dict[str, Any], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        load_golden(write(tmp_path, **changes))
    assert str(refused.value).startswith(f"{tmp_path / 'golden.json'}: expected")


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b"\0", b"\xff\xfe", b"[" * 100_000, b'{"schema": 1}', b'"a"\n"b"\n'],
)
def test_refuses_what_is_no_json_object_of_ours(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "g.json").write_bytes(data)
    with pytest.raises(UsageError, match="got a damaged or foreign file"):
        load_golden(tmp_path / "g.json")


def test_refuses_a_key_that_is_there_twice(tmp_path: Path) -> None:
    file = write(tmp_path)
    file.write_bytes(file.read_bytes().replace(b'"seed":7', b'"seed":7,"seed":8'))
    with pytest.raises(UsageError, match="expected each key once in an object, got 'seed' twice"):
        load_golden(file)


def test_refuses_queries_nested_without_end(tmp_path: Path) -> None:
    file = write(tmp_path)
    deep = b'"queries":' + b"[" * 50_000 + b"]" * 50_000
    file.write_bytes(file.read_bytes().replace(b'"queries":["words",{"bytes":"AP8="}]', deep))
    with pytest.raises(UsageError, match="damaged"):
        load_golden(file)


def test_refuses_what_is_no_file(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", Path("/dev/zero"), Path("a\0b")):
        with pytest.raises(UsageError, match="got what cannot be read"):
            load_golden(path)


def test_a_file_that_was_damaged_anywhere_is_read_or_refused(
    tmp_path: Path, golden: Golden
) -> None:
    sound, rng, file = encode_golden(golden), random.Random(1), tmp_path / "g.json"
    told = []
    for _ in range(400):
        file.write_bytes(damaged(sound, rng))
        told.append(said_of(file))
    assert [one for one in told if one and not one.startswith(f"{file}: expected")] == []
    assert sum(map(bool, told)) > 200


def damaged(data: bytes, rng: random.Random) -> bytes:
    """Return data with a few bytes written, left out or doubled."""
    found = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        place, size = rng.randrange(len(found)), rng.randint(1, 40)
        how = rng.randrange(3)
        if how == 0:
            found[place] = rng.randrange(256)
        elif how == 1:
            del found[place : place + size]
        else:
            start = rng.randrange(len(found))
            found[place:place] = found[start : start + size]
    return bytes(found)


def said_of(file: Path) -> str:
    """Return why a file is refused; of one that is not everything can be taken out."""
    try:
        golden = load_golden(file)
    except UsageError as error:
        return str(error)
    assert len(golden.commands()) == len(golden.log)
    assert len(golden.asked()) == len(golden.queries)
    return ""
