"""What is on disk before a case runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from smcheck.campaign.asked import Met, Stint
from smcheck.campaign.defects import traits_of
from smcheck.campaign.journal import Journal, JournalError, read_journal
from smcheck.campaign.records import Sighting
from smcheck.finding import Breach, Finding, Location

STINT = Stint(run="0" * 16, target="a.py:a", chain=1, number=2, seed=3, plans=25)
FINDING = Finding(Breach("UPD-4", "alone", "title", "message"), Location("/a.py", 1, "f"))
MET = Met(
    Sighting(
        target="a.py:a", subject="A", finding=FINDING, traits=traits_of(FINDING, None),
        witness=b"\x00{}",
    ),
    FINDING.breach.key,
)  # fmt: skip


def begun(folder: Path) -> tuple[Path, Journal]:
    """Return a journal that was begun."""
    path = folder / "one.jsonl"
    Journal.begin(path, STINT)
    return path, Journal(path)


def test_journal_tells_what_was_asked_met_and_begun_last(tmp_path: Path) -> None:
    path, journal = begun(tmp_path)
    journal.case(b'{"case":1}')
    journal.met(MET)
    journal.case(b'{"case":2}')
    left = read_journal(path)
    assert left is not None
    assert (left.stint, left.met, left.case) == (STINT, [MET], b'{"case":2}')


def test_journal_passes_over_a_line_that_was_cut(tmp_path: Path) -> None:
    path, journal = begun(tmp_path)
    journal.case(b'{"case":1}')
    with path.open("ab") as file:
        file.write(b'{"case":{"half')
    left = read_journal(path)
    assert left is not None
    assert left.case == b'{"case":1}'


def test_journal_passes_over_what_a_machine_wrote_into_it(tmp_path: Path) -> None:
    path, journal = begun(tmp_path)
    os.write(journal.descriptor, b"rubbish\n\xff\xfe\n[]\n")
    journal.case(b'{"case":2}')
    left = read_journal(path)
    assert left is not None
    assert left.case == b'{"case":2}'


@pytest.mark.parametrize("data", [b"", b"{}\n", b"rubbish\n", b'{"stint":', b'{"stint":1}\n'])
def test_journal_without_its_first_line_is_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "one.jsonl"
    path.write_bytes(data)
    assert read_journal(path) is None


def test_journal_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert read_journal(tmp_path / "none.jsonl") is None


def test_journal_stays_short_and_keeps_what_was_met(tmp_path: Path) -> None:
    path, journal = begun(tmp_path)
    long = b'{"case":"' + b"x" * (5 << 20) + b'"}'
    journal.case(long)
    journal.met(MET)
    for _ in range(4):
        journal.case(long)
    journal.case(b'{"case":9}')
    left = read_journal(path)
    assert left is not None
    assert (left.met, left.case) == ([MET], b'{"case":9}')
    assert path.stat().st_size < 20 << 20


_FILLS = """
import resource, sys
from pathlib import Path
from smcheck.campaign.journal import Journal, JournalError
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
path = Path(sys.argv[1])
journal = Journal(path)
journal.case(b'{"case":1}')
size = path.stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 10, size + 10))
try:
    journal.case(b'{"case":"' + b"x" * 100 + b'"}')
except JournalError as error:
    print(error)
"""


def test_journal_on_a_full_disk_is_an_error_that_is_said(tmp_path: Path) -> None:
    path, _ = begun(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", _FILLS, str(path)], capture_output=True, text=True, check=True
    )
    assert "make room on the disk" in run.stdout
    left = read_journal(path)
    assert left is not None
    assert left.case == b'{"case":1}'


def test_journal_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="could not"):
        Journal.begin(tmp_path / "none" / "one.jsonl", STINT)
    assert list(tmp_path.iterdir()) == []


def test_journal_hears_nothing_from_a_process_that_the_machine_forked(tmp_path: Path) -> None:
    path, journal = begun(tmp_path)
    journal.case(b'{"case":1}')
    pid = os.fork()
    if pid == 0:
        journal.case(b'{"case":2}')
        os._exit(0)
    os.waitpid(pid, 0)
    left = read_journal(path)
    assert left is not None
    assert left.case == b'{"case":1}'
