"""``smcheck export``: the file that it writes, and what a hostile witness cannot put into it."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from smcheck.cli.exported import exported, literal, target_from
from smcheck.engine.witness import load_witness
from smcheck.errors import UsageError
from smcheck.testing.case import Case, case_of, reproduce
from tests.cli.conftest import ROOT
from tests.engine.test_replay import LOCKED, TORN
from tests.engine.test_witness import SOUND

Run = Callable[..., "subprocess.CompletedProcess[str]"]

NOTES = """\
CASE = smcheck.Case(
    subject='Notes',
    clause='UPD-2',
    check='model',
    signature='0123456789ab',
    method='update',
    hash_seed='0',
    seed=1,
    log=[
        (3, b'a'),  # set a\\n1
        (5, b'\\xff', 'added'),
    ],
    queries=[
        (('k', None), [1.5, float('nan')]),
    ],
    tasks={
        'updates': [
            ('update', 0, 2),
            ('recover', 1),
        ],
        'reader 1': [
            ('lookup', 0),
        ],
    },
    schedule=[
        ('reader 1', 2, 'updates', ('Notes.lookup', 'return a', 1, 0)),
        ('updates', 7, 4),
    ],
)


def test_notes_upd_2_0123456789ab() -> None:
    smcheck.reproduce('notes.py:notes', CASE, near=__file__)
