"""What nobody could notice is not made a mutant of, and its near twin that somebody could is."""

from __future__ import annotations

import pytest

from tests.mutants.small import LOCK, changed_lines

# Operator, methods that differ in nothing for it, methods that differ, and one of its changes.
PAIRS = [
    pytest.param(
        "test then read",
        "def update(self, entries):\n    self.a[0] = 1\n"
        "def prepare_snapshot(self):\n    return self.a\n"
        "def lookup(self, query):\n    return self.a.get(query)",
        "def update(self, entries):\n    del self.a[0]\n"
        "def prepare_snapshot(self):\n    return self.a\n"
        "def lookup(self, query):\n    return self.a.get(query)",
        "- return self.a.get(query) + return (self.a[query] if query in self.a else None)",
        id="nothing is ever removed",
    ),
    pytest.param(
        "change in a lookup",
        "def __init__(self):\n    self.hits = {}\n"
        "def lookup(self, query):\n    return self.hits.get(query, 0)",
        "def __init__(self):\n    self.hits = {}\n"
        "def update(self, entries):\n    return self.hits\n"
        "def lookup(self, query):\n    return self.hits.get(query, 0)",
        "- return self.hits.get(query, 0) + return self.hits.pop(query, 0)",
        id="private to the lookup",
    ),
    pytest.param(
        "clear on close",
        "def __init__(self):\n    self.a = {}\n"
        "def close(self):\n    pass\n"
        "def lookup(self, query):\n    return 1",
        "def __init__(self):\n    self.a = {}\n"
        "def close(self):\n    pass\n"
        "def lookup(self, query):\n    return self.a",
        "- pass + self.a.clear()",
        id="no lookup reads it",
    ),
    pytest.param(
        "share between instances",
        "def __init__(self):\n    self.a = {}\n"
        "def update(self, entries):\n    self.a = {**self.a, **entries}",
        "def __init__(self):\n    self.a = {}\n"
        "def update(self, entries):\n    self.a.update(entries)",
        "- self.a = {} + a = {} + pass",
        id="replaced and never changed",
    ),
    pytest.param(
        "swap two writes",
        LOCK + "def update(self, entries):\n"
        "    with self.lock:\n        self.a = 1\n        self.b = 2\n"
        "def lookup(self, query):\n    with self.lock:\n        return self.a, self.b",
        LOCK + "def update(self, entries):\n"
        "    with self.lock:\n        self.a = 1\n        self.b = 2\n"
        "def lookup(self, query):\n    return self.a, self.b",
        "- self.b = 2 + self.b = 2",
        id="readers hold the lock",
    ),
    pytest.param(
        "swap two writes",
        "def update(self, entry):\n    entry.result = 1\n    self.a = 2",
        "def update(self, entry):\n    entry.result = self.a\n    self.a = 2",
        "- self.a = 2 + self.a = 2",
        id="a result that hangs on no state",
    ),
    pytest.param(
        "drop a lock",
        LOCK + "def prepare_snapshot(self):\n    with self.lock:\n        return self.a\n"
        "def lookup(self, query):\n    return self.a",
        LOCK + "def prepare_snapshot(self):\n    with self.lock:\n        return self.a\n"
        "def lookup(self, query):\n    self.a = 1\n    return self.a",
        "- with self.lock:",
        id="prepare reads what only updates write",
    ),
    pytest.param(
        "drop a lock",
        LOCK + "def recover_from_snapshot(self, reader):\n    with self.lock:\n        self.a = 1\n"
        "def lookup(self, query):\n    return self.a",
        LOCK + "def recover_from_snapshot(self, reader):\n    with self.lock:\n        self.a = 1\n"
        "def lookup(self, query):\n    return self.a, self.a",
        "- with self.lock:",
        id="recovery ends with one step",
    ),
    pytest.param(
        "leave a lock early",
        LOCK + "def update(self, entry):\n    with self.lock:\n"
        "        self.a = 1\n        entry.result = self.a",
        LOCK + "def update(self, entry):\n    with self.lock:\n"
        "        self.a = 1\n        self.b = self.a",
        "- self.b = self.a + self.b = self.a",
        id="the only writer reads",
    ),
    pytest.param(
        "forget a result",
        "def update(self, entry):\n    entry.result = 0\n    match entry.cmd:\n"
        "        case 1:\n            entry.result = 1",
        "def update(self, entry):\n    entry.result = 0\n    match entry.cmd:\n"
        "        case 1 if self.a:\n            entry.result = 1",
        "- entry.result = 0 + pass",
        id="every case sets its own",
    ),
    pytest.param(
        "raise instead of rejecting",
        "def update(self, entry):\n    match entry.cmd:\n"
        "        case 1:\n            return Result(1)\n    return Result(0)",
        "def update(self, entry):\n    match entry.cmd:\n"
        "        case 1 if self.a:\n            return Result(1)\n    return Result(0)",
        '- return Result(0) + raise ValueError("rejected")',
        id="every command has its case",
    ),
]


@pytest.mark.parametrize("operator, dead, live, change", PAIRS)
def test_dead_change_is_left_and_its_twin_made(
    operator: str, dead: str, live: str, change: str
) -> None:
    assert change not in changed_lines(operator, dead)
    assert change in changed_lines(operator, live)
