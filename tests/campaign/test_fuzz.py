"""``smcheck fuzz``, as a user runs it."""

from __future__ import annotations

import json
import os
import re
import signal
from pathlib import Path

import pytest

from smcheck.campaign.records import Ended, Status
from smcheck.campaign.store.store import Store
from tests.campaign.campaigns import (
    HOSTILE,
    findings,
    fuzz,
    is_sound,
    names,
    processes_of,
    smcheck,
    start,
    wait_until,
)

BUGGY, FIXED = "tests/buggy/kept_entry.py:subject", "tests/fixed/kept_entry.py:subject"
SHORT = ("--max-examples", 12, "--jobs", 1)


def test_fuzz_with_nothing_new_prints_ten_lines_and_exits_with_0(tmp_path: Path) -> None:
    ran = fuzz(tmp_path / "st", FIXED, *SHORT, "--mode", "nightly", "--seed", 3)
    assert (ran.status, len(ran.lines), ran.errors) == (0, 10, "")
    assert ran.lines[0] == "smcheck fuzz: nightly, 1 subject, 1 job, 12 plans each, seed 3"
    assert re.match(r"canary: found after \d", ran.lines[3])
    assert ran.lines[-1] == "nothing new; seed 3 makes the same decisions again"


def test_fuzz_ends_with_the_diagnosis_and_the_command_to_replay(tmp_path: Path) -> None:
    ran = fuzz(tmp_path / "st", BUGGY, *SHORT, "--seed", 3)
    assert ran.status == 1
    assert any(line.startswith("UPD-4 violation") for line in ran.lines[10:])
    witness = next((tmp_path / "st" / "witnesses").iterdir())
    assert ran.lines[-1].strip() == f"replay: smcheck replay {witness}"
    assert smcheck("replay", witness).status == 1


@pytest.mark.dear
def test_fuzz_makes_the_same_decisions_for_the_same_seed(tmp_path: Path) -> None:
    def told(name: str) -> list[str]:
        ran = fuzz(tmp_path / name, "examples/quickstart.py:inventory", *SHORT, "--seed", 5)
        return [line for line in ran.lines if line.startswith("new: ")]

    first = told("one")
    assert len(first) == 2
    assert told("other") == first


@pytest.mark.dear
def test_fuzz_draws_and_prints_a_seed_of_its_own(tmp_path: Path) -> None:
    lines = [fuzz(tmp_path / name, FIXED, "--max-examples", 1).lines[0] for name in "ab"]
    seeds = [int(line.rpartition(" ")[2]) for line in lines]
    assert seeds[0] != seeds[1]


def test_fuzz_tells_a_finding_that_is_known_but_does_not_fail_for_it(tmp_path: Path) -> None:
    store = tmp_path / "st"
    assert fuzz(store, BUGGY, *SHORT, "--seed", 3).status == 1
    again = fuzz(store, BUGGY, *SHORT, "--seed", 4)
    assert (again.status, len(again.lines)) == (0, 10)
    assert again.lines[1].endswith("1 finding known")
    assert again.lines[2] == "known findings, replayed first: 1 still fails"
    assert again.lines[6] == "findings: 0 new, 1 known, 0 fixed, 0 returned"


MACHINE = """
import json
from hypothesis import strategies as st
import smcheck

class Store:
    def __init__(self):
        self.values, self.last = {}, None
    def update(self, entries):
        for entry in entries:
            self.values[entry.cmd] = self.values.get(entry.cmd, 0) + 1
            KEEP
            entry.result = smcheck.Result(self.values[entry.cmd])
        return entries
    def lookup(self, query):
        return self.values.get(query, 0)
    def prepare_snapshot(self):
        return list(self.values.items())
    def save_snapshot(self, context, writer, files, stopped):
        image = json.dumps([[cmd.hex(), times] for cmd, times in context]).encode()
        while image:
            image = image[writer.write(image):]
    def recover_from_snapshot(self, reader, files, stopped):
        image = json.loads(b"".join(iter(reader.read, b"")))
        self.values = {bytes.fromhex(cmd): times for cmd, times in image}
    def close(self):
        pass

words = st.sampled_from([b"a", b"b"])
store = smcheck.Subject(machine=Store, commands=words, queries=words)
"""


