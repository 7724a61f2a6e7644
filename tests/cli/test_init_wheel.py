"""As a new user has it: a wheel, an empty folder, ``smcheck init``, and ``pytest``."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT

MACHINE = '''
"""A machine of a new user."""


class Counters:
    """Commands are ``add NAME NUMBER`` and ``reset NAME``."""

    def __init__(self):
        self.numbers = {}

    def update(self, entry):
        import smcheck

        match entry.cmd.decode().split():
            case ["add", name, number]:
                self.numbers[name] = self.numbers.get(name, 0) + int(number)
            case ["reset", name]:
                self.numbers.pop(name, None)
        return smcheck.Result(len(self.numbers))

    def lookup(self, query: str) -> int:
        return self.numbers.get(query, 0)

    def save_snapshot(self, writer, files, stopped):
        image = repr(sorted(self.numbers.items())).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader, files, stopped):
        import ast

        self.numbers = dict(ast.literal_eval(b"".join(iter(reader.read, b"")).decode()))

    def close(self):
        pass
'''


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """Return the interpreter of a new environment with the wheel in it.

    Its dependencies are those of this environment: there may be no network.
    """
    folder = tmp_path / "wheel"
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    [wheel] = folder.glob("*.whl")
    home = tmp_path / "env"
    venv.create(home, with_pip=False)
    packages = sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)})
    zipfile.ZipFile(wheel).extractall(packages)
    Path(packages, "dependencies.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    return home / "bin" / "python"


@pytest.mark.dear
def test_what_init_writes_runs_unedited_from_a_wheel(tmp_path: Path, python: Path) -> None:
    project = tmp_path / "project"
    (project / "shop").mkdir(parents=True)
    (project / "shop" / "__init__.py").touch()
    (project / "shop" / "counters.py").write_text(MACHINE)

    written = _run(python, project, "-m", "smcheck", "init", "shop.counters:Counters")
    assert (written.returncode, written.stderr) == (0, "")
    assert "Counters is a regular machine" in written.stdout

    where = "import smcheck; print(smcheck.__file__)"
    assert str(tmp_path / "env") in _run(python, project, "-P", "-c", where).stdout

    tested = _run(python, project, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert tested.returncode == 0, tested.stdout
    assert "8 passed" in tested.stdout


def _run(python: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    dropped = ("PYTHONPATH", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "COVERAGE_PROCESS_START")
    environment = {k: v for k, v in os.environ.items() if k not in dropped}
    return subprocess.run(
        [str(python), *arguments], cwd=folder, capture_output=True, text=True, check=False,
        timeout=600, env=environment,
    )  # fmt: skip
