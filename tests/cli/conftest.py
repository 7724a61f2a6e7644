"""Run the command line on a child that does as it is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from smcheck.cli import supervisor
from smcheck.cli.app import run as run_app

ROOT = Path(__file__).parents[2]


MACHINE = """
import json, os
from hypothesis import strategies as st
import smcheck

class Adder:
    def __init__(self):
        self.total = 0
    def update(self, entries):
        for entry in entries:
            self.total += len(entry.cmd)
            self.work(entry)
            entry.result = smcheck.Result(self.total)
        return entries
    def work(self, entry):
        if len(entry.cmd) == 2:
            os._exit(3)
    def lookup(self, query):
        return self.total
    def prepare_snapshot(self):
        return self.total
    def save_snapshot(self, context, writer, files, stopped):
        image = json.dumps([context]).encode()
        while image:
            image = image[writer.write(image):]
    def recover_from_snapshot(self, reader, files, stopped):
        [self.total] = json.loads(b"".join(iter(reader.read, b"")))
    def close(self):
        pass

class Calm(Adder):
    def work(self, entry):
        pass

class Refusing(Adder):
    def __init__(self):
        raise ValueError("no database")

COMMANDS = st.binary(min_size=1, max_size=3)

def subject(machine=Calm, commands=COMMANDS, queries=st.just("n"), **more):
    return smcheck.Subject(machine=machine, commands=commands, queries=queries, **more)

adder = subject(Adder)
refusing = subject(Refusing)
numbers = subject(commands=st.integers())
objects = subject(queries=st.builds(object))
speechless = subject(model=object)
lacking = subject(machine=type("Lacking", (), {"update": Adder.update}))
"""
"""A file of small machines, and subjects of them."""


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str
    report: dict[str, Any] | None = None

    def only_subject(self) -> dict[str, Any]:
        """Return the one subject of the report file."""
        assert self.report is not None
        [subject] = self.report["subjects"]
        return dict(subject)


@pytest.fixture
def smcheck_fake(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    """Return a function that runs ``smcheck`` in this process with a fake child."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(supervisor, "CHILD", "tests.cli.fake_child")
    limits = replace(supervisor.LIMITS, silent_s=1.5, resolve_s=6.0, memory_bytes=400 << 20)
    monkeypatch.setattr(supervisor, "LIMITS", limits)

    def run(*arguments: str) -> Ran:
        file = tmp_path / "report.json"
        status = run_app([*arguments, "--json", str(file)])
        out, err = capfd.readouterr()
        report = json.loads(file.read_text()) if file.exists() else None
        return Ran(status, out, err, report)

    return run


@pytest.fixture
def start_fake(tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    """Return a function that starts ``smcheck`` with a fake child in a process of its own."""
    program = (
        "import sys; from smcheck.cli import supervisor; from smcheck.cli import main; "
        "supervisor.CHILD = 'tests.cli.fake_child'; sys.exit(main())"
    )

    def start(*arguments: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", program, *arguments],
            cwd=tmp_path, text=True, stdout=options.pop("stdout", subprocess.PIPE),
            stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": _path()}, **options,
        )  # fmt: skip

    return start


@pytest.fixture
def smcheck_real(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs ``smcheck`` beside the machines above."""
    (tmp_path / "machine.py").write_text(MACHINE)

    def run(*arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
        return subprocess.run(
            [sys.executable, "-P", "-m", "smcheck", *arguments],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120, input=typed,
            env={**os.environ, "PYTHONPATH": path},
        )  # fmt: skip

    return run


def wait_running(folder: Path) -> None:
    """Wait until a fake child that was started in ``folder`` is in its update."""
    until = time.monotonic() + 20
    while not (folder / "running").exists():
        assert time.monotonic() < until, "the child did not come to its update"
        time.sleep(0.02)
    # The call itself is a few bytecodes further on.
    time.sleep(0.1)


def _path() -> str:
    return os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