@pytest.mark.dear
def test_fuzz_marks_what_was_mended_and_what_came_back(tmp_path: Path) -> None:
    store, file = tmp_path / "st", tmp_path / "machine.py"

    def night(line: str, *, above: str = "") -> tuple[int, list[Status]]:
        file.write_text(above + MACHINE.replace("KEEP", line))
        ran = fuzz(store, f"{file}:store", *SHORT, "--seed", 1)
        return ran.status, [one.status for one in findings(store)]

    assert night("self.last = entry") == (1, [Status.NEW])
    assert night("self.last = entry", above="# moved\n\n\n") == (0, [Status.KNOWN])
    assert night("self.last = entry.index") == (0, [Status.FIXED])
    assert night("self.last = entry") == (1, [Status.RETURNED])
    assert night("self.last = entry") == (0, [Status.KNOWN])


SPOILS = """
import os

def spoiling():
    os.environ["SPOILED"] = "yes"
    return Store()

def minding():
    if "SPOILED" in os.environ:
        raise OSError("no place here")
    return Store()

spoils = smcheck.Subject(machine=spoiling, commands=words, queries=words)
minds = smcheck.Subject(machine=minding, commands=words, queries=words)
"""


def test_fuzz_blames_no_subject_for_what_another_one_did_to_the_process(tmp_path: Path) -> None:
    file = tmp_path / "machine.py"
    file.write_text(MACHINE.replace("KEEP", "pass") + SPOILS)
    one = ("--max-examples", 1, "--jobs", 1)
    ran = fuzz(tmp_path / "st", f"{file}:spoils", f"{file}:minds", *one)
    assert (ran.status, ran.errors) == (0, "")


def test_fuzz_in_mode_pr_stops_at_the_first_new_finding(tmp_path: Path) -> None:
    ran = fuzz(tmp_path / "st", BUGGY, FIXED, "--mode", "pr", "--jobs", 1, "--seed", 1)
    assert ran.status == 1
    assert "10 m" in ran.lines[0]
    assert any(line.startswith("stopped at the first new finding") for line in ran.lines)
    with Store.read(tmp_path / "st") as store:
        assert store.runs()[0].ended is Ended.STOPPED


def test_fuzz_with_a_canary_of_the_users_own(tmp_path: Path) -> None:
    ran = fuzz(tmp_path / "st", FIXED, *SHORT, "--canary", BUGGY)
    assert ran.status == 0
    assert findings(tmp_path / "st") == []


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("none.py:a",), "expected a file, got none"),
        ((f"{HOSTILE}:nothing",), "expected the name 'nothing'"),
        ((FIXED, "--shard", "4/3"), "expected a part and how many there are"),
        ((FIXED, "--memory", "lots"), "expected an amount of memory"),
        ((FIXED, "--time", "eight"), "expected a length of time"),
        ((FIXED, "--mode", "weekly"), "weekly"),
    ],
)
def test_fuzz_refuses_a_wrong_call_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = fuzz(tmp_path / "st", *arguments)
    assert (ran.status, ran.lines) == (2, [])
    assert said in ran.errors
    assert ran.errors.count("\n") == 1
    assert not (tmp_path / "st").exists()


def test_fuzz_refuses_a_store_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_text("no database")
    ran = fuzz(tmp_path, FIXED, *SHORT)
    assert (ran.status, ran.errors.count("\n")) == (2, 1)
    assert (tmp_path / "store.db").read_text() == "no database"


@pytest.mark.dear
def test_fuzz_takes_files_of_one_name_in_different_folders(tmp_path: Path) -> None:
    ran = fuzz(tmp_path / "st", BUGGY, FIXED, *SHORT, "--seed", 1)
    assert ran.status == 1
    assert {target for target, _ in names(tmp_path / "st")} == {BUGGY}


