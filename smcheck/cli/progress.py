"""What is shown on standard error while a command works; only where somebody watches.

One line, made anew a few times a second, never wider than the terminal. What it says is made of
numbers by functions; when and where it is shown is the classes' business.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.progress_bar import ProgressBar as Bar
from rich.table import Table
from rich.text import Text

from smcheck.cli.messages import CheckOptions
from smcheck.finding import SubjectReport
from smcheck.report.plain import visible

REFRESHES_PER_S = 5
LEAST_BAR, MOST_BAR = 5, 30
SHOWN_CLAUSES = 4


@dataclass(slots=True)
class State:
    """How far a check is.

    Attributes:
        done: In the unit of ``total``: plans, or seconds where these were asked for.
        clauses: Of each finding so far, in the order they were found.
    """

    name: str
    total: float
    done: float = 0.0
    phase: str = "starting"
    plans: int = 0
    executions: int = 0
    seconds: float = 0.0
    clauses: Sequence[str] = ()

    def take(self, report: SubjectReport, *, by_time: bool) -> None:
        """Take in how far ``report`` is."""
        stats = report.stats
        self.done = stats.seconds if by_time else stats.examples
        self.plans, self.executions, self.seconds = stats.examples, stats.schedules, stats.seconds
        self.clauses = [finding.breach.clause for finding in report.findings]
        self.phase = "searching" if self.done < self.total else "finishing"


def words(state: State, width: int) -> tuple[str, str]:
    """Return the name, and what is said behind the bar, in at most ``width`` columns together.

    What matters least is left out first: how many executions there were, their rate, the phase,
    at last a part of the name. What was found is always said.
    """
    rate = f"{state.executions / state.seconds:,.0f}/s" if state.seconds > 0 else ""
    found = findings_text(state.clauses)
    plans = f"{state.plans:,} plans"
    offers = [
        [plans, f"{state.executions:,} executions", rate, state.phase, found],
        [plans, rate, state.phase, found],
        [plans, rate, found],
        [plans, found],
        [findings_text(state.clauses, most=0) or plans],
    ]
    told = ""
    for offer in offers:
        told = ", ".join(part for part in offer if part)
        if len(state.name) + 2 + LEAST_BAR + len(told) <= width:
            return state.name, told
    told = cut(told, max(width - 1, 0))
    return cut(state.name, max(width - len(told) - 2 - LEAST_BAR, 0)), told


def findings_text(clauses: Sequence[str], *, most: int = SHOWN_CLAUSES) -> str:
    """Return how many findings there are and what they break; empty without one.

    >>> findings_text(["UPD-4", "LKP-1", "UPD-4"]), findings_text(["UPD-4"], most=0)
    ('3 findings: UPD-4 LKP-1', '1 finding')
    """
    if not clauses:
        return ""
    count = f"{len(clauses)} finding{'' if len(clauses) == 1 else 's'}"
    distinct = list(dict.fromkeys(clauses))
    more = " …" if len(distinct) > most else ""
    return f"{count}: {' '.join(distinct[:most])}{more}" if most else count


def cut(text: str, width: int) -> str:
    """Return the beginning of a text, marked where something is missing.

    >>> cut("machine.py:subject", 8), cut("short", 8), cut("x", 0)
    ('machine…', 'short', '')
    """
    return text if len(text) <= width else f"{text[: width - 1]}…" if width else ""


class Line:
    """The line of a check, for the width that the terminal has just now."""

    def __init__(self, state: State) -> None:
        self.state = state

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # The last column stays free: some terminals break the line when it is written.
        width = options.max_width - 1
        name, told = words(self.state, width)
        room = min(width - len(name) - len(told) - 2, MOST_BAR)
        line = Table.grid(padding=(0, 1, 0, 0))
        cells: list[RenderableType] = [Text(name, no_wrap=True)] if name else []
        if room >= LEAST_BAR:
            total = self.state.total or 1
            cells.append(Bar(total=total, completed=min(self.state.done, total), width=room))
        for cell in [*cells, Text(told, no_wrap=True)]:
            line.add_column(no_wrap=True, width=room if isinstance(cell, Bar) else None)
        line.add_row(*cells, Text(told, no_wrap=True))
        yield line


class ProgressBar:
    """Show how far a check is. Use as a context manager; silent when nobody watches."""

    def __init__(self, name: str, options: CheckOptions) -> None:
        total = options.seconds if options.seconds is not None else options.max_examples or 100
        self._by_time = options.seconds is not None
        self._state = State(visible(name), total)
        self._shown = _Shown(Line(self._state))

    def __enter__(self) -> ProgressBar:
        self._shown.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._shown.stop()

    def show(self, report: SubjectReport) -> None:
        """Show how far ``report`` is."""
        self._state.take(report, by_time=self._by_time)

    def give_way(self) -> None:
        """Leave the terminal to somebody else, a debugger say, and do not come back."""
        self._shown.stop()


class Waiting:
    """Say what is being done where that takes longer than a moment.

    Use as a context manager. Nothing is shown before ``delay_s``.
    """

    def __init__(self, text: str, *, delay_s: float = 1.0) -> None:
        self._shown = _Shown(Text(visible(text), no_wrap=True, overflow="ellipsis"))
        self._timer = threading.Timer(delay_s, self._shown.start)
        self._timer.daemon = True

    def __enter__(self) -> Waiting:
        if is_watched():
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.give_way()

    def give_way(self) -> None:
        """Leave the terminal to somebody else, and do not come back."""
        self._timer.cancel()
        self._shown.stop()


class _Shown:
    """Something on the last line of the terminal, until it is stopped; then there is no trace."""

    def __init__(self, what: RenderableType) -> None:
        self._what = what
        self._lock = threading.Lock()
        self._live: Live | None = None
        self._is_over = False

    def start(self) -> None:
        """Begin to show it, unless it was stopped before, or nobody watches."""
        with self._lock:
            if self._is_over or not is_watched():
                return
            # What others write goes where it went: nothing but this line is rich's.
            self._live = Live(
                self._what, console=Console(stderr=True), transient=True,
                refresh_per_second=REFRESHES_PER_S, redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            self._live.start(refresh=True)

    def stop(self) -> None:
        """Take it away for good."""
        with self._lock:
            self._is_over = True
            if self._live is not None:
                self._live.stop()
                self._live = None


def is_watched(environment: Mapping[str, str] | None = None) -> bool:
    """Return whether a person looks at standard error and a line there can be written anew."""
    known = os.environ if environment is None else environment
    if known.get("TERM") in ("dumb", "unknown") or _is_set(known.get("CI")):
        return False
    return sys.stderr is not None and sys.stderr.isatty()


def _is_set(value: str | None) -> bool:
    return value is not None and value.strip().lower() not in ("", "0", "false", "no")
