"""What one case looked like when it was run once more for a reader: plain records of texts.

The engine makes them, reports draw them. Moments are positions in ``Scenario.steps``: 0 is
before the first step, ``len(steps)`` after the last one. All texts are one line unless said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RECOVERED = "recovered: "
"""Begins the result of a save: what a machine answers that recovered the image follows."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Something that a step read or wrote.

    Attributes:
        name: As the source writes it, such as ``self.stock['pear']``.
        value: What it was: what was read, or what was there before it was written.
        written: What it became; ``None`` for a read.
    """

    name: str
    value: str
    written: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A source line that one task ran, from where it came to it to where it left it.

    Attributes:
        task: Number of the task.
        file: Absolute path.
        line: Number of the line, from 1.
        function: Qualified name of the function.
        source: Text of the line without its indentation.
        point: First of the task's own points on it, as schedules count them.
        touches: What was read and written there, in order.
        interrupted: Another task got in before the line was done.
    """

    task: int
    file: str
    line: int
    function: str
    source: str
    point: int = 0
    touches: tuple[Touch, ...] = ()
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Turn:
    """Another task goes on.

    Attributes:
        at: Moment.
        task: The task that stops, -1 at the beginning.
        to: The task that goes on.
        deviation: It is one of the schedule's deviations: the search chose it.
        reason: Why, such as ``waits for Lock``; of a deviation where it came in.
    """

    at: int
    task: int
    to: int
    deviation: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Act:
    """One operation, from its call to its return.

    Attributes:
        task: Number of the task.
        operation: ``"update"``, ``"lookup"``, ``"prepare"``, ``"save"``, ``"recover"``,
            ``"sync"``, ``"hash"``, ``"close"``, ``"open"``, or what the world did, such as
            ``"power lost"``.
        text: With what was asked, such as ``lookup 'pear'``.
        result: What came back, empty for nothing and for a call that never returned.
        began: Moment of the call.
        ended: Moment of the return, ``None`` without one.
        first_version: First version that a lookup may answer from, or that a snapshot may be
            of; of an update the version before it.
        last_version: Last one; of an update the version after it.
        is_wrong: It is what the finding is about.
        output: Lines that the machine printed or logged meanwhile.
    """

    task: int
    operation: str
    text: str
    result: str = ""
    began: int = 0
    ended: int | None = None
    first_version: int | None = None
    last_version: int | None = None
    is_wrong: bool = False
    output: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Version:
    """A length of the log, and what is true there.

    Attributes:
        number: The version.
        index: Index of its last entry, 0 for the empty log.
        entry: The command of this entry.
        result: What it results in, one entry at a time on one thread.
        state: What the model keeps there, of a subject without one the machine itself.
        answers: What queries answer there, as pairs of texts.
    """

    number: int
    index: int = 0
    entry: str = ""
    result: str = ""
    state: str = ""
    answers: tuple[tuple[str, str], ...] = ()

    @property
    def recovered(self) -> str:
        """What an act of saving comes to whose image is of this version."""
        return recovered(self.answers)


def recovered(answers: Iterable[tuple[str, str]]) -> str:
    """Return the result of saving an image, by what a machine answers that recovered it."""
    return RECOVERED + ", ".join(f"{label} = {value}" for label, value in answers)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was seen of both twins."""

    label: str
    left: str
    right: str

    @property
    def differs(self) -> bool:
        """Whether the twins differ in it."""
        return self.left != self.right


@dataclass(frozen=True, slots=True)
class Twins:
    """Two lives of one log side by side.

    Attributes:
        left: What the first one's circumstances are.
        right: The other one's.
        rows: In the order in which they were seen.
    """

    left: str
    right: str
    rows: tuple[Row, ...] = ()

    @property
    def first(self) -> int | None:
        """Position of the first row that differs."""
        return next((n for n, row in enumerate(self.rows) if row.differs), None)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a report shows of one case beside the breach.

    Attributes:
        tasks: Name of each task by its number; empty for one that did nothing.
        acts: Operations, in the order in which they began.
        steps: Lines that ran, in their order.
        turns: Changes of the running task, in their order.
        versions: The log, and the truth at each length of it.
        twins: Lives that should be equal, where the case is about that.
        switches: Changes of the running task that were made.
        executions: Executions tried until the case was found and made small.
    """

    tasks: tuple[str, ...] = ()
    acts: tuple[Act, ...] = ()
    steps: tuple[Step, ...] = ()
    turns: tuple[Turn, ...] = ()
    versions: tuple[Version, ...] = ()
    twins: Twins | None = None
    switches: int = 0
    executions: int = 0

    def name_of(self, task: int) -> str:
        """Return the name of a task; of one without a name its number."""
        known = self.tasks[task] if 0 <= task < len(self.tasks) else ""
        return known or f"task {task}"

    @property
    def deviations(self) -> int:
        """Number of deviations made."""
        return sum(turn.deviation for turn in self.turns)


NOTHING = Scenario()
"""Of a finding that cannot be run again here, such as one that killed its process."""
