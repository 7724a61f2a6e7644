"""Following a difference back to its line, on traces written by hand."""

from __future__ import annotations

from smcheck.circumstances.blame import NEXT_LINE, Origin, blame
from smcheck.circumstances.wire import Event, Trace

CODES = (("/m.py", "M.update"), ("/m.py", "M.helper"))


def traces(*rows: str) -> tuple[Trace, Trace]:
    """Read rows such as ``0 line 3 x=1|2 y=5``: code, kind, line, and both values of a name.

    A row that begins with ``<`` or ``>`` is in the first or the second trace only.
    """
    sides: tuple[list[Event], list[Event]] = ([], [])
    for row in rows:
        only, row = (row[0], row[1:]) if row[0] in "<>" else ("", row)
        code, kind, line, *values = row.split()
        for side, events in enumerate(sides):
            if only in ("", "<>"[side]):
                events.append(Event(0, kind, int(code), int(line), changed(values, side)))
    first, second = (Trace(CODES, tuple(events), False) for events in sides)
    return first, second


def changed(values: list[str], side: int) -> tuple[tuple[str, str], ...]:
    """Read ``name=one|other``; an underscore in a name is a space."""
    found = []
    for text in values:
        name, _, both = text.partition("=")
        one, _, other = both.partition("|")
        found.append((name.replace("_", " "), (one, other or one)[side]))
    return tuple(found)


def blamed(source: str, *rows: str, by_themselves: bool = False) -> Origin | None:
    lines = source.strip("\n").splitlines()
    one, other = traces(*rows)
    found, _ = blame(
        one,
        other,
        step=0,
        source=lambda _, line: lines[line - 1].strip(),
        by_themselves=by_themselves,
    )
    return found


def line_of(origin: Origin | None) -> int:
    assert origin is not None
    return origin.line


def test_equal_traces_blame_nobody() -> None:
    assert blamed("def update(self):\n return 1", "0 call 1", "0 line 2", "0 return 2") is None


def test_line_before_the_first_difference_is_blamed() -> None:
    found = blamed(
        "def update(self):\n x = clock()\n return x",
        "0 call 1", "0 line 2", "0 line 3 x=4|5", "0 return 3 return_value=4|5",
    )  # fmt: skip
    assert found == Origin("/m.py", 2, "M.update", 0, "x", ("4", "5"), 1)


def test_return_expression_is_blamed_by_its_value() -> None:
    found = blamed(
        "def update(self):\n return clock()",
        "0 call 1", "0 line 2", "0 return 2 return_value=4|5",
    )  # fmt: skip
    assert line_of(found) == 2


def test_line_that_only_passed_a_difference_on_is_not_blamed() -> None:
    found = blamed(
        "def update(self):\n x = clock()\n y = x // 2\n z = 7\n return y + z",
        "0 call 1", "0 line 2", "0 line 3 x=4|8", "0 line 4 y=2|4", "0 line 5 z=7",
        "0 return 5 return_value=9|11",
    )  # fmt: skip
    assert line_of(found) == 2


def test_difference_that_does_not_reach_the_answer_is_passed_over() -> None:
    found = blamed(
        "def update(self):\n started = clock()\n items = list(names)\n return items",
        "0 call 1", "0 line 2", "0 line 3 started=4|8", "0 line 4 items=ab|ba",
        "0 return 4 return_value=ab|ba",
    )  # fmt: skip
    assert line_of(found) == 3


def test_attribute_is_followed_over_calls_of_the_machine() -> None:
    found = blamed(
        "def update(self):\n self.at = clock()\ndef helper(self):\n return self.at + 1",
        "0 call 1", "0 line 2", "0 return 2 self.at=4|8 return_value=None",
        "1 call 3 return_value=", "1 line 4", "1 return 4 return_value=5|9",
    )  # fmt: skip
    assert line_of(found) == 2


