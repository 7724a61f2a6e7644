"""Under pytest, findings are kept in the store of campaigns, night after night."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.campaign.records import Ended, Status
from smcheck.campaign.store import Store
from tests.pytest_runs import Inner

TEST = """
import hypothesis.strategies as st
import smcheck

class Keeps:
    def __init__(self):
        self.count, self.last = 0, None
    def update(self, entry):
        self.count += 1
        KEEP
        return smcheck.Result(self.count)
    def lookup(self, query):
        return self.count
    def save_snapshot(self, writer, files, stopped):
        image = b"%d;" % self.count
        while image:
            image = image[writer.write(image):]
    def recover_from_snapshot(self, reader, files, stopped):
        image = b"".join(iter(reader.read, b""))
        assert image.endswith(b";")
        self.count = int(image[:-1])
    def close(self):
        pass

keeps = smcheck.Subject(machine=Keeps, commands=st.just(b"a"), queries=st.just(0))
TestKeeps = smcheck.contract_test(keeps)
"""


def text(line: str) -> str:
    """Return the test file with what update does besides."""
    return TEST.replace("KEEP", line)


KEEPS, MENDED = text("self.last = entry"), text("self.last = entry.index")


@pytest.fixture
def inner(tmp_path: Path) -> Inner:
    """Return a folder in which pytest searches for real."""
    made = Inner(tmp_path)
    made.write("conftest.py", "")
    return made


def run(inner: Inner, source: str, *arguments: str) -> str:
    """Run one test file and return what pytest printed."""
    inner.write("test_it.py", source)
    ran = inner.run("--smcheck-store=st", "--smcheck-schedules=2", "-k", "retained", *arguments)
    return ran.stdout + ran.stderr


def statuses(folder: Path) -> list[Status]:
    """Return how the findings of a store stand."""
    with Store.read(folder) as store:
        return [one.status for one in store.findings()]


def test_plugin_keeps_findings_in_a_store(inner: Inner) -> None:
    told = run(inner, KEEPS)
    assert "st: 1 new; `smcheck report` tells more" in told
    with Store.read(inner.folder / "st") as store:
        [kept], [found] = store.runs(), store.findings()
    assert (kept.mode, kept.ended) == ("pytest", Ended.DONE)
    assert kept.targets == (found.target,)
    assert found.target.endswith(".py:keeps")
    assert found.finding.breach.clause == "UPD-4"
    assert found.witness


@pytest.mark.dear
def test_plugin_tells_what_was_mended_and_what_came_back(inner: Inner) -> None:
    seen = []
    for source in (KEEPS, KEEPS, MENDED, KEEPS):
        run(inner, source)
        seen += statuses(inner.folder / "st")
    assert seen == [Status.NEW, Status.KNOWN, Status.FIXED, Status.RETURNED]


INTERRUPTED = """
import pathlib, signal

WITNESSES = pathlib.Path(__file__).parent / "st" / "witnesses"

def drawn(command):
    if list(WITNESSES.glob("*.json")):
        signal.raise_signal(signal.SIGINT)
    return command
"""


def test_plugin_keeps_what_a_search_had_found_that_was_interrupted(inner: Inner) -> None:
    source = INTERRUPTED + KEEPS.replace('st.just(b"a")', 'st.just(b"a").map(drawn)')
    assert "KeyboardInterrupt" in run(inner, source)
    with Store.read(inner.folder / "st") as store:
        [kept], [found] = store.runs(), store.findings()
        [moment] = store.progress(kept.id)
    assert (kept.ended, found.finding.breach.clause) == (Ended.INTERRUPTED, "UPD-4")
    assert kept.seconds >= moment.effort.seconds > 0


def test_plugin_replays_what_the_store_has_without_its_files(inner: Inner) -> None:
    run(inner, KEEPS)
    for file in (inner.folder / "st" / "witnesses").iterdir():
        file.unlink()
    assert "stored witnesses in" in run(inner, MENDED)
    assert statuses(inner.folder / "st") == [Status.FIXED]


@pytest.mark.dear
def test_plugin_keeps_one_finding_of_many_workers(inner: Inner) -> None:
    inner.write("test_it.py", KEEPS)
    inner.run("--smcheck-store=st", "--smcheck-schedules=2", "-n", "2", "--dist", "load")
    assert statuses(inner.folder / "st") == [Status.NEW]


def test_plugin_in_profile_nightly_has_a_store(inner: Inner) -> None:
    inner.write("pytest.ini", "[pytest]\nsmcheck_profile = nightly\n")
    inner.write(
        "test_it.py",
        "from smcheck.testing.settings import current\n"
        "def test_it():\n    print('dir', current().witness_dir)\n",
    )
    assert f"dir {inner.folder}/.smcheck/store/witnesses" in inner.run("-s").stdout


def test_plugin_refuses_a_store_that_is_none(inner: Inner) -> None:
    (inner.folder / "st").mkdir()
    inner.write("st/store.db", "no database")
    inner.write("test_it.py", KEEPS)
    ran = inner.run("--smcheck-store=st", "-k", "retained")
    assert (ran.returncode, ran.stdout) == (4, "")
    assert "--smcheck-store" in ran.stderr
