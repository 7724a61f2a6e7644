"""What is noted of a finding, to know its defect again."""

from __future__ import annotations

from pathlib import Path

from smcheck.campaign.defects import is_same, traits_of
from smcheck.campaign.records import Traits
from smcheck.checkers.durability import PROMISED
from smcheck.engine.caught import Caught
from smcheck.finding import HOLDS, Breach, Finding, Location
from smcheck.plan import Lookup, Plan, Update

SOURCE = """class Counter:
    def lookup(self, query):
        return [count for count in self.counts]

    def update(self, entries):
        total = self.total + len(entries)
"""


def found(path: Path, line: int, function: str, *, clause: str = "RDC-3", role: str = "") -> Traits:
    """Return the traits of a finding at a line of ``path``."""
    breach = Breach(clause, "schedules", "title", "message", "lookup")
    finding = Finding(breach, Location(str(path), line, function, role))
    plan = Plan(tasks=((Update(0, 0),), (), (), (Lookup(0), Lookup(0))))
    return traits_of(finding, Caught(breach, plan))


def test_traits_name_the_place_and_the_operations(tmp_path: Path) -> None:
    path = tmp_path / "counter.py"
    path.write_text(SOURCE)
    traits = found(path, 6, "Counter.update")
    assert (traits.cause, traits.clause) == ("torn", "RDC-3")
    assert traits.kinds == ("lookup", "update")
    assert (traits.function, traits.line) == ("Counter.update", "total=self.total+len(entries)")
    assert traits.places == (("", "Counter.update", "#0=#1.total+len(#2)"),)


def test_traits_say_where_nothing_but_the_method_is_known(tmp_path: Path) -> None:
    path = tmp_path / "counter.py"
    path.write_text(SOURCE)
    assert found(path, 5, "Counter.update").places[0][0] == "method"


def test_traits_of_an_edited_file_agree(tmp_path: Path) -> None:
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text(SOURCE)
    after.write_text("import os\n\n\n" + SOURCE.replace("total = ", "so_far = "))
    assert is_same(found(before, 6, "Counter.update"), found(after, 9, "Counter.update"))


def test_traits_of_a_comprehension_agree_on_every_python(tmp_path: Path) -> None:
    path = tmp_path / "counter.py"
    path.write_text(SOURCE)
    of_3_11 = found(path, 3, "Counter.lookup.<locals>.<listcomp>")
    assert is_same(of_3_11, found(path, 3, "Counter.lookup"))


def test_traits_of_a_process_that_ended_have_no_operations() -> None:
    breach = Breach("PRG-2", "death", "title", "message", "update", error="SIGSEGV")
    traits = traits_of(Finding(breach, Location("", 0, "")), None)
    assert traits.kinds == ()
    assert traits.places == (("", "", ""),)
    assert not is_same(traits, traits_of(Finding(breach, Location("", 0, "")), None))


def test_what_a_folder_holds_is_a_trait() -> None:
    evidence = ((HOLDS, PROMISED),)
    breach = Breach("DSK-5", "crashes", "title", "message", "open", evidence=evidence)
    assert traits_of(Finding(breach, Location("", 0, "")), None).shows == PROMISED
