"""What a replay says of a machine that was edited since its witness was written."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from smcheck.engine.again import laid_anew
from smcheck.engine.replay import Status, replay
from smcheck.engine.witness import Witness, load_witness
from smcheck.engine.world import World
from smcheck.subject import Subject
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens

TORN = """
import logging, json, threading
from hypothesis import strategies as st
import smcheck

class Torn:
    def __init__(self):
        self.total = self.twice = 0
        self.lock = threading.Lock()
    def update(self, entries):
        for entry in entries:
            self.total += len(entry.cmd)
            self.twice = 2 * self.total
            entry.result = smcheck.Result(self.total)
        return entries
    def lookup(self, query):
        total = self.total
        return [total, self.twice]
    def prepare_snapshot(self):
        return self.total
    def save_snapshot(self, context, writer, files, stopped):
        image = json.dumps([context]).encode()
        while image:
            image = image[writer.write(image):]
    def recover_from_snapshot(self, reader, files, stopped):
        [total] = json.loads(b"".join(iter(reader.read, b"")))
        self.total, self.twice = total, 2 * total
    def close(self):
        pass

subject = smcheck.Subject(machine=Torn, commands=st.binary(min_size=1, max_size=2),
                          queries=st.none())
"""

Edit = tuple[str, str]
LOCKED: list[Edit] = [
    ("            self.total += len(entry.cmd)\n            self.twice = 2 * self.total\n",
     "            with self.lock:\n                self.total += len(entry.cmd)\n"
     "                self.twice = 2 * self.total\n"),
    ("        total = self.total\n        return [total, self.twice]\n",
     "        with self.lock:\n            return [self.total, self.twice]\n"),
]  # fmt: skip
LOGS = "        logging.getLogger('torn').debug('asked %s of %s', query, self)\n"


@pytest.fixture(scope="module")
def torn(tmp_path_factory: pytest.TempPathFactory) -> Witness:
    """Return the witness of the machine as it stands above."""
    folder = tmp_path_factory.mktemp("torn")
    options = Options(
        max_examples=60, seed=1, stop_on_first=True, target="machine.py:subject",
        witness_dir=folder / "witnesses",
    )  # fmt: skip
    report = check_subject(edited(folder), options)
    [finding] = [f for f in report.findings if f.breach.check == "schedules"]
    return load_witness(Path(finding.witness))


def edited(folder: Path, *edits: Edit) -> Subject:
    """Return the subject of the machine with some of its text replaced."""
    text = TORN
    folder.mkdir(exist_ok=True)
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / f"machine_{folder.name}.py"
    file.write_text(text)
    subject = specimens.load(file).subject
    assert isinstance(subject, Subject)
    return subject


def test_unedited_machine_still_fails(torn: Witness, tmp_path: Path) -> None:
    outcome = replay(torn, edited(tmp_path))
    assert outcome.status is Status.FAILS
    assert outcome.finding is not None
    assert outcome.finding.signature == torn.breach.signature


@pytest.mark.parametrize(
    "edit",
    [
        ("class Torn:", "# a comment\n\nclass Other:\n    pass\n\n\nclass Torn:"),
        ("    def update", "    def helper(self):\n        return self.total\n    def update"),
        ("        total = self.total\n", "        # first\n        total = self.total\n"),
        ("        total = self.total\n", LOGS + "        total = self.total\n"),
        ("        for entry in entries:\n", "        batch = len(entries)\n        assert batch\n"
         "        for entry in entries:\n"),
        ("        total = self.total\n        return [total, self.twice]\n",
         "        seen = self.total\n        return [seen, self.twice]\n"),
    ],
    ids=["elsewhere", "method", "comment", "logging", "longer", "renamed"],
)  # fmt: skip
def test_edit_that_mends_nothing_still_fails(torn: Witness, tmp_path: Path, edit: Edit) -> None:
    outcome = replay(torn, edited(tmp_path, edit))
    assert outcome.status is Status.FAILS, outcome


@pytest.mark.parametrize("edit", ["", LOGS], ids=["unedited", "logging"])
def test_witness_of_old_is_found_again_by_a_search(
    torn: Witness, tmp_path: Path, edit: str
) -> None:
    line = "        total = self.total\n"
    outcome = replay(without_anchors(torn), edited(tmp_path, (line, edit + line)))
    assert outcome.status is Status.FAILS, outcome


def test_mended_machine_is_fixed(torn: Witness, tmp_path: Path) -> None:
    assert replay(torn, edited(tmp_path, *LOCKED)).status is Status.FIXED


@pytest.mark.parametrize(
    ("edit", "clause"),
    [
        (("            entry.result = smcheck.Result(self.total)\n",
          "            entry.result = smcheck.Result(self.totl)\n"), "UPD-8"),
        (("        with self.lock:\n            return", "        with self.lock, self.lock:\n"
          "            return"), "PRG-1"),
        (("            return [self.total, self.twice]\n",
          "            both = [self.total]\n        return both + [self.twice]\n"), "RDC-3"),
    ],
    ids=["update raises", "deadlock", "torn elsewhere"],
)  # fmt: skip
def test_another_defect_fails_differently(
    torn: Witness, tmp_path: Path, edit: Edit, clause: str
) -> None:
    outcome = replay(torn, edited(tmp_path, *LOCKED, edit))
    assert outcome.status is Status.DIFFERS
    assert outcome.finding is not None
    assert outcome.finding.signature != torn.breach.signature
    assert outcome.finding.breach.clause == clause


def test_defect_beside_the_mended_one_does_not_count(torn: Witness, tmp_path: Path) -> None:
    keeps = ("            entry.result", "            self.last = entry\n            entry.result")
    assert replay(torn, edited(tmp_path, *LOCKED, keeps)).status is Status.FIXED


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (("    def lookup(", "    def ask("), "lookup"),
        (("        self.total = self.twice = 0\n", "        self.total = self.twise\n"), "twise"),
        (("        self.lock = threading.Lock()\n", "        raise SystemExit(3)\n"), "SystemExit"),
    ],
    ids=["method removed", "factory raises", "factory exits"],
)
def test_machine_that_cannot_be_made_cannot_be_replayed(
    torn: Witness, tmp_path: Path, edit: Edit, reason: str
) -> None:
    outcome = replay(torn, edited(tmp_path, edit))
    assert outcome.status is Status.CANNOT
    assert reason in outcome.reason


def test_subject_of_another_name_still_fails(torn: Witness, tmp_path: Path) -> None:
    renamed = edited(tmp_path, ("queries=st.none())", "queries=st.none(), name='Other')"))
    assert replay(torn, renamed).status is Status.FAILS


def test_schedule_that_never_happens_is_no_verdict_of_its_own(
    torn: Witness, tmp_path: Path
) -> None:
    switches = [
        msgspec.structs.replace(torn.schedule[0], task=n % 4, point=10**6 + n, anchor=None)
        for n in range(10_000)
    ]
    never = msgspec.structs.replace(torn, schedule=switches)
    anchor = torn.schedule[0].anchor
    many = [msgspec.structs.replace(switch, anchor=anchor) for switch in switches]
    assert replay(
        msgspec.structs.replace(torn, schedule=many), edited(tmp_path / "y", *LOCKED)
    ).status is Status.FIXED  # fmt: skip
    assert replay(never, edited(tmp_path)).status is Status.FAILS
    assert replay(never, edited(tmp_path / "x", *LOCKED)).status is Status.FIXED


def test_fixed_on_another_python_says_where_it_was_found(torn: Witness, tmp_path: Path) -> None:
    there = msgspec.structs.replace(torn, versions={"python": "3.4.10"})
    outcome = replay(there, edited(tmp_path, *LOCKED))
    assert outcome.status is Status.FIXED
    assert outcome.reason.startswith("it does not fail on Python 3.1")
    assert "found on Python 3.4.10" in outcome.reason


def test_anchors_say_where_the_tasks_were(torn: Witness) -> None:
    assert [(d.task, a and (a.function, a.text)) for d, a in
            zip(torn.schedule, torn.anchors(), strict=True)] == [
        (0, ("Torn.update", "self.total += len(entry.cmd)")),
        (3, ("Torn.lookup", "return [total, self.twice]")),
    ]  # fmt: skip


def test_schedule_is_laid_anew_along_the_lines(torn: Witness, tmp_path: Path) -> None:
    line = "        total = self.total\n"
    caught = torn.caught()
    with World(edited(tmp_path, (line, LOGS + line))) as world:
        world.try_out()
        found = list(laid_anew(world, caught, torn.anchors()))
    # The logging line comes before the point where the reader is interrupted.
    before, after = ({d.task: d.point for d in case.schedule} for case in (caught, found[0]))
    assert after[3] > before[3]
    assert found[0].breach.key == caught.breach.key


def without_anchors(witness: Witness) -> Witness:
    """Return a witness as it was written before there were anchors."""
    switches = [msgspec.structs.replace(d, anchor=None) for d in witness.schedule]
    told = msgspec.structs.replace(witness.breach, function="", line="")
    return msgspec.structs.replace(witness, schedule=switches, breach=told)
