"""Draw an execution as columns of plain text: one column per task, one row per stretch.

Pure: takes recorded steps and switches, returns lines of at most 100 columns.
"""

from __future__ import annotations

import linecache
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smcheck.host.conduct import Run, describe
from smcheck.plan import Plan, task_name
from smcheck.subject import Subject

_WIDTH = 96
_LIMIT_LINES = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one task did without anybody between: source lines in order."""

    task: int
    lines: tuple[tuple[str, int], ...]


def draw(plan: Plan, run: Run, subject: Subject) -> str:
    """Return the operations per task and the interleaving, or "" without an execution."""
    if run.execution is None:
        return ""
    return "\n".join([*_operations(plan, subject), "", *_columns(run)])


def _operations(plan: Plan, subject: Subject) -> list[str]:
    """List what each task calls."""
    rows = []
    for task, ops in enumerate(plan.tasks):
        if ops:
            text = "; ".join(describe(plan, op, subject) for op in ops)
            rows.append(_cut(f"{task_name(task) + ':':<12}{text}", _WIDTH))
    return rows


def _columns(run: Run) -> list[str]:
    """Draw the stretches in columns, with a mark where the task was interrupted."""
    assert run.execution is not None
    stretches = _stretches(run.execution.steps)
    tasks = sorted({stretch.task for stretch in stretches})
    if not tasks:
        return []
    width = max(24, (_WIDTH - 3 * (len(tasks) - 1)) // len(tasks))
    rows = [" | ".join(f"{task_name(task):<{width}}" for task in tasks).rstrip()]
    rows.append("-+-".join("-" * width for _ in tasks))
    for number, stretch in enumerate(stretches):
        comes_back = any(later.task == stretch.task for later in stretches[number + 1 :])
        for text in _texts(stretch, interrupted=comes_back):
            cells = [_cut(text, width) if task == stretch.task else "" for task in tasks]
            rows.append(" | ".join(f"{cell:<{width}}" for cell in cells).rstrip())
    return rows


def _stretches(steps: Sequence[tuple[int, str, int, str]]) -> list[Stretch]:
    found: list[Stretch] = []
    for task, file, line, _ in steps:
        if not found or found[-1].task != task:
            found.append(Stretch(task, ((file, line),)))
        elif found[-1].lines[-1] != (file, line):
            found[-1] = Stretch(task, (*found[-1].lines, (file, line)))
    return found


def _texts(stretch: Stretch, *, interrupted: bool) -> list[str]:
    """Return the lines of a stretch, the middle of a long one left out."""
    texts = [_source(file, line) for file, line in stretch.lines]
    if len(texts) > _LIMIT_LINES:
        left_out = len(texts) - _LIMIT_LINES + 1
        texts = [*texts[:2], f"  … {left_out} lines", *texts[-(_LIMIT_LINES - 3) :]]
    if interrupted:
        texts[-1] = f"{texts[-1]}  <- interrupted"
    return texts


def _source(file: str, line: int) -> str:
    return f"{line}: {linecache.getline(file, line).strip() or Path(file).name}"


def _cut(text: str, width: int) -> str:
    mark = "  <- interrupted"
    if len(text) <= width:
        return text
    if text.endswith(mark):
        return text[: width - len(mark) - 1].removesuffix(mark) + "…" + mark
    return text[: width - 1] + "…"
