"""The line on standard error: what it says, how wide it is, and when it is not there."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from smcheck.cli.messages import CheckOptions
from smcheck.cli.progress import ProgressBar, State, Waiting, is_watched, words
from tests.cli.conftest import ROOT

COLOUR = re.compile(r"\x1b\[\d+(;\d+)*m")
BUSY = State(
    "machine.py:adder", 100, done=40, phase="searching", plans=40, executions=1234, seconds=4.0,
    clauses=["UPD-4", "LKP-1"],
)  # fmt: skip

SHOW = """
import sys
from smcheck.cli.messages import CheckOptions
from smcheck.cli.progress import ProgressBar, Waiting
from smcheck.finding import Breach, Finding, Severity
from smcheck.report.data import blank

report = blank("adder", "concurrent")
report.stats.examples, report.stats.schedules, report.stats.seconds = 40, 1234, 4.0
for clause in ("UPD-4", "LKP-1"):
    breach = Breach(clause, Severity.VIOLATION, "title", "message")
    report.findings.append(Finding(breach, "0" * 12))

def bar():
    with ProgressBar("machine.py:adder", CheckOptions(None, 100, 20, 1)) as shown:
        shown.show(report)
        shown._shown._live and shown._shown._live.refresh()
        GIVE
    print("then")
"""


@pytest.mark.parametrize(
    "width, said",
    [
        (
            100,
            "40 plans, 1,234 executions, 308/s, searching, 2 findings: UPD-4 LKP-1",
        ),
        (80, "40 plans, 308/s, searching, 2 findings: UPD-4 LKP-1"),
        (70, "40 plans, 308/s, 2 findings: UPD-4 LKP-1"),
        (60, "40 plans, 2 findings: UPD-4 LKP-1"),
        (40, "2 findings"),
    ],
)
def test_what_matters_least_is_left_out_first(width: int, said: str) -> None:
    assert words(BUSY, width) == ("machine.py:adder", said)


@pytest.mark.parametrize("width", [*range(1, 130, 3)])
def test_words_are_never_wider_than_the_terminal(width: int) -> None:
    name, said = words(BUSY, width)
    assert len(name) + len(said) <= width


def test_a_long_name_is_cut() -> None:
    state = State("a/very/long/path/to/some/machine.py:adder", 100, clauses=["UPD-4"])
    assert words(state, 40) == ("a/very/long/path/to/som…", "1 finding")


def test_nothing_is_divided_by_no_time() -> None:
    assert words(State("m:s", 100), 80) == ("m:s", "0 plans, 0 executions, starting")


@pytest.mark.parametrize(
    "environment", [{"TERM": "dumb"}, {"CI": "true"}, {"CI": "1", "TERM": "xterm"}]
)
def test_nobody_watches_there(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert not is_watched(environment)


def test_somebody_watches_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert is_watched({"TERM": "xterm", "CI": "false"})


def test_no_bar_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with ProgressBar("m:s", CheckOptions(None, 100, 20, 1)), Waiting("replaying", delay_s=0):
        pass
    assert capsys.readouterr() == ("", "")


@pytest.fixture
def on_terminal(tmp_path: Path) -> Callable[..., str]:
    """Return a function that runs Python with a terminal as standard error; gives what it shows."""

    def run(program: str, *, columns: int = 100, **environment: str) -> str:
        host, terminal = pty.openpty()
        plain = {k: v for k, v in os.environ.items() if k not in ("CI", "NO_COLOR", "TERM")}
        path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
        own = {"TERM": "xterm", "COLUMNS": str(columns), "PYTHONPATH": path, **environment}
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", program], stdin=terminal, stdout=subprocess.DEVNULL,
            stderr=terminal, env=plain | own, cwd=tmp_path,
        )  # fmt: skip
        os.close(terminal)
        shown = b""
        while chunk := _read(host):
            shown += chunk
        os.close(host)
        assert process.wait() == 0, shown
        return shown.decode()

    return run


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # nobody has the other end any more
        return b""


def program(give: str = "", call: str = "bar()") -> str:
    """Return a program that shows a bar, and does something in between."""
    return f"{SHOW.replace('GIVE', give or 'pass')}\n{call}"


def test_bar_on_a_terminal_tells_plans_rate_and_clauses(on_terminal: Callable[..., str]) -> None:
    shown = on_terminal(program(), NO_COLOR="1")
    assert "40 plans, 1,234 executions, 308/s, searching, 2 findings: UPD-4 LKP-1" in shown
    assert "━" in shown


def test_no_colour_means_no_colour(on_terminal: Callable[..., str]) -> None:
    assert COLOUR.search(on_terminal(program()))
    assert not COLOUR.search(on_terminal(program(), NO_COLOR="1"))


def test_bar_is_one_line_of_forty_columns(on_terminal: Callable[..., str]) -> None:
    shown = on_terminal(program(), columns=40, NO_COLOR="1")
    lines = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", shown).replace("\r", "\n").split("\n")
    assert max(map(len, lines)) == 39
    assert "2 findings" in shown
    # Up one line and erase: were it wrapped, more than one would have to go.
    assert "\x1b[1A\x1b[2K\x1b[1A" not in shown


def test_bar_gives_way_to_a_debugger(on_terminal: Callable[..., str]) -> None:
    give = "shown.give_way(); sys.stderr.write('(Pdb) '); sys.stderr.flush(); shown.show(report)"
    assert on_terminal(program(give), NO_COLOR="1").rpartition("(Pdb) ")[2] == ""


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"CI": "true"}])
def test_bar_is_silent_there(on_terminal: Callable[..., str], environment: dict[str, str]) -> None:
    assert on_terminal(program(), **environment) == ""


def test_waiting_is_told_after_a_while(on_terminal: Callable[..., str]) -> None:
    call = (
        "with Waiting('replaying w.json', delay_s=0) as told:\n"
        "    told._timer.join()\n"
    )  # fmt: skip
    assert "replaying w.json" in on_terminal(program(call=call), NO_COLOR="1")


def test_a_moment_is_not_told(on_terminal: Callable[..., str]) -> None:
    call = "with Waiting('replaying w.json', delay_s=3600):\n    pass\n"
    assert on_terminal(program(call=call)) == ""