@pytest.mark.parametrize(
    "name, error", [("segfaults", "was killed by SIGSEGV"), ("exits", "ended with exit status 7")]
)
def test_fuzz_keeps_the_case_that_ends_a_worker(tmp_path: Path, name: str, error: str) -> None:
    store = tmp_path / "st"
    ran = fuzz(store, f"{HOSTILE}:{name}", *SHORT, "--seed", 1)
    assert ran.status == 1
    [found] = findings(store)
    assert (found.finding.breach.clause, found.finding.breach.error) == ("UPD-8", error)
    assert "harm" in found.stacks
    assert json.loads(found.witness)["subject"] == found.subject
    assert processes_of(store) == []


@pytest.mark.dear
@pytest.mark.parametrize(
    "name, error, limit",
    [
        ("hangs", "no sign of life", ("--call-time", "3s")),
        ("takes", "too much memory", ("--memory", "1G", "--call-time", "60s")),
    ],
)
def test_fuzz_keeps_the_case_that_takes_too_long_or_too_much(
    tmp_path: Path, name: str, error: str, limit: tuple[str, ...]
) -> None:
    store = tmp_path / "st"
    ran = fuzz(store, f"{HOSTILE}:{name}", "--max-examples", 4, "--jobs", 1, "--seed", 1, *limit)
    assert ran.status == 1
    [found] = findings(store)
    assert found.finding.breach.error == error
    assert "in harm" in found.stacks
    assert processes_of(store) == []


@pytest.mark.dear
def test_fuzz_leaves_no_process_that_a_machine_forked(tmp_path: Path) -> None:
    store = tmp_path / "st"
    ran = fuzz(store, f"{HOSTILE}:forks", "--max-examples", 2, "--jobs", 1, "--seed", 1)
    assert ran.status == 0
    assert processes_of(store) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_fuzz_that_is_ended_tells_what_it_found_until_then(
    tmp_path: Path, number: signal.Signals
) -> None:
    store = tmp_path / "st"
    process = start(store, BUGGY, "--time", "10m", "--seed", 1, "--jobs", 1)
    wait_until(lambda: (store / "store.db").exists() and bool(findings(store)), what="found")
    os.kill(process.pid, number)
    out, err = process.communicate()
    assert (process.returncode, err) == (1, "")
    assert "interrupted, this is a part: 1 new finding" in out
    assert "replay: smcheck replay" in out.splitlines()[-1]
    with Store.read(store) as opened:
        assert opened.runs()[0].ended is Ended.INTERRUPTED
    assert processes_of(store) == []


def test_fuzz_that_is_ended_before_it_found_anything_is_inconclusive(tmp_path: Path) -> None:
    store = tmp_path / "st"
    process = start(store, FIXED, "--time", "10m", "--seed", 1, "--jobs", 1)
    wait_until(lambda: (store / "running").exists(), what="begun")
    wait_until(lambda: any((store / "running").iterdir()), what="at work")
    process.terminate()
    process.communicate()
    assert process.returncode == 4
    assert list((store / "running").iterdir()) == []


@pytest.mark.dear
def test_fuzz_goes_on_with_a_campaign_that_was_killed(tmp_path: Path) -> None:
    store = tmp_path / "st"
    arguments = ("examples/quickstart.py:inventory", "--seed", 1, "--jobs", 1)
    process = start(store, *arguments, "--time", "10m")
    wait_until(lambda: (store / "store.db").exists() and bool(findings(store)), what="found")
    before = names(store)
    process.kill()
    process.communicate()
    wait_until(lambda: processes_of(store) == [], what="cleared up")
    ran = fuzz(store, *arguments, "--max-examples", 40)
    assert "goes on with a run that was killed" in ran.lines[1]
    assert ran.status == 1
    assert set(before) <= set(names(store))
    assert len(names(store)) == 2
    with Store.read(store) as opened:
        assert [run.ended for run in opened.runs()] == [Ended.DONE]
    assert is_sound(store)
