"""Faults of updates and around their entries, in small machines."""

from __future__ import annotations

import pytest

from tests.mutants.small import changed_files, changed_lines, machine

# Operator, methods of the machine, and each change: lines that go, lines that come.
LINES = [
    (
        "swap two writes",
        """
        def update(self, entries):
            self.a[1] = 2
            self.b.append(3)
            found = 4
            self.c += 5
        """,
        ["- self.b.append(3) + self.b.append(3)"],
    ),
    (
        "drop a test",
        """
        def update(self, entries):
            match self.a:
                case ["put", key] if key in self.b:
                    self.b[key] = 1
            if self.c:
                return entries
            if self.d:
                self.d = None
        """,
        [
            "- if self.c: - return entries + pass",
            "- if self.d:",
            '- case ["put", key] if key in self.b: + case ["put", key]:',
        ],
    ),
    (
        "read the clock",
        """
        def update(self, entry):
            if int(self.a) < 3:
                self.b[entry.cmd] = int(number)
            return Result(self.b)
        """,
        [
            "- self.b[entry.cmd] = int(number) + self.b[entry.cmd] = int(time.time())",
            "- return Result(self.b) + return Result(int(time.time()))",
        ],
    ),
    (
        "iterate a set",
        """
        def lookup(self, query):
            a = sorted(self.a)
            b = [one for one in self.b]
            c = tuple(self.c)
            d = sorted(self.d, key=str)
        """,
        [
            "- a = sorted(self.a) + a = list(set(self.a))",
            "- c = tuple(self.c) + c = tuple(set(self.c))",
            "- b = [one for one in self.b] + b = [one for one in set(self.b)]",
        ],
    ),
    (
        "drop an order",
        """
        def lookup(self, query):
            return sorted(set(query), key=str)
        """,
        ["- return sorted(set(query), key=str) + return list(set(query))"],
    ),
    (
        "use what differs by process",
        """
        def update(self, entries):
            a = zlib.crc32(entries)
            b = random.Random(entries), Random()
        """,
        [
            "- a = zlib.crc32(entries) + a = hash(entries)",
            "- b = random.Random(entries), Random() + b = random.Random(), Random()",
        ],
    ),
    (
        "keep the entries",
        """
        def update(self, entries):
            for entry in entries:
                entry.result = Result(0)
            return entries
        """,
        ["+ self.latest = entries", "+ self.latest = entry"],
    ),
    (
        "keep the entries",
        """
        def update(self, entry):
            return Result(0)
        """,
        ["+ self.latest = entry"],
    ),
    (
        "set results on copies",
        """
        def update(self, entries):
            for entry in entries:
                entry.result = Result(0)
            return entries
        """,
        [
            "- for entry in entries:"
            " + for entry in [Entry(each.index, each.cmd) for each in entries]:"
        ],
    ),
    (
        "forget a result",
        """
        def update(self, entries):
            entries[0].result = Result(0)
            self.a = 1
        """,
        ["- entries[0].result = Result(0) + pass"],
    ),
    (
        "raise instead of rejecting",
        """
        def update(self, entry):
            if self.a:
                return Result(1)
            return Result(0)
        """,
        ['- return Result(0) + raise ValueError("rejected")'],
    ),
]

# Operator, methods of the machine, and what they are after each change.
FILES = [
    (
        "share between instances",
        """
        def __init__(self):
            self.a: dict[str, int] = {}
            self.b = 0
        """,
        [
            """
            a: dict[str, int] = {}

            def __init__(self):
                pass
                self.b = 0
            """
        ],
    ),
]


@pytest.mark.parametrize("operator, methods, changes", LINES)
def test_operator_changes_these_lines(operator: str, methods: str, changes: list[str]) -> None:
    assert changed_lines(operator, methods) == changes


@pytest.mark.parametrize("operator, methods, after", FILES)
def test_operator_makes_these_files(operator: str, methods: str, after: list[str]) -> None:
    assert changed_files(operator, methods) == [machine(text) for text in after]
