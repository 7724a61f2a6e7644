"""How a target becomes a subject, and what a wrong one is told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from smcheck.errors import UsageError
from smcheck.target import resolve, target_of

SUBJECT = "import smcheck\nfound = smcheck.Subject(machine=list, commands=1, queries=1)\n"


@pytest.fixture(autouse=True)
def own_imports() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def refused(target: str, folder: Path) -> str:
    with pytest.raises(UsageError) as caught:
        resolve(target, folder=folder)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_resolve_imports_lone_file_under_its_own_name(tmp_path: Path) -> None:
    write(tmp_path, "deep/lone_machine.py", SUBJECT)
    assert resolve("deep/lone_machine.py:found", folder=tmp_path).name == "list"
    assert sys.modules["lone_machine"].__file__ == str(tmp_path / "deep/lone_machine.py")
    assert sys.path[:2] == [str(tmp_path / "deep"), str(tmp_path)]


def test_resolve_imports_file_in_packages_under_its_dotted_name(tmp_path: Path) -> None:
    write(tmp_path, "src/outer_pkg/__init__.py", "")
    write(tmp_path, "src/outer_pkg/inner/__init__.py", "")
    write(tmp_path, "src/outer_pkg/inner/part.py", SUBJECT + "from . import __name__ as above\n")
    resolve("src/outer_pkg/inner/part.py:found", folder=tmp_path)
    assert sys.modules["outer_pkg.inner.part"].above == "outer_pkg.inner"
    assert sys.path[:2] == [str(tmp_path / "src"), str(tmp_path)]


def test_resolve_imports_dotted_module_from_working_directory(tmp_path: Path) -> None:
    write(tmp_path, "some_pkg/part.py", SUBJECT)
    assert resolve("some_pkg.part:found", folder=tmp_path).name == "list"


def test_resolve_reads_attribute_of_class(tmp_path: Path) -> None:
    write(tmp_path, "holding.py", SUBJECT + "class Test:\n    subject = found\n")
    assert resolve("holding.py:Test.subject", folder=tmp_path).name == "list"


def test_target_of_resolves_to_the_same_subject(tmp_path: Path) -> None:
    write(tmp_path, "told.py", SUBJECT)
    subject = resolve("told.py:found", folder=tmp_path)
    target = target_of(subject)
    assert target == f"{tmp_path}/told.py:found"
    assert resolve(str(target)) is subject


@pytest.mark.parametrize(
    "target, text, told",
    [
        ("gone.py:found", None, "expected a file, got none at {folder}/gone.py"),
        ("no_such_module:found", None, "got none named 'no_such_module'"),
        ("case.py", SUBJECT, "expected path/to/file.py:name or package.module:name"),
        ("case.py:", SUBJECT, "expected path/to/file.py:name or package.module:name"),
        ("case.py:other", SUBJECT, "expected the name 'other' in {folder}/case.py, got none: "
         "the subjects there are found"),
        ("case.py:found", "found = 3\n", "expected a smcheck.Subject, got an object of type int"),
        ("case.py:found", "class found: pass\n", "got the class found"),
        ("case.py:found", "\nraise ValueError('no\\nluck')\n",
         "got ValueError: no luck at {folder}/case.py line 2"),
        ("case.py:found", "import json\njson.loads('{')\n", "at {folder}/case.py line 2"),
        ("case.py:found", "import not_there_at_all\n",
         "got ModuleNotFoundError: No module named 'not_there_at_all' at {folder}/case.py line 1"),
        ("case.py:found", "import sys\n\nsys.exit(7)\n",
         "got sys.exit(7) at {folder}/case.py line 3"),
        ("case.py:found", "x = (\n", "got SyntaxError: '(' was never closed"),
        ("case.py:found", "import smcheck\nsmcheck.Subject(machine=3, commands=1)\n",
         "Subject.machine: expected a callable, got 3: pass the class or function itself "
         "({folder}/case.py line 2)"),
        ("two-words.py:found", SUBJECT, "expected a file that Python can import"),
    ],
)  # fmt: skip
def test_resolve_refuses(tmp_path: Path, target: str, text: str | None, told: str) -> None:
    if text is not None:
        write(tmp_path, target.split(":")[0], text)
    assert told.format(folder=tmp_path) in refused(target, tmp_path)


def test_resolve_refuses_file_named_like_loaded_module(tmp_path: Path) -> None:
    write(tmp_path, "json.py", SUBJECT)
    assert "rename the file" in refused("json.py:found", tmp_path)


def test_refuses_a_name_that_raises_when_it_is_looked_for(tmp_path: Path) -> None:
    write(tmp_path, "lazy.py", "def __getattr__(name): raise ValueError('not ' + name)\n")
    message = refused("lazy.py:found", tmp_path)
    assert "looking for it raised ValueError: not found at " in message
    assert "lazy.py line 1: mend the module first" in message


def test_refuses_a_module_whose_exception_has_no_text(tmp_path: Path) -> None:
    source = "class E(Exception):\n    def __str__(self): raise ValueError\nraise E\n"
    write(tmp_path, "mute.py", source)
    assert "got E: its text cannot be had" in refused("mute.py:found", tmp_path)


@pytest.mark.parametrize("name", ["circle.py", "x" * 300 + ".py", "zero\0.py"])
def test_refuses_a_path_that_leads_nowhere(name: str, tmp_path: Path) -> None:
    (tmp_path / "circle.py").symlink_to("circle.py")
    assert "expected a file, got none at " in refused(f"./{name}:found", tmp_path)
