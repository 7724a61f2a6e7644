"""Faults of saving, recovering, reading and closing, in small machines."""

from __future__ import annotations

import pytest

from tests.mutants.small import changed_files, changed_lines, machine

# Operator, methods of the machine, and each change: lines that go, lines that come.
LINES = [
    (
        "skip a field",
        """
        def save_snapshot(self, writer, files, stopped):
            writer.write(json.dumps({"a": self.a, "b": self.b}))

        def recover_from_snapshot(self, reader, files, stopped):
            self.a, saved = json.loads(reader.read())
            self.b.update(saved)
        """,
        [
            "- self.a, saved = json.loads(reader.read()) + _, saved = json.loads(reader.read())",
            "- self.b.update(saved) + pass",
            '- writer.write(json.dumps({"a": self.a, "b": self.b}))'
            ' + writer.write(json.dumps({"b": self.b}))',
            '- writer.write(json.dumps({"a": self.a, "b": self.b}))'
            ' + writer.write(json.dumps({"a": self.a}))',
        ],
    ),
    (
        "skip a field",
        """
        def __init__(self):
            self.a, self.b = 0, 0
            self.b = 7
            self.c = (1, 2)

        def prepare_snapshot(self):
            return [self.a, self.b]

        def recover_from_snapshot(self, reader, files, stopped):
            self.c = (x, y)
        """,
        [
            "- self.c = (x, y) + pass",
            "- self.c = (x, y) + self.c = (1, y)",
            "- self.c = (x, y) + self.c = (x, 2)",
            "- return [self.a, self.b] + return [self.a, 7]",
        ],
    ),
    (
        "merge on recovery",
        """
        def __init__(self):
            self.a = {}
            self.b = []
            self.c = 0

        def recover_from_snapshot(self, reader, files, stopped):
            self.a = dict(saved)
            self.b = saved
            self.c = saved
            self.a = {}
        """,
        [
            "- self.a = dict(saved) + self.a.update(dict(saved))",
            "- self.b = saved + self.b.extend(saved)",
        ],
    ),
    (
        "restore one off",
        """
        def __init__(self):
            self.a = 0
            self.b = ("", 0)
            self.c = {}

        def recover_from_snapshot(self, reader, files, stopped):
            self.a, self.c = x, y
            self.b = (x, y)
        """,
        [
            "- self.a, self.c = x, y + self.a, self.c = x + 1, y",
            "- self.b = (x, y) + self.b = (x, y + 1)",
        ],
    ),
    (
        "ignore a short write",
        """
        def save_snapshot(self, writer, files, stopped):
            while image:
                image = image[writer.write(image) :]

        def recover_from_snapshot(self, reader, files, stopped):
            self.a = json.loads(b"".join(iter(reader.read, b"")))
        """,
        [
            "- while image: - image = image[writer.write(image) :] + writer.write(image)",
            '- self.a = json.loads(b"".join(iter(reader.read, b"")))'
            " + self.a = json.loads(reader.read(1 << 20))",
        ],
    ),
    (
        "drop a flush",
        """
        def sync(self):
            self.file.flush()
            os.fsync(self.file.fileno())
        """,
        ["- self.file.flush() + pass", "- os.fsync(self.file.fileno()) + pass"],
    ),
    (
        "write in place",
        """
        def sync(self):
            beside = self.path.with_suffix(".tmp")
            os.replace(beside, self.path)
        """,
        ['- beside = self.path.with_suffix(".tmp") + beside = self.path'],
    ),
    (
        "skip a sync",
        """
        def sync(self):
            if self.dirty:
                self.file.write(self.a)
        """,
        ["- if self.dirty: - self.file.write(self.a) + pass"],
    ),
    (
        "open at another index",
        """
        def open(self, stopped):
            return self.a
        """,
        ["- return self.a + return self.a + 1", "- return self.a + return 0"],
    ),
    (
        "change in a lookup",
        """
        def lookup(self, query):
            own = dict(self.a)
            return self.a.get(query, 0), own.get(query)

        def update(self, entries):
            return self.a, self.b.get(entries)
        """,
        [
            "- return self.a.get(query, 0), own.get(query)"
            " + return self.a.setdefault(query, 0), own.get(query)",
            "- return self.a.get(query, 0), own.get(query)"
            " + return self.a.pop(query, 0), own.get(query)",
        ],
    ),
    (
        "test then read",
        """
        def update(self, entries):
            self.a.pop(entries)

        def prepare_snapshot(self):
            return None

        def lookup(self, query):
            return self.a.get(query)
        """,
        ["- return self.a.get(query) + return (self.a[query] if query in self.a else None)"],
    ),
    (
        "clear on close",
        """
        def __init__(self):
            self.a = {}
            self.b = 0

        def lookup(self, query):
            return len(self.a), self.b

        def close(self):
            pass
        """,
        ["- pass + self.a.clear()"],
    ),
]

# Operator, methods of the machine, and what they are after each change.
FILES = [
    (
        "swallow an error",
        """
        def save_snapshot(self, writer, files, stopped):
            while image:
                image = image[writer.write(image) :]

        def recover_from_snapshot(self, reader, files, stopped):
            if not reader:
                raise ValueError
            self.a = 1
        """,
        [
            """
            def save_snapshot(self, writer, files, stopped):
                try:
                    while image:
                        image = image[writer.write(image) :]
                except OSError:
                    return

            def recover_from_snapshot(self, reader, files, stopped):
                if not reader:
                    raise ValueError
                self.a = 1
            """,
            """
            def save_snapshot(self, writer, files, stopped):
                while image:
                    image = image[writer.write(image) :]

            def recover_from_snapshot(self, reader, files, stopped):
                if not reader:
                    return
                self.a = 1
            """,
            """
            def save_snapshot(self, writer, files, stopped):
                while image:
                    image = image[writer.write(image) :]

            def recover_from_snapshot(self, reader, files, stopped):
                try:
                    if not reader:
                        raise ValueError
                    self.a = 1
                except ValueError:
                    return
            """,
        ],
    ),
]


@pytest.mark.parametrize("operator, methods, changes", LINES)
def test_operator_changes_these_lines(operator: str, methods: str, changes: list[str]) -> None:
    assert changed_lines(operator, methods) == changes


@pytest.mark.parametrize("operator, methods, after", FILES)
def test_operator_makes_these_files(operator: str, methods: str, after: list[str]) -> None:
    assert changed_files(operator, methods) == [machine(text) for text in after]
