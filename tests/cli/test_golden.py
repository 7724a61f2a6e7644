"""``smcheck record`` and ``smcheck verify``: what is written, what is said, how it ends."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import MACHINE, ROOT

Run = Callable[..., "subprocess.CompletedProcess[str]"]

VERSIONS = f"""{MACHINE}
import threading

def version(machine=Calm, **more):
    return subject(machine, name="Adder", describe=lambda cmd: f"add {{len(cmd)}}", **more)

class Doubles(Calm):
    def update(self, entries):
        for entry in super().update(entries):
            entry.result = smcheck.Result(2 * entry.result.value)
        return entries

class Hangs(Calm):
    def work(self, entry):
        while len(entry.cmd) == 2:
            pass

class Twice(Calm):
    def lookup(self, query):
        return os.urandom(4)

calm, exits, doubles, hangs = version(), version(Adder), version(Doubles), version(Hangs)
random = version(Twice)
examples = version(examples=[[b"x", b"xx"], [b"xxx"]])
blind = version(queries=None, without={{"lookups"}})
"""

STORED = {
    "schema": "smcheck/golden/1", "smcheck": "0.1.0", "python": "3.11.7", "subject": "Adder",
    "kind": "concurrent", "source": "commands", "seed": 7, "queries": ["n"],
    "log": [
        {"index": 1, "cmd": "eA==", "result": "Result(1, b'')", "text": "add 1"},
        {"index": 5, "cmd": "eHg=", "result": "Result(3, b'')", "text": "add 2"},
        {"index": 6, "cmd": "eHh4", "result": "Result(6, b'')", "text": "add 3"},
    ],
    "moments": [
        {"entries": entries, "answers": [answer], "observe": None, "hash": None}
        for entries, answer in enumerate(["0", "1", "3", "6"])
    ],
}  # fmt: skip
ADDER = "recorded Adder (concurrent) in g.json: 10 entries, drawn with seed 1"


@pytest.fixture
def run(tmp_path: Path, smcheck_real: Run) -> Run:
    """Return the command, beside versions of one machine."""
    (tmp_path / "machine.py").write_text(VERSIONS)
    return smcheck_real


@pytest.fixture
def golden(tmp_path: Path, run: Run) -> Path:
    """Return a golden log of the first version; the commands of it are beside it."""
    (tmp_path / "commands.jsonl").write_text('"x"\n{"cmd": "xx", "index": 5}\n"xxx"\n')
    (tmp_path / "g.json").write_text(json.dumps(STORED, indent=1))
    return tmp_path / "g.json"


def test_what_was_recorded_is_verified(run: Run, tmp_path: Path) -> None:
    ran = run("record", "machine.py:calm", "--log", "g.json", "--entries", "10", "--seed", "1")
    lines = ran.stdout.splitlines()
    assert (ran.returncode, ran.stderr, lines) == (0, "", [
        ADDER,
        "   compared: 10 results, 11 answers to 1 query, at 11 moments",
        "   the same came in another process, under another hash seed and clock",
        "   the same came with a restart from an image after entries 3, 6 and 10",
    ])  # fmt: skip
    again = run("verify", "machine.py:calm", "--log", "g.json")
    stored = json.loads((tmp_path / "g.json").read_text())
    assert (again.returncode, again.stdout.splitlines()) == (0, [
        f"agrees: Adder (concurrent) with g.json, 10 entries recorded by smcheck "
        f"{stored['smcheck']} on Python {stored['python']}",
        *lines[1:],
    ])  # fmt: skip


def test_one_seed_gives_one_file(run: Run, tmp_path: Path) -> None:
    for name in "ab":
        ran = run("record", "machine.py:calm", "--log", name, "--entries", "20", "--seed", "1")
        assert ran.returncode == 0
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_the_form_of_the_file_stays(run: Run, tmp_path: Path, golden: Path) -> None:
    command = ("--log", "h.json", "--commands", "commands.jsonl", "--seed", "7")
    assert run("record", "machine.py:calm", *command).returncode == 0
    stored = json.loads((tmp_path / "h.json").read_text())
    versions = {name: stored[name] for name in ("smcheck", "python")}
    assert stored == STORED | versions
    assert run("verify", "machine.py:calm", "--log", "g.json").returncode == 0


def test_examples_come_first(run: Run, tmp_path: Path) -> None:
    assert run("record", "machine.py:examples", "--log", "g.json", "--entries", "4").returncode == 0
    stored = json.loads((tmp_path / "g.json").read_text())
    assert [entry["text"] for entry in stored["log"]][:3] == ["add 1", "add 2", "add 3"]


def test_another_version_differs(run: Run, golden: Path) -> None:
    ran = run("verify", "machine.py:doubles", "--log", "g.json")
    assert (ran.returncode, ran.stdout.splitlines()[1:]) == (1, [
        "   differs at entry 1 (index 1), add 1",
        "      result: recorded Result(1, b''), now Result(2, b'')",
        "   3 of 3 entries differ in all",
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("exits", "the process that runs the machine ended with exit status 3 during update, at "),
        ("exits", "; it was applying entry 2 (index 5), add 2"),
        ("hangs", "update of entry 2 (index 5), add 2: no progress for 2 s: the machine "),
    ],
)
def test_a_version_that_does_not_come_back_is_inconclusive(
    run: Run, golden: Path, name: str, said: str
) -> None:
    ran = run("verify", f"machine.py:{name}", "--log", "g.json")
    assert (ran.returncode, ran.stderr) == (4, "")
    assert ran.stdout.startswith("inconclusive: Adder")
    assert said in " ".join(ran.stdout.split())


@pytest.mark.parametrize("name", ["random", "exits", "hangs"])
def test_what_no_version_could_agree_with_is_not_recorded(
    run: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / "commands.jsonl").write_text('"xx"\n' * 3)
    target = f"machine.py:{name}"
    ran = run("record", target, "--log", "g.json", "--commands", "commands.jsonl")
    assert (ran.returncode, ran.stderr) == (4, "")
    assert "nothing was recorded" in " ".join(ran.stdout.split())
    assert not (tmp_path / "g.json").exists()


def test_that_nothing_but_results_was_seen_is_said(run: Run) -> None:
    ran = run("record", "machine.py:blind", "--log", "g.json", "--entries", "3")
    assert ran.returncode == 0
    assert "   nothing but results was observable" in ran.stdout


def test_a_file_is_written_over_only_when_that_is_asked_for(run: Run, golden: Path) -> None:
    before = golden.read_bytes()
    command = ("record", "machine.py:calm", "--log", "g.json", "--entries", "3")
    ran = run(*command)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert "got 'g.json', which does: name another one, or say --force" in ran.stderr
    assert golden.read_bytes() == before
    assert run(*command, "--force").returncode == 0
    assert golden.read_bytes() != before
    assert [*golden.parent.glob(".smcheck-*")] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("record", "machine.py:calm", "--log", "."), "name a file"),
        (("record", "machine.py:calm", "--log", "none/g.json"), "a file that can be written"),
        (("record", "machine.py:calm", "--log", "h", "--commands", "none"), "cannot be read"),
        (("record", "machine.py:calm", "--log", "h", "--commands", "machine.py"), "expected JSON"),
        (("record", "machine.py:calm", "--log", "h", "--commands", "commands.jsonl", "--entries",
          "3"), "expected --commands or --entries, got both"),
        (("record", "machine.py:calm", "--log", "h", "--entries", "0"), "from 1 to 100,000"),
        (("record", "machine.py:calm"), "--log"),
        (("record", "machine.py:numbers", "--log", "h"), "expected commands to draw bytes"),
        (("record", "machine.py:refusing", "--log", "h"), "it raised ValueError: no database"),
        (("verify", "machine.py:nothing", "--log", "g.json"), "expected the name 'nothing'"),
        (("verify", "machine.py:lacking", "--log", "g.json"), "expected the subject 'Adder'"),
        (("verify", "machine.py:calm", "--log", "none"), "got what cannot be read"),
        (("verify", "machine.py:calm", "--log", "machine.py"), "got a damaged or foreign file"),
    ],
)  # fmt: skip
def test_a_wrong_call_is_refused_in_one_line(
    run: Run, golden: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run(*arguments)
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1), ran.stderr
    assert said in ran.stderr


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"golden/1", b"golden/2"),
        lambda data: data.replace(b'"index": 5', b'"index": 1'),
        lambda data: b"[" * 50_000,
    ],
)
def test_a_damaged_file_is_refused_in_one_line(
    run: Run, golden: Path, damage: Callable[[bytes], bytes]
) -> None:
    golden.write_bytes(damage(golden.read_bytes()))
    ran = run("verify", "machine.py:calm", "--log", "g.json")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1), ran.stderr
    assert ran.stderr.startswith("smcheck: g.json: expected")


def test_a_machine_that_changes_the_folder_is_recorded_where_it_was_said(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "machine.py").write_text(
        VERSIONS.replace("self.total = 0", "self.total = 0; os.chdir('/')", 1)
    )
    assert run("record", "machine.py:calm", "--log", "g.json", "--entries", "3").returncode == 0
    assert (tmp_path / "g.json").exists()


def test_example_of_the_page_differs_as_it_says(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "golden.md").read_text("utf-8")
    block = text.partition("<!-- golden: begin -->")[2].partition("<!-- golden: end -->")[0]
    source = block.partition("```python\n")[2].partition("```")[0]
    (tmp_path / "shop.py").write_text(source)
    command = ("shop.py:shop", "--log", "shop.golden.json")
    assert run("record", *command, "--seed", "7").returncode == 0
    assert run("verify", *command).returncode == 0
    before, after = "return sum(self.prices.values())", "return sum(self.prices.values()) / 100"
    (tmp_path / "shop.py").write_text(source.replace(before, after))
    ran = run("verify", *command)
    said = text.partition("ends with exit status 1:\n\n```\n")[2].partition("```")[0]
    assert (ran.returncode, ran.stdout.splitlines()[-3:]) == (1, said.splitlines()[1:])
