"""How targets are written in stores."""

from __future__ import annotations

from pathlib import Path

from smcheck.campaign.orders import written


def test_written_file_is_relative_to_the_working_directory(tmp_path: Path) -> None:
    assert written(f"{tmp_path}/pkg/../m.py:a", folder=tmp_path) == "m.py:a"
    assert written("./m.py:a.b", folder=tmp_path) == "m.py:a.b"


def test_written_file_elsewhere_is_absolute(tmp_path: Path) -> None:
    assert written("../m.py:a", folder=tmp_path / "below") == f"{tmp_path}/m.py:a"


def test_written_module_stays_as_it_is(tmp_path: Path) -> None:
    assert written("package.module:name", folder=tmp_path) == "package.module:name"
