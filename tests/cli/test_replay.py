"""``smcheck replay`` as a user sees it: statuses, one line for what is wrong, the debugger."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens
from tests.cli.conftest import MACHINE
from tests.engine.test_replay import LOCKED, TORN
from tests.engine.test_witness_damage import HOSTILE

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def stored(folder: Path, name: str, text: str) -> Path:
    """Write a machine into ``machine.py`` there, check it, and return its witness."""
    (folder / "machine.py").write_text(text)
    subject = getattr(specimens.load(folder / "machine.py"), name)
    options = Options(
        max_examples=60, seed=1, stop_on_first=True, target=f"machine.py:{name}",
        witness_dir=folder / "witnesses",
    )  # fmt: skip
    with contextlib.chdir(folder):
        [finding, *_] = check_subject(subject, options).findings
    return Path(finding.witness)


@pytest.fixture
def witness(smcheck_real: Run, tmp_path: Path) -> Path:
    """Return the witness of a machine whose lookups are torn, in the folder that is used."""
    assert (tmp_path / "machine.py").exists()
    return stored(tmp_path, "subject", TORN)


def told(ran: subprocess.CompletedProcess[str]) -> tuple[int, str]:
    """Return the exit status, and the one line of a refusal or the first one of the outcome."""
    if ran.returncode == 2:
        assert (ran.stdout, ran.stderr.count("\n")) == ("", 1)
        return 2, ran.stderr
    assert ran.stderr == ""
    return ran.returncode, ran.stdout.splitlines()[0]


@pytest.mark.dear
def test_replay_says_what_became_of_the_machine(
    witness: Path, smcheck_real: Run, tmp_path: Path
) -> None:
    machine = tmp_path / "machine.py"
    assert told(smcheck_real("replay", str(witness))) == (1, "still fails")
    mended = TORN
    for old, new in LOCKED:
        mended = mended.replace(old, new)
    machine.write_text(mended)
    assert told(smcheck_real("replay", str(witness))) == (0, "fixed")
    machine.write_text(mended.replace("Result(self.total)", "Result(self.totl)"))
    assert told(smcheck_real("replay", str(witness))) == (5, "fails differently")
    machine.write_text(TORN.replace("def lookup(", "def ask("))
    status, line = told(smcheck_real("replay", str(witness)))
    assert (status, line[:19], "lookup" in line) == (4, "cannot be replayed:", True)
    machine.write_text(TORN.replace("\nsubject =", "\nrenamed ="))
    status, line = told(smcheck_real("replay", str(witness)))
    assert status == 2
    assert "the subjects there are renamed; if it lies elsewhere now, say --target" in line
    renamed = smcheck_real("replay", str(witness), "--target", "machine.py:renamed")
    assert told(renamed) == (1, "still fails")
    machine.write_text("raise OSError('no')\n")
    status, line = told(smcheck_real("replay", str(witness)))
    assert (status, "got OSError: no at" in line) == (2, True)


@pytest.mark.dear
def test_replay_finds_the_target_wherever_project_and_witness_are(
    witness: Path, smcheck_real: Run, tmp_path: Path
) -> None:
    clone = tmp_path / "clone"
    (clone / "tests" / "stored").mkdir(parents=True)
    kept = witness.rename(clone / "tests" / "stored" / "w.json")
    (tmp_path / "machine.py").rename(clone / "machine.py")
    assert told(smcheck_real("replay", str(kept))) == (1, "still fails")
    (clone / "machine.py").rename(clone / "moved.py")
    status, line = told(smcheck_real("replay", str(kept)))
    assert status == 2
    assert "expected a file, got none at" in line
    assert line.endswith("if it lies elsewhere now, say --target\n")
    moved = smcheck_real("replay", str(kept), "--target", "clone/moved.py:subject")
    assert told(moved) == (1, "still fails")


@pytest.mark.dear
def test_pdb_stops_at_the_line_at_fault_under_the_stored_schedule(
    witness: Path, smcheck_real: Run
) -> None:
    typed = "p 'seen', total\nwhere\nnext\nquit\n"
    ran = smcheck_real("replay", "--pdb", str(witness), typed=typed)
    assert ran.returncode == 1, ran.stderr
    first, _, debugged = ran.stdout.partition("once more, stopping at Torn.lookup")
    assert first.startswith("still fails\n")
    assert "-> return [total, self.twice]" in debugged
    assert "(Pdb) ('seen', 1)" in debugged
    # What smcheck runs below the machine is not shown.
    assert "smcheck/" not in debugged


@pytest.mark.dear
def test_pdb_stops_in_a_life_alone(smcheck_real: Run, tmp_path: Path) -> None:
    raising = MACHINE.replace("os._exit(3)", "raise KeyError(entry.index)")
    witness = stored(tmp_path, "adder", raising)
    ran = smcheck_real("replay", "--pdb", str(witness), typed="p len(entry.cmd)\nquit\n")
    assert ran.returncode == 1, ran.stderr
    assert "-> raise KeyError(entry.index)" in ran.stdout
    assert "(Pdb) 2" in ran.stdout


def test_what_is_no_file_is_refused_without_a_child(smcheck_real: Run, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, why in (("pipe", "Is no regular file"), ("none", "No such file or directory"),
                      (".", "Is a directory"), ("/dev/zero", "Is no regular file")):  # fmt: skip
        status, line = told(smcheck_real("replay", path))
        assert (status, why in line) == (2, True), line


@pytest.mark.parametrize("name", ["NaN", "surrogate", "other schema"])
def test_damaged_witness_is_refused(name: str, smcheck_real: Run, tmp_path: Path) -> None:
    (tmp_path / "w.json").write_bytes(HOSTILE[name]())
    status, line = told(smcheck_real("replay", "w.json"))
    assert (status, line[:29]) == (2, "smcheck: expected a witness o" if name[0] == "o" else
                                   "smcheck: expected a witness w")  # fmt: skip
