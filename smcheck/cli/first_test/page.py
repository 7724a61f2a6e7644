"""Lay out a draft as the text of a test file."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from smcheck.cli.first_test.drafts import Draft, Line
from smcheck.cli.first_test.layout import WIDTH, lay_out, quoted

_FAR = 4


@dataclass(frozen=True, slots=True)
class Page:
    """The text of a file, and the numbers of the lines that the user must decide about."""

    text: str
    decisions: tuple[tuple[int, str], ...]


def lay_out_page(draft: Draft, beside: Path) -> Page:
    """Return the file for a draft.

    Args:
        beside: Folder that the file will be in.
    """
    name = draft.place.name.rpartition(".")[2]
    lines = [f'"""Hold {name} to the contract of replicated state machines."""', ""]
    lines += _imports(draft, beside)
    previous: Line | None = None
    for line in draft.lines:
        if previous is None or line.decide or line.name == "subject":
            lines.append("")
        lines += _assignment(line)
        previous = line
    lines += [f"Test{name} = smcheck.contract_test(subject)", ""]
    text = "\n".join(lines)
    found = [
        (number, line.removeprefix("# decide: "))
        for number, line in enumerate(text.split("\n"), 1)
        if line.startswith("# decide: ")
    ]
    return Page(text, tuple(found))


def _assignment(line: Line) -> list[str]:
    comment = [f"# decide: {line.decide}"] if line.decide else []
    return [*comment, *lay_out(line.value, before=f"{line.name} = ").split("\n")]


def _imports(draft: Draft, beside: Path) -> list[str]:
    """Return the imports, sorted as most people sort them, with an empty line between groups."""
    folder = _folder(draft.place.root, beside) if draft.place.root else ""
    needed = set(draft.imports) | ({"sys"} if folder else set())
    needed |= {"pathlib Path"} if "Path(" in folder else set()
    pairs = [tuple(one.split(" ")) for one in needed]
    plain = {pair[0] for pair in pairs if len(pair) == 1}
    named = {(pair[0], pair[1]) for pair in pairs if len(pair) == 2}
    standard = sorted(name for name in plain if name in sys.stdlib_module_names)
    groups = [
        [f"import {name}" for name in standard]
        + [f"from {module} import {name}" for module, name in sorted(named)
           if module in sys.stdlib_module_names],
        [f"import {name}" for name in sorted((plain - set(standard)) | {"smcheck"})]
        + _from_packages(draft, named),
    ]  # fmt: skip
    if folder:
        groups.append([f"sys.path.insert(0, {folder})"])
    top = draft.place.name.partition(".")[0]
    groups.append([_from(draft.place.module, top)])
    lines: list[str] = []
    for group in groups:
        lines += [*group, ""] if group else []
    return lines[:-1]


def _from_packages(draft: Draft, named: set[tuple[str, str]]) -> list[str]:
    uses_strategies = any("st." in lay_out(line.value) for line in draft.lines)
    found = {("hypothesis", "strategies as st")} if uses_strategies else set()
    found |= {pair for pair in named if pair[0] not in sys.stdlib_module_names}
    return [
        f"from {module} import {', '.join(sorted(n for m, n in found if m == module))}"
        for module in sorted({module for module, _ in found})
    ]


def _from(module: str, name: str) -> str:
    line = f"from {module} import {name}"
    return line if len(line) <= WIDTH else f"from {module} import (\n    {name},\n)"


def _folder(root: str, beside: Path) -> str:
    """Return the expression for a folder, relative to the test file where it is near."""
    steps = Path(os.path.relpath(root, beside.absolute())).parts
    up = sum(1 for step in steps if step == "..")
    if up >= _FAR:
        return quoted(root)
    here = "Path(__file__).resolve()"
    start = f"{here}.parent" if up == 0 else f"{here}.parents[{up}]"
    below = "".join(f" / {quoted(step)}" for step in steps if step != "..")
    return f"str({start}{below})"


def file_name(module: str, name: str) -> str:
    """Return what the test file for a class is called.

    >>> file_name("shop.stock", "StockRoom"), file_name("kv", "HTTPStore")
    ('test_stock_stock_room.py', 'test_kv_http_store.py')
    """
    words = ""
    for i, letter in enumerate(name.replace(".", "_")):
        before, after = name[i - 1 : i], name[i + 1 : i + 2]
        starts = letter.isupper() and before not in ("", "_", ".")
        starts = starts and (before.islower() or before.isdigit() or after.islower())
        words += ("_" if starts else "") + letter.lower()
    return f"test_{module.rpartition('.')[2].lower()}_{words}.py"
