"""Reading faulthandler's dumps: which line of the machine it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.cli import guards, stacks
from smcheck.cli.stacks import machine_frames, parse, qualified
from smcheck.finding import Location

RUNTIME = str(Path(stacks.__file__).parents[1] / "runtime" / "baton.py")

DUMP = f"""Fatal Python error: Segmentation fault

Thread 0x00007f70b79bb6c0 (most recent call first):
  File "{RUNTIME}", line 6 in wait
  File "/m/machine.py", line 40 in lookup

Current thread 0x00007f70b8419b80 (most recent call first):
  File "{guards.__file__}", line 140 in noted_exit
  File "/lib/json.py", line 9 in loads
  File "/m/machine.py", line 12 in _apply
  File "/m/machine.py", line 8 in update
  File "{RUNTIME}", line 99 in run
"""


def test_parse_puts_the_current_thread_first_without_the_frames_that_dumped() -> None:
    first, second = parse(DUMP)
    assert first.current
    assert first.frames[0] == Location("/lib/json.py", 9, "loads")
    assert second.frames[1] == Location("/m/machine.py", 40, "lookup")


@pytest.mark.parametrize("root", ["/m", "/m/", "/m/machine.py"])
def test_machine_frames_are_the_machines_of_the_running_thread(root: str) -> None:
    assert machine_frames(parse(DUMP), [root]) == (
        Location("/m/machine.py", 12, "_apply"),
        Location("/m/machine.py", 8, "update"),
    )


def test_machine_frames_of_a_waiting_thread_are_the_last_choice() -> None:
    [lookup] = machine_frames(parse(DUMP)[1:], ["/m"])
    assert lookup.function == "lookup"


@pytest.mark.parametrize("stand_in", ["file_functions.py", "file_objects.py"])
def test_thread_inside_a_stand_in_for_a_file_function_does_not_wait(stand_in: str) -> None:
    dump = DUMP.replace("/lib/json.py", str(Path(RUNTIME).with_name(stand_in)))
    assert machine_frames(parse(dump), ["/m"])[0].function == "_apply"


def test_machine_frames_of_another_folder_are_not_the_machines() -> None:
    assert machine_frames(parse(DUMP), ["/mach", "/l"]) == ()


@pytest.mark.parametrize("text", ["", "garbage", "Current thread 0x1 (most recent call first):"])
def test_parse_finds_nothing_in(text: str) -> None:
    assert parse(text) == []


@pytest.mark.parametrize(
    ("line", "function", "name"),
    [(3, "f", "A.f"), (6, "inner", "A.g.<locals>.inner"), (7, "g", "A.g"), (9, "top", "top"),
     (9, "other", "other"), (1, "x", "x")],
)  # fmt: skip
def test_qualified_names_the_function_as_python_does(
    tmp_path: Path, line: int, function: str, name: str
) -> None:
    file = tmp_path / "machine.py"
    file.write_text(
        "class A:\n    def f(self):\n        return 1\n    def g(self):\n        def inner():\n"
        "            return 2\n        return inner\ndef top():\n    pass\n"
    )
    assert qualified(Location(str(file), line, function)) == name


def test_qualified_of_a_file_that_cannot_be_read_is_the_function() -> None:
    assert qualified(Location("/nowhere.py", 1, "f")) == "f"
