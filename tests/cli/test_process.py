"""The command as a process: what a shell does to it, and what it leaves behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, wait_running

Start = Callable[..., "subprocess.Popen[str]"]
HERE_PATH = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])


def children_of(pid: int) -> list[int]:
    """Return the processes that ``pid`` started."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def is_alive(pid: int) -> bool:
    """Tell whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pids: list[int]) -> None:
    """Wait until none of ``pids`` lives."""
    until = time.monotonic() + 5
    while any(map(is_alive, pids)):
        assert time.monotonic() < until, "a process outlived the command"
        time.sleep(0.02)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_no_child_outlives_the_command(
    start_fake: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    # A command that is killed cannot tidy up.
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = start_fake("check", "pow")
    wait_running(tmp_path)
    children = children_of(process.pid)
    process.send_signal(sent)
    process.communicate(timeout=10)
    assert children
    wait_gone(children)


def test_closed_stdout_is_no_error(start_fake: Start) -> None:
    read, write = os.pipe()
    os.close(read)
    process = start_fake("check", "violated", stdout=write)
    os.close(write)
    assert process.communicate(timeout=20)[1] == ""
    assert process.returncode == 1


def test_output_to_a_pipe_is_plain_and_fits_100_columns(start_fake: Start) -> None:
    out, _ = start_fake("check", "hazard", "fine").communicate(timeout=20)
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) <= 100


def test_characters_that_cannot_be_encoded_do_not_matter(
    start_fake: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    out, err = start_fake("check", "fine", "ünïcode").communicate(timeout=20)
    assert (err, "\\xfcn\\xefcode" in out) == ("", True)


def test_the_command_leaves_no_folder_behind(
    start_fake: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "scratch"))
    start_fake("check", "exit", "fine").communicate(timeout=20)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_the_parent_imports_no_hypothesis() -> None:
    program = "import sys, smcheck.cli.app; sys.exit('hypothesis' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": HERE_PATH}
    subprocess.run([sys.executable, "-c", program], check=True, env=env)


def test_python_m_smcheck_is_the_command() -> None:
    env = {**os.environ, "PYTHONPATH": HERE_PATH}
    ran = subprocess.run(
        [sys.executable, "-m", "smcheck", "--version"],
        capture_output=True, text=True, check=True, env=env,
    )  # fmt: skip
    assert ran.stdout.startswith("smcheck, version ")


def test_a_module_of_the_working_directory_stands_in_for_nothing(
    start_fake: Start, tmp_path: Path
) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('shadowed')")
    process = start_fake("check", "fine")
    process.communicate(timeout=20)
    assert process.returncode == 0
