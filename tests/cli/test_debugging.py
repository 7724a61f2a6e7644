"""``breakpoint()`` in a machine: nothing while it is checked, a debugger while it is replayed."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import MACHINE

Run = Callable[..., "subprocess.CompletedProcess[str]"]

TORN = (
    MACHINE
    + """
class Torn(Adder):
    def __init__(self):
        self.total = self.twice = 0
    def update(self, entries):
        for entry in entries:
            self.total += len(entry.cmd)
            self.twice = 2 * self.total
            entry.result = smcheck.Result(self.total)
        return entries
    def lookup(self, query):
        total = self.total
        breakpoint()
        return total, self.twice
    def recover_from_snapshot(self, reader, files, stopped):
        super().recover_from_snapshot(reader, files, stopped)
        self.twice = 2 * self.total

torn = smcheck.Subject(machine=Torn, commands=st.binary(max_size=3), queries=st.none())
"""
)


def test_a_replay_stops_at_a_breakpoint_and_stays_controlled(
    smcheck_real: Run, tmp_path: Path
) -> None:
    (tmp_path / "machine.py").write_text(TORN)
    ran = smcheck_real("check", "machine.py:torn", "--seed", "1", "--json", "report.json")
    assert ran.returncode == 1, ran.stderr
    assert "(Pdb)" not in ran.stdout
    [subject] = json.loads((tmp_path / "report.json").read_text())["subjects"]
    [finding] = subject["findings"]
    # Stop, look, step over a line, go on: and at every other breakpoint go on at once.
    typed = "p 'total is', total\nnext\np 'about to', 'return'\ncontinue\n" + "continue\n" * 500
    again = smcheck_real("replay", finding["witness"], typed=typed)
    assert again.returncode == 1, again.stdout + again.stderr
    assert "(Pdb) ('total is', 0)" in again.stdout
    assert "-> return total, self.twice" in again.stdout
    assert "still fails" in again.stdout
    assert finding["clause"] in again.stdout


def test_a_replay_waits_for_whoever_debugs(smcheck_real: Run, tmp_path: Path) -> None:
    (tmp_path / "machine.py").write_text(TORN)
    ran = smcheck_real("check", "machine.py:torn", "--seed", "1", "--json", "report.json")
    [subject] = json.loads((tmp_path / "report.json").read_text())["subjects"]
    [finding] = subject["findings"]
    typed = "!import subprocess; subprocess.run(['sleep', '3'])\n" + "continue\n" * 500
    again = smcheck_real("replay", finding["witness"], typed=typed)
    assert (ran.returncode, again.returncode) == (1, 1), again.stdout + again.stderr
