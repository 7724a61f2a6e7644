"""Witnesses of old, as smcheck wrote them once: each is read still, and replays to its signature.

``tests/witnesses/NAME.json`` was written of ``tests/buggy/NAME.py``, in a folder of somebody
else's, by the version and the Python that it names. None of them is ever written again.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from smcheck.engine.replay import Status, replay
from smcheck.engine.witness import Witness, load_witness, to_bytes
from smcheck.errors import UsageError
from tests import specimens

ROOT = Path(__file__).parents[2]
CORPUS = sorted((ROOT / "tests" / "witnesses").glob("*.json"))
NAMES = [path.stem for path in CORPUS]
FLIPS = 150


@pytest.mark.dear
@pytest.mark.parametrize("path", CORPUS, ids=NAMES)
def test_witness_of_old_replays_to_its_signature(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # found from any working directory
    witness = load_witness(path)
    outcome = replay(witness, specimens.load(ROOT / "tests" / "buggy" / f"{path.stem}.py").subject)
    assert outcome.status is Status.FAILS, outcome
    assert outcome.finding is not None
    assert outcome.finding.signature == witness.breach.signature


@pytest.mark.parametrize("path", CORPUS, ids=NAMES)
def test_witness_of_old_is_read_and_written_again(path: Path, tmp_path: Path) -> None:
    witness = load_witness(path)
    assert witness.folder == str(ROOT)
    (tmp_path / "again.json").write_bytes(to_bytes(witness))
    again = load_witness(tmp_path / "again.json")
    assert (again.plan(), again.caught(), again.anchors()) == (
        witness.plan(), witness.caught(), witness.anchors(),
    )  # fmt: skip


def test_corpus_has_the_forms_that_there_were() -> None:
    texts = [path.read_text() for path in CORPUS]
    assert len(texts) >= 20
    assert sum('"added"' not in text for text in texts) >= 3, "before commands of the host's own"
    assert sum('"vary"' not in text for text in texts) >= 3, "before circumstances were chosen"
    assert sum('"digest"' not in text for text in texts) >= 15, "before there was a digest"
    assert sum('"anchor"' in text for text in texts) >= 3, "with anchors"
    assert {load_witness(path).versions["python"][:4] for path in CORPUS} >= {"3.11", "3.13"}


def flipped(data: bytes, seed: int) -> Iterator[bytes]:
    """Yield the file with one to four of its bits turned over, again and again."""
    rng = random.Random(seed)
    for _ in range(FLIPS):
        damaged = bytearray(data)
        for _ in range(rng.choice((1, 1, 2, 4))):
            damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
        yield bytes(damaged)


def read(data: bytes, file: Path) -> Witness | str:
    """Return the witness in ``data``, or why it is refused."""
    file.write_bytes(data)
    try:
        return load_witness(file)
    except UsageError as error:
        return " ".join(str(error).split())


@pytest.mark.parametrize("path", CORPUS, ids=NAMES)
def test_flipped_bits_are_refused_or_a_sound_witness(path: Path, tmp_path: Path) -> None:
    for number, data in enumerate(flipped(path.read_bytes(), seed=len(path.stem))):
        found = read(data, tmp_path / "damaged.json")
        if isinstance(found, Witness):
            found.caught()
            assert found.breach.clause, number
        else:
            assert str(tmp_path) in found, found


@pytest.mark.parametrize("path", CORPUS, ids=NAMES)
def test_no_bit_of_what_is_written_today_is_flipped_unseen(path: Path, tmp_path: Path) -> None:
    whole = to_bytes(load_witness(path))
    sound = read(whole, tmp_path / "whole.json")
    for data in flipped(whole, seed=len(path.stem)):
        found = read(data, tmp_path / "damaged.json")
        # White space, the name of the digest, and what is compared without regard to form.
        assert isinstance(found, str) or _case(found) == _case(sound)


def _case(witness: Witness | str) -> object:
    assert isinstance(witness, Witness)
    return msgspec.structs.replace(witness, digest="")


@pytest.mark.dear
@pytest.mark.parametrize("path", CORPUS[::4], ids=NAMES[::4])
def test_flipped_bits_never_break_the_replay(path: Path, tmp_path: Path) -> None:
    for number, data in enumerate(flipped(path.read_bytes(), seed=7)):
        if number % 50:
            continue
        file = tmp_path / f"{number}.json"
        file.write_bytes(data)
        ran = subprocess.run(
            [sys.executable, "-m", "smcheck", "replay", str(file)],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env={**os.environ},
        )  # fmt: skip
        assert ran.returncode in (0, 1, 2, 4, 5), ran.stderr
        assert "Traceback" not in ran.stderr
        assert ran.stderr.count("\n") == (ran.returncode == 2), ran.stderr
