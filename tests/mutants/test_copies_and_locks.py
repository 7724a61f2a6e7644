"""Copies that are dropped, and faults of locks and of waiting, in small machines."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tests.mutants.small import LOCK, changed_files, changed_lines, machine

# Operator, methods of the machine, and each change: lines that go, lines that come.
LINES = [
    (
        "drop a copy",
        "def lookup(self, query): return dict(self.a), list(self.b.items())",
        [
            "- def lookup(self, query): return dict(self.a), list(self.b.items())"
            " + def lookup(self, query): return self.a, list(self.b.items())",
            "- def lookup(self, query): return dict(self.a), list(self.b.items())"
            " + def lookup(self, query): return dict(self.a), self.b.items()",
        ],
    ),
    (
        "drop a copy",
        """
        def lookup(self, query):
            a = self.a.copy()
            b = copy.deepcopy(self.b)
            c = self.c[:]
            d = bytes(self.d[1:])
            e = {key: self.e[key] for key in self.e}
            f = {key: list(value) for key, value in self.f.items()}
            g = {**self.g}
        """,
        [
            "- a = self.a.copy() + a = self.a",
            "- b = copy.deepcopy(self.b) + b = self.b",
            "- c = self.c[:] + c = self.c",
            "- d = bytes(self.d[1:]) + d = self.d[1:]",
            "- e = {key: self.e[key] for key in self.e} + e = self.e",
            "- f = {key: list(value) for key, value in self.f.items()} + f = self.f",
            "- g = {**self.g} + g = self.g",
            "- f = {key: list(value) for key, value in self.f.items()}"
            " + f = {key: value for key, value in self.f.items()}",
        ],
    ),
    (
        "drop a copy",
        """
        def lookup(self, query):
            return sorted(set(self.a)), len(list(self.b)), [one for one in self.c if one]
        """,
        [],
    ),
    (
        "swap two locks",
        """
        def __init__(self):
            self.one = Lock()
            self.two = Lock()

        def lookup(self, query):
            with self.one:
                with self.two:
                    return self.a

        def update(self, entries):
            with self.two, self.one:
                pass
        """,
        [
            "- with self.two: + with self.two:",
            "- with self.two, self.one: + with self.one, self.two:",
        ],
    ),
    (
        "use a plain lock",
        LOCK + "def __init__(self): self.turn = threading.RLock()",
        [
            "- def __init__(self): self.turn = threading.RLock()"
            " + def __init__(self): self.turn = Lock()"
        ],
    ),
    (
        "skip a notify",
        """
        def update(self, entries):
            self.turn.notify_all()
        """,
        [
            "- self.turn.notify_all() + pass",
            "- self.turn.notify_all() + self.turn.notify()",
        ],
    ),
    (
        "wait once",
        """
        def lookup(self, query):
            while self.writing:
                self.turn.wait()
            while self.writing:
                self.readers += 1
        """,
        ["- while self.writing: + if self.writing:"],
    ),
]

# Operator, methods of the machine, and what they are after each change.
FILES = [
    (
        "hand out the source",
        """
        def prepare_snapshot(self):
            with self.lock:
                return dict(self.a)

        def save_snapshot(self, context, writer, files, stopped):
            writer.write(json.dumps(context))
        """,
        [
            """
            def prepare_snapshot(self):
                with self.lock:
                    return self.a

            def save_snapshot(self, context, writer, files, stopped):
                writer.write(json.dumps(context))
            """,
            """
            def prepare_snapshot(self):
                return self

            def save_snapshot(self, context, writer, files, stopped):
                with self.lock:
                    context = dict(self.a)
                writer.write(json.dumps(context))
            """,
        ],
    ),
    (
        "drop a lock",
        LOCK
        + dedent("""
        def lookup(self, query):
            with self.lock, self.file:
                return self.a

        def update(self, entries):
            with self.lock:
                if self.a:
                    self.b = 2
                self.c = 3
        """),
        [
            LOCK
            + dedent("""
            def lookup(self, query):
                with self.lock, self.file:
                    return self.a

            def update(self, entries):
                if self.a:
                    self.b = 2
                self.c = 3
            """)
        ],
    ),
    (
        "leave a lock early",
        LOCK
        + dedent("""
        def lookup(self, query):
            with self.lock:
                found = self.a
                return found
        """),
        [
            LOCK
            + dedent("""
            def lookup(self, query):
                with self.lock:
                    found = self.a
                return found
            """)
        ],
    ),
    (
        "take a lock late",
        LOCK
        + dedent("""
        def lookup(self, query):
            with self.lock:
                found = self.a
                return found
        """),
        [
            LOCK
            + dedent("""
            def lookup(self, query):
                found = self.a
                with self.lock:
                    return found
            """)
        ],
    ),
]


@pytest.mark.parametrize("operator, methods, changes", LINES)
def test_operator_changes_these_lines(operator: str, methods: str, changes: list[str]) -> None:
    assert changed_lines(operator, methods) == changes


@pytest.mark.parametrize("operator, methods, after", FILES)
def test_operator_makes_these_files(operator: str, methods: str, after: list[str]) -> None:
    assert changed_files(operator, methods) == [machine(text) for text in after]
