"""The source of a correct machine: which function plays which part, and how text in it is replaced.

It knows nothing of operators: they find nodes here and say what is to stand in their place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

Function = ast.FunctionDef
SAVING = ("prepare_snapshot", "save_snapshot")
RECOVERING = ("recover_from_snapshot", "open")
CALLED = ("__init__", "update", "lookup", "get_hash", "sync", "close", *SAVING, *RECOVERING)
"""What the host calls."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Put ``text`` in the place of the node, or of all from it to ``last``, or before the node.

    Attributes:
        text: Lines after the first are moved to the column of the node.
    """

    node: ast.stmt | ast.expr | ast.pattern
    text: str
    last: ast.stmt | ast.expr | None = None
    before: bool = False


class Source:
    """A file of ``tests/fixed/``, parsed.

    Attributes:
        machine: The class that ``subject`` names.
        functions: All that the machine can call: its methods, those of the classes that it uses,
            functions of the module. Not its model, not what draws commands.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._lines = text.encode().splitlines(keepends=True)
        self._classes = {
            node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)
        }
        self._free = {node.name: node for node in self.tree.body if isinstance(node, Function)}
        self.machine = self._machine()
        self.functions = self._functions()

    def _machine(self) -> ast.ClassDef:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.keyword) and node.arg == "machine":
                return next(self._classes[name] for name in names(node) if name in self._classes)
        raise ValueError("expected a Subject(machine=...) of a class of this file, got none")

    def _functions(self) -> list[Function]:
        used: list[ast.ClassDef | Function] = [self.machine]
        for node in used:
            for name in names(node):
                there = self._classes.get(name) or self._free.get(name)
                if there is not None and there not in used:
                    used.append(there)
        return [
            function
            for node in sorted(used, key=lambda node: node.lineno)
            for function in ([node] if isinstance(node, Function) else methods(node))
        ]

    def method(self, name: str) -> Function | None:
        """Return a method of the machine, if it has it."""
        return next((m for m in methods(self.machine) if m.name == name), None)

    def reached(self, *starts: str) -> list[Function]:
        """Return these methods of the machine and what they call, by name."""
        found = [method for start in starts if (method := self.method(start)) is not None]
        for function in found:
            called = set(names(function))
            found += [f for f in self.functions if f.name in called and f not in found]
        return [function for function in self.functions if function in found]

    def only(self, *starts: str) -> list[Function]:
        """Return these methods and what nothing but they call."""
        shared = self.reached(*(name for name in CALLED if name not in starts))
        direct = [self.method(start) for start in starts]
        return [f for f in self.reached(*starts) if f in direct or f not in shared]

    @cached_property
    def initial(self) -> dict[str, ast.expr]:
        """Return what each attribute of a new machine is."""
        found: dict[str, ast.expr] = {}
        constructor = self.method("__init__")
        for statement in (*self.machine.body, *(constructor.body if constructor else ())):
            match statement:
                case ast.AnnAssign(
                    target=ast.Name(id=name),
                    value=ast.Call(keywords=[ast.keyword(arg="default_factory", value=made)]),
                ):
                    found[name] = ast.Call(made, [], [])
                case (
                    ast.AnnAssign(target=ast.Attribute(attr=name), value=ast.expr() as value)
                    | ast.Assign(targets=[ast.Attribute(attr=name)], value=value)
                ):
                    found[name] = value
        return found

    def importing(self, line: str) -> list[Edit]:
        """Return the edit that adds an import, none where the file has it."""
        if line in self.text.splitlines():
            return []
        imports = (n for n in self.tree.body if isinstance(n, ast.Import | ast.ImportFrom))
        first = next(n for n in imports if getattr(n, "module", "") != "__future__")
        return [Edit(first, line, before=True)]

    def part(self, node: ast.AST) -> str:
        """Return the text of a node."""
        found = ast.get_source_segment(self.text, node)
        assert found is not None
        return found

    def block(self, statements: list[ast.stmt]) -> str:
        """Return the text of statements that follow each other, as if they stood at column 0."""
        first, last = statements[0], statements[-1]
        lines = self.text.splitlines()[first.lineno - 1 : last.end_lineno]
        return "\n".join(line[first.col_offset :] for line in lines)

    def place(self, node: ast.AST) -> str:
        """Return the function that a node is in, as ``Class.method``."""
        return self._around(node)[0]

    def around(self, node: ast.AST) -> str:
        """Return the text of the function that a node is in."""
        return self.part(self._around(node)[1])

    def _around(self, node: ast.AST) -> tuple[str, ast.stmt]:
        at: int = getattr(node, "lineno", 0)
        inside = [(name, one) for name, one in self._free.items()]
        for name, owner in self._classes.items():
            inside += [(f"{name}.{method.name}", method) for method in methods(owner)]
        found = (one for one in inside if one[1].lineno <= at <= (one[1].end_lineno or 0))
        return next(found, (self.machine.name, self.machine))

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text with all of the edits done."""
        whole = b"".join(self._lines)
        for edit in sorted(edits, key=lambda edit: self._span(edit), reverse=True):
            start, end = self._span(edit)
            lines = edit.text.split("\n")
            blank = "\n" + " " * edit.node.col_offset
            text = lines[0] + "".join(blank + line if line else "\n" for line in lines[1:])
            text += blank if edit.before else ""
            whole = whole[:start] + text.encode() + whole[end:]
        return whole.decode()

    def _span(self, edit: Edit) -> tuple[int, int]:
        start = self._offset(edit.node.lineno, edit.node.col_offset)
        last = edit.last or edit.node
        if edit.before or last.end_lineno is None or last.end_col_offset is None:
            return start, start
        return start, self._offset(last.end_lineno, last.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        return sum(map(len, self._lines[: line - 1])) + column


def methods(node: ast.ClassDef) -> list[Function]:
    """Return the methods of a class, in order."""
    return [child for child in node.body if isinstance(child, Function)]


def names(node: ast.AST) -> Iterator[str]:
    """Yield each plain name and each name of an attribute under a node."""
    for child in ast.walk(node):
        if isinstance(child, ast.Name):
            yield child.id
        elif isinstance(child, ast.Attribute):
            yield child.attr


def blocks(function: Function) -> Iterator[list[ast.stmt]]:
    """Yield the lists of statements of a function, its own and nested ones, without docstrings."""
    for node in ast.walk(function):
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(node, field, None)
            if isinstance(inner, list) and inner:
                yield inner[1:] if node is function and ast.get_docstring(function) else inner


def statements(function: Function) -> Iterator[ast.stmt]:
    """Yield every statement of a function, whatever its depth."""
    for block in blocks(function):
        yield from block


def is_of_self(node: ast.AST) -> bool:
    """Return whether a node is an attribute of ``self``, or an item of one."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id == "self")
    )


def called(node: ast.AST) -> str:
    """Return the last name of what a call calls: ``fsync`` of ``os.fsync(fd)``; else nothing."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""