def test_helper_is_blamed_and_not_its_caller() -> None:
    found = blamed(
        "def update(self):\n return 2 * self.helper()\ndef helper(self):\n return clock()",
        "0 call 1", "0 line 2", "1 call 3", "1 line 4", "1 return 4 return_value=4|8",
        "0 return 2 return_value=8|16",
    )  # fmt: skip
    assert line_of(found) == 4


def test_caller_is_blamed_for_what_it_does_after_the_helper() -> None:
    found = blamed(
        "def update(self):\n return clock() - self.helper()\ndef helper(self):\n return 1",
        "0 call 1", "0 line 2", "1 call 3", "1 line 4", "1 return 4 return_value=1",
        "0 return 2 return_value=8|16",
    )  # fmt: skip
    assert line_of(found) == 2


def test_condition_is_blamed_where_the_lives_go_different_ways() -> None:
    found = blamed(
        "def update(self):\n if chance():\n  return 1\n return 2",
        "0 call 1", "0 line 2",
        "<0 line 3", "<0 return 3 return_value=1",
        ">0 line 4", ">0 return 4 return_value=2",
    )  # fmt: skip
    assert found is not None
    assert (found.line, found.name) == (2, NEXT_LINE)


def test_different_way_without_effect_is_passed_over() -> None:
    found = blamed(
        "def update(self):\n self.helper()\n return clock()\ndef helper(self):\n if chance():\n"
        "  pass\n return 0",
        "0 call 1", "0 line 2", "1 call 4", "1 line 5", "<1 line 6", "1 line 7",
        "1 return 7 return_value=0", "0 line 3 return_value=", "0 return 3 return_value=4|8",
    )  # fmt: skip
    assert line_of(found) == 3


def test_raise_on_one_side_only_is_blamed_on_the_line_that_raised() -> None:
    found = blamed(
        "def update(self):\n x = self.items[key()]\n return x",
        "0 call 1", "0 line 2", "<0 line 3 x=1", "<0 return 3 return_value=1",
        ">0 exception 2 exception=KeyError", ">0 return 2 return_value=None",
    )  # fmt: skip
    assert line_of(found) == 2


def test_case_reads_what_is_matched() -> None:
    found = blamed(
        "def update(self):\n words = clock()\n match words:\n  case [name]:\n   return name",
        "0 call 1", "0 line 2", "0 line 3 words=1|2", "0 line 4", "0 line 5 name=3|4",
        "0 return 5 return_value=3|4",
    )  # fmt: skip
    assert line_of(found) == 2


COLLECTED = (
    "0 call 1", "0 line 2", "0 line 3 self.alive=1|2", "0 line 4 x=1|2",
    "0 return 4 return_value=1|2",
)  # fmt: skip


def test_reader_is_blamed_for_what_the_collector_changed() -> None:
    source = "def update(self):\n self.log()\n x = self.alive\n return x"
    assert line_of(blamed(source, *COLLECTED)) == 2
    assert line_of(blamed(source, *COLLECTED, by_themselves=True)) == 3


def test_line_that_asks_the_collector_is_blamed_itself() -> None:
    source = "def update(self):\n self.alive = gc.get_count()\n x = self.alive\n return x"
    assert line_of(blamed(source, *COLLECTED, by_themselves=True)) == 2


def test_line_that_writes_what_the_collector_changed_is_blamed() -> None:
    found = blamed(
        "def update(self):\n self.log()\n self.count = len(self.alive)\n return self.count",
        "0 call 1", "0 line 2", "0 line 3 self.alive=1|2", "0 line 4 self.count=1|2",
        "0 return 4 return_value=1|2", by_themselves=True,
    )  # fmt: skip
    assert line_of(found) == 3


def test_call_that_the_collector_made_is_passed_over() -> None:
    found = blamed(
        "def update(self):\n self.log()\n return self.alive\ndef __del__(self):\n forget()",
        "0 call 1", "0 line 2", ">1 call 4", ">1 line 5", ">1 return 5",
        "0 line 3 self.alive=1|2", "0 return 3 return_value=1|2", by_themselves=True,
    )  # fmt: skip
    assert line_of(found) == 3
