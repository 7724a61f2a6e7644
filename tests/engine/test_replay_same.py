"""Which lines are the same but for the names in them, and where a target is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.engine.same import is_same, shape
from smcheck.engine.whereabouts import absolute_target, find_target
from smcheck.engine.witness_records import BreachRecord, Witness
from smcheck.finding import Breach, Finding, Location


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("total = self.total", "seen  =  self.total", True),
        ("for k, v in rows.items():", "for key, value in table.items():", True),
        ("a = b + a", "x = y + x", True),
        ("a = b + a", "x = y + y", False),
        ("total = self.total", "total = self.count", False),
        ("return read(key)", "return peek(key)", False),
        ("self.log.append(entry.cmd)", "self.log.append(bytes(entry.cmd))", False),
        ("x = d['a']", "y = d['a']", True),
        ("x = d['a']", "x = d['b']", False),
        ("if not a:", "if not b:", True),
        ("if not a:", "if bool(a):", False),
        ("return x", "yield x", False),
        ("x = 1", "x = 2", False),
    ],
)
def test_lines_are_the_same_but_for_plain_names(one: str, other: str, is_same: bool) -> None:
    assert (shape(one) == shape(other)) is is_same


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of a module and a package, from outside of it."""
    root = tmp_path / "project"
    (root / "pkg" / "deep").mkdir(parents=True)
    for file in ("m.py", "pkg/__init__.py", "pkg/deep/n.py"):
        (root / file).touch()
    monkeypatch.chdir(tmp_path)
    return root


@pytest.mark.parametrize(
    ("target", "folder", "near", "found"),
    [
        ("m.py:a", "{root}", "", ("m.py:a", "{root}")),
        ("m.py:a", "/gone", "{root}/.smcheck/witnesses/w.json", ("m.py:a", "{root}")),
        ("/gone/m.py:a", "/gone", "{root}/w.json", ("m.py:a", "{root}")),
        ("{root}/m.py:a", "/gone", "/elsewhere/w.json", ("{root}/m.py:a", "/gone")),
        ("pkg.deep.n:a", "/gone", "{root}/tests/w.json", ("pkg.deep.n:a", "{root}")),
        ("pkg:a.b", "", "{root}/tests/w.json", ("pkg:a.b", "{root}")),
        ("project/m.py:a", "/gone", "/elsewhere/w.json", ("project/m.py:a", "{root}/..")),
        ("none.py:a", "/gone", "{root}/w.json", ("none.py:a", "/gone")),
        ("\0.py:a", "/gone", "{root}/w.json", ("\0.py:a", "/gone")),
    ],
)
def test_target_is_found_where_it_was_or_above_the_witness_or_here(
    target: str, folder: str, near: str, found: tuple[str, str], project: Path
) -> None:
    root = str(project)
    wanted, base = (text.format(root=root) for text in found)
    came = find_target(
        target.format(root=root), folder.format(root=root),
        near=Path(near.format(root=root)) if near else None,
    )  # fmt: skip
    assert (came[0], Path(came[1]).resolve()) == (wanted, Path(base).resolve())


def test_file_of_a_target_is_the_same_in_every_folder() -> None:
    assert absolute_target("m.py:a", "/p") == "/p/m.py:a"
    assert absolute_target("pkg.m:a", "/p") == "pkg.m:a"


@pytest.mark.parametrize(
    ("line", "is_known"),
    [
        ("def update(self, entries):", True),  # a better line was found since
        ("self.count += 1", False),
    ],
)
def test_witness_that_names_but_the_method_is_recognised(line: str, is_known: bool) -> None:
    told = Breach("SAV-4", "restart", "title", "message", "recover_from_snapshot")
    place = Location(str(Path(__file__).absolute()), 1, "Counter.update")
    written = BreachRecord(
        "SAV-4", "restart", "title", "message", "recover_from_snapshot", "", "0" * 12,
        function="Counter.update", line=line,
    )  # fmt: skip
    witness = Witness(
        schema="", target="", subject="Counter", folder="", seed=0, hash_seed="0",
        breach=written, log=[], queries=[], tasks=[], schedule=[], versions={},
    )  # fmt: skip
    finding = Finding(told, place, signature="1" * 12)
    assert is_same(witness, told, finding) is is_known
