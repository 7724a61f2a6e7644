"""The wheel holds both packages, their types, the command and the plugin."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from configparser import ConfigParser
from email import message_from_string
from pathlib import Path

import pytest

import smcheck

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Build the wheel with the backend that is installed: no network, no other environment."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_wheel_is_named_after_the_version(wheel: zipfile.ZipFile) -> None:
    assert Path(str(wheel.filename)).name == f"smcheck-{smcheck.__version__}-py3-none-any.whl"


def test_wheel_holds_every_source_file_once(wheel: zipfile.ZipFile) -> None:
    sources = {
        path.relative_to(base).as_posix()
        for base, package in ((ROOT, "smcheck"), (ROOT / "strategies", "smcheck_strategies"))
        for path in (base / package).rglob("*.py")
    }
    packed = [name for name in wheel.namelist() if name.endswith(".py")]
    assert sorted(packed) == sorted(sources)


def test_wheel_holds_what_pages_are_made_of(wheel: zipfile.ZipFile) -> None:
    folder = ROOT / "smcheck" / "report" / "page"
    parts = {
        path.relative_to(ROOT).as_posix()
        for path in folder.rglob("*.*")
        if path.suffix in (".html", ".css", ".js")
    }
    assert len(parts) >= 3
    assert parts - {*wheel.namelist()} == set()


@pytest.mark.parametrize("marker", ["smcheck/py.typed", "smcheck_strategies/py.typed"])
def test_wheel_says_that_it_is_typed(wheel: zipfile.ZipFile, marker: str) -> None:
    assert marker in wheel.namelist()


def test_wheel_holds_no_other_top_level_name(wheel: zipfile.ZipFile) -> None:
    tops = {name.partition("/")[0] for name in wheel.namelist()}
    info = f"smcheck-{smcheck.__version__}.dist-info"
    assert tops == {"smcheck", "smcheck_strategies", info}


def test_wheel_registers_the_command_and_the_plugin(wheel: zipfile.ZipFile) -> None:
    points = ConfigParser()
    points.read_string(member(wheel, "entry_points.txt"))
    assert dict(points["console_scripts"]) == {"smcheck": "smcheck.cli:main"}
    assert dict(points["pytest11"]) == {"smcheck": "smcheck.pytest_plugin"}


def test_wheel_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    metadata = message_from_string(member(wheel, "METADATA"))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert "Apache License" in member(wheel, "licenses/LICENSE")


def member(wheel: zipfile.ZipFile, name: str) -> str:
    """Return the text of a file of the wheel's metadata."""
    return wheel.read(f"smcheck-{smcheck.__version__}.dist-info/{name}").decode()