"""


def stored(folder: Path, **changes: Any) -> Path:
    file = folder / "witness.json"
    file.write_bytes(msgspec.json.encode(SOUND | changes))
    return file


def test_case_is_written_as_literals(tmp_path: Path) -> None:
    witness = load_witness(stored(
        tmp_path, subject="Notes",
        log=[{"index": 3, "cmd": "YQ==", "text": "set a\n1"},
             {"index": 5, "cmd": "/w==", "added": True}],
        queries=[{"tuple": [{"tuple": ["k", None]}, [1.5, {"float": "nan"}]]}],
        tasks=[[{"op": "update", "start": 0, "stop": 2}, {"op": "recover", "upto": 1}], [], [],
               [{"op": "lookup", "query": 0}]],
        schedule=[{"task": 3, "point": 2, "to": 0,
                   "anchor": {"function": "Notes.lookup", "text": "return a", "visit": 1,
                              "step": 0}},
                  {"task": 0, "point": 7, "to": 4}],
    ))  # fmt: skip
    text = exported(witness, "notes.py:notes")
    assert text[text.index("CASE") :] == NOTES
    assert len(ast.parse(text).body) == 4


def test_case_becomes_the_witness_that_it_was(tmp_path: Path) -> None:
    witness = load_witness(stored(
        tmp_path, queries=[{"tuple": []}], tasks=[[], [{"op": "prepare"}, {"op": "save"}], [], [],
                                                 [{"op": "hash"}]],
        schedule=[{"task": -1, "point": 0, "to": 4}],
    ))  # fmt: skip
    again = case_of(witness).witness(witness.target, witness.folder)
    assert again.plan() == witness.plan()
    assert again.caught().schedule == witness.caught().schedule


HOSTILE = [
    '"""\nimport os\nos.system("x")\n"""',
    "'''\nimport os",
    "a\rimport os",
    "a\u2028import os",
    "a\x85import os\x0cimport os\x0b\x1c",
    "a\\",
    "\u202e{body}{name}{target}%s",
    "# -*- coding: utf-7 -*-",
    "'), __import__('os').system('x'), ('",
    "\x00",
    "\ufeff" + "x" * 5_000,
]


@pytest.mark.parametrize("evil", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_witness_puts_no_code_into_the_file(evil: str, tmp_path: Path) -> None:
    text = exported(load_witness(stored(
        tmp_path, subject=evil, target=f"{evil}.py:{evil}",
        breach={"clause": "UPD-2", "check": "model", "title": evil, "message": evil,
                "method": evil, "error": evil, "signature": "0123456789ab", "raised_in": evil,
                "function": evil, "line": evil},
        log=[{"index": 1, "cmd": "YQ==", "text": evil}], queries=[evil, {"dict": [[evil, evil]]}],
        schedule=[{"task": 0, "point": 1, "to": 0,
                   "anchor": {"function": evil, "text": evil, "visit": 1, "step": 0}}],
        tasks=[[{"op": "update", "start": 0, "stop": 1}], [], []], versions={evil: evil},
    )), f"{evil}.py:{evil}")  # fmt: skip
    docstring, imported, case, test = ast.parse(text).body
    assert isinstance(docstring, ast.Expr)
    assert evil not in ast.literal_eval(docstring.value)
    assert ast.unparse(imported) == "import smcheck"
    assert isinstance(case, ast.Assign)
    assert isinstance(case.value, ast.Call)
    fields = {k.arg: ast.literal_eval(k.value) for k in case.value.keywords}
    assert (case.value.args, fields["subject"]) == ([], evil)
    assert fields["queries"] == [evil, {evil: evil}]
    assert isinstance(test, ast.FunctionDef)
    [statement] = test.body
    assert isinstance(statement, ast.Expr)
    assert isinstance(statement.value, ast.Call)
    assert ast.unparse(statement.value.func) == "smcheck.reproduce"
    assert [ast.literal_eval(statement.value.args[0])] == [f"{evil}.py:{evil}"]
    # No line of the text but those of the code: what splits lines elsewhere is not in it.
    assert text.splitlines() == text.split("\n")[:-1]


def test_literal_refuses_what_is_no_plain_data() -> None:
    with pytest.raises(TypeError, match="expected plain data, got object"):
        literal([object()])


def test_target_is_relative_to_a_folder_above_the_file(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "m.py").touch()
    near = tmp_path / "tests" / "deep" / "test_m.py"
    assert target_from("src/m.py:m", str(tmp_path), near) == "src/m.py:m"
    assert target_from("pkg.mod:m", str(tmp_path), near) == "pkg.mod:m"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"log": [(1, "text")]}, "expected a case as `smcheck export` writes it"),
        ({"tasks": {"writer": []}}, "no task is called 'writer'"),
        ({"tasks": {"updates": [("update", 0)]}}, "expected a case"),
        ({"tasks": {"updates": [("update", 0, 3)]}}, "expected numbers that fit the plan"),
        ({"clause": "NO-1"}, "expected a clause that exists"),
    ],
)
def test_case_that_is_none_is_refused(changes: dict[str, Any], said: str) -> None:
    sound = {"subject": "M", "clause": "UPD-2", "check": "model", "signature": "0123456789ab",
             "log": [(1, b"a")], "tasks": {"updates": [("update", 0, 1)]}}  # fmt: skip
    with pytest.raises(UsageError, match=said):
        reproduce("m.py:m", Case(**(sound | changes)))


def found(smcheck_real: Run, folder: Path, target: str) -> dict[str, Any]:
    ran = smcheck_real("check", target, "--seed", "1", "-x", "--json", "report.json")
    assert ran.returncode == 1, ran.stderr
    [subject] = json.loads((folder / "report.json").read_text())["subjects"]
    [finding] = subject["findings"]
    return dict(finding)


def run_pytest(file: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
    return subprocess.run(
        [sys.executable, "-P", "-m", "pytest", "-p", "no:cacheprovider", str(file)], cwd=folder,
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def mended(text: str) -> str:
    for old, new in LOCKED:
        text = text.replace(old, new)
    return text


@pytest.mark.dear
@pytest.mark.parametrize("target", ["code/torn.py:subject", "code.torn:subject"])
def test_exported_file_fails_as_the_finding_until_it_is_mended(
    target: str, smcheck_real: Run, tmp_path: Path
) -> None:
    machine = tmp_path / "code" / "torn.py"
    machine.parent.mkdir()
    (machine.parent / "__init__.py").touch()
    machine.write_text(TORN)
    finding = found(smcheck_real, tmp_path, target)
    out = tmp_path / "tests" / "deep" / "test_torn.py"
    out.parent.mkdir(parents=True)
    assert smcheck_real("export", finding["witness"], "-o", str(out)).returncode == 0
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    fails = run_pytest(out, elsewhere)
    assert fails.returncode == 1, fails.stdout + fails.stderr
    assert finding["title"] in fails.stdout
    assert finding["signature"] in fails.stdout
    machine.write_text(mended(TORN))
    assert run_pytest(out, elsewhere).returncode == 0


def test_export_prints_what_it_would_write(smcheck_real: Run, tmp_path: Path) -> None:
    witness = stored(tmp_path, target="machine.py:adder", subject="x" * 150)
    printed = smcheck_real("export", str(witness))
    assert printed.returncode == 0, printed.stderr
    assert smcheck_real("export", str(witness), "-o", "test_it.py").returncode == 0
    assert printed.stdout == (tmp_path / "test_it.py").read_text()


def test_export_writes_over_nothing(smcheck_real: Run, tmp_path: Path) -> None:
    witness = str(stored(tmp_path))
    (tmp_path / "mine.py").write_text("mine")
    refused = smcheck_real("export", witness, "-o", "mine.py")
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "which does: name another one, or say --force" in refused.stderr
    assert (tmp_path / "mine.py").read_text() == "mine"
    assert smcheck_real("export", witness, "-o", "mine.py", "--force").returncode == 0
    assert "smcheck.reproduce" in (tmp_path / "mine.py").read_text()
