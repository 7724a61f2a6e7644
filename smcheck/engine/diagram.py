"""Draw an execution as columns of plain text: one column per task, one row per stretch.

Pure: takes recorded steps and switches, returns lines of at most 100 columns.
"""

from __future__ import annotations

import linecache
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from smcheck.host.conduct import Run, describe
from smcheck.plan import Plan, task_name
from smcheck.runtime.execution import Execution
from smcheck.subject import Subject

_WIDTH = 96
_LIMIT_LINES = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one task did without anybody between: source lines in order."""

    task: int
    lines: tuple[tuple[str, int], ...]
    interrupted: bool


def draw(plan: Plan, run: Run, subject: Subject) -> str:
    """Return the operations per task and the interleaving, or "" without an execution."""
    if run.execution is None:
        return ""

    def name(task: int) -> str:
        is_planned = task < len(plan.tasks) and bool(plan.tasks[task])
        return task_name(task) if is_planned else f"own thread {task}"

    return "\n".join([*_operations(plan, subject), "", *columns(run.execution, name)])


def _operations(plan: Plan, subject: Subject) -> list[str]:
    """List what each task calls."""
    rows = []
    for task, ops in enumerate(plan.tasks):
        if ops:
            text = "; ".join(describe(plan, op, subject) for op in ops)
            rows.append(_cut(f"{task_name(task) + ':':<12}{text}", _WIDTH))
    return rows


def columns(execution: Execution, name: Callable[[int], str]) -> list[str]:
    """Draw the stretches in columns, with a mark where the task was interrupted.

    Args:
        execution: One that was recorded.
        name: Gives the head of a task's column.
    """
    stretches = _stretches(execution)
    tasks = sorted({stretch.task for stretch in stretches})
    if not tasks:
        return []
    width = max(24, (_WIDTH - 3 * (len(tasks) - 1)) // len(tasks))
    rows = [" | ".join(f"{name(task):<{width}}" for task in tasks).rstrip()]
    rows.append("-+-".join("-" * width for _ in tasks))
    for stretch in stretches:
        for text in _texts(stretch):
            cells = [_cut(text, width) if task == stretch.task else "" for task in tasks]
            rows.append(" | ".join(f"{cell:<{width}}" for cell in cells).rstrip())
    return rows


def _stretches(execution: Execution) -> list[Stretch]:
    found: list[Stretch] = []
    for number, (task, file, line, _) in enumerate(execution.steps):
        before = found[-1].lines if found and found[-1].task == task else ()
        lines = before if (file, line) in before[-1:] else (*before, (file, line))
        stretch = Stretch(task, lines, number in execution.interrupted)
        found[-1 if before else len(found) :] = [stretch]
    return found


def _texts(stretch: Stretch) -> list[str]:
    """Return the lines of a stretch, the middle of a long one left out."""
    texts = [_source(file, line) for file, line in stretch.lines]
    if len(texts) > _LIMIT_LINES:
        left_out = len(texts) - _LIMIT_LINES + 1
        texts = [*texts[:2], f"  … {left_out} lines", *texts[-(_LIMIT_LINES - 3) :]]
    if stretch.interrupted:
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
