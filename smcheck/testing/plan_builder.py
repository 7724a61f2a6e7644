"""Put a plan together step by step, as a host makes its calls: whoever chooses the steps.

Hypothesis's rules choose them in a check, a seeded generator in a campaign. Nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import replace

from smcheck.contract.profiles import Profile
from smcheck.plan import (
    CLOSER,
    READERS,
    SNAPSHOTS,
    UPDATES,
    Close,
    Command,
    Hash,
    Lookup,
    Operation,
    Plan,
    Prepare,
    Recover,
    Save,
    Sync,
    Update,
)  # fmt: skip
from smcheck.schedulers.drawn import Advance
from smcheck.subject import Subject
from smcheck.testing.validate import require_plain
from smcheck.values import freeze

READER_TASKS = 3
TASKS = READERS + READER_TASKS
LIMIT_LOG = 24


class PlanBuilder:
    """The plan so far, and the interleaving that its steps suggest.

    Attributes:
        log: Commands that were proposed.
        applied: How many of them an update or a recover that was begun has covered.
        limit_log: How long the log may grow; what is proposed beyond is left out.
        drawn: The suggested interleaving.
    """

    def __init__(self, subject: Subject, profile: Profile) -> None:
        self._subject, self._profile = subject, profile
        self.log: list[Command] = []
        self.applied = 0
        self.limit_log = LIMIT_LOG
        self.drawn: list[Advance] = []
        self._queries: list[object] = []
        self._texts: dict[str, int] = {}
        self._tasks: list[list[Operation]] = [[] for _ in range(TASKS)]

    def append(self, command: Command) -> None:
        """Append a command to the log; an update applies it later."""
        if len(self.log) < self.limit_log:
            # A step of 1 or 2 leaves the gaps that configuration changes leave (LOG-1).
            is_dense = self._profile.dense_indexes
            gap = 2 if not is_dense and (len(self.log) + len(command.cmd)) % 3 == 0 else 1
            last = self.log[-1].index if self.log else 0
            self.log.append(replace(command, index=last + gap))

    def append_again(self, back: int) -> None:
        """Append a command of the log once more, as a client does that got no answer (SES-2)."""
        if self.log:
            self.append(self.log[-min(back, len(self.log))])

    def number_of(self, query: object) -> int:
        """Return the number of a query, a new one where it was not asked before.

        Raises:
            UsageError: It is no plain data.
        """
        require_plain(self._subject, query)
        text = freeze(query).text
        if text not in self._texts:
            self._texts[text] = len(self._queries)
            self._queries.append(query)
        return self._texts[text]

    def begin(self, task: int, operation: Operation) -> None:
        """Begin an operation on a task."""
        self._tasks[task].append(operation)
        self.drawn.append(Advance(task, 1))

    def begin_update(self, size: int) -> None:
        """Begin to apply the next commands as one batch."""
        stop = min(self.applied + size, len(self.log))
        if stop > self.applied:
            self.begin(UPDATES, Update(self.applied, stop))
            self.applied = stop

    def begin_lookup(self, reader: int, query: object) -> None:
        """Begin a lookup on one of the reading threads."""
        self.begin(READERS + reader, Lookup(self.number_of(query)))

    def begin_hash(self, reader: int) -> None:
        """Ask for the hash on one of the reading threads."""
        self.begin(READERS + reader, Hash())

    def prepare(self, *, save: bool) -> None:
        """Prepare a snapshot and go on to save it, or abandon it."""
        self.begin(SNAPSHOTS, Prepare())
        if save:
            self.begin(SNAPSHOTS, Save())

    def recover(self, skip: int) -> None:
        """Recover from another replica's image that is some entries ahead."""
        upto = min(self.applied + skip, len(self.log))
        if upto > self.applied:
            self.begin(UPDATES, Recover(upto))
            self.applied = upto

    def sync(self) -> None:
        """Make durable what was applied."""
        self.begin(UPDATES, Sync())

    def close(self) -> None:
        """Close the machine once updates and snapshots are done; once only."""
        if not self._tasks[CLOSER]:
            self.begin(CLOSER, Close())

    def advance(self, task: int, points: int) -> None:
        """Let one task pass some points; with 0 its present call returns."""
        self.drawn.append(Advance(task, points))

    def plan(self) -> Plan:
        """Return the plan, with what every plan has: all applied, something asked, an image."""
        tasks = [list(ops) for ops in self._tasks]
        if self.applied < len(self.log):
            tasks[UPDATES].append(Update(self.applied, len(self.log)))
        self._fill(tasks)
        return Plan(tuple(self.log), tuple(self._queries), tuple(map(tuple, tasks)))

    def _fill(self, tasks: list[list[Operation]]) -> None:
        """Add one lookup of each query, one snapshot and one sync where none was chosen.

        A plan without them exercises little; leaving out what is not needed comes later.
        """
        if not any(tasks[READERS:]):
            tasks[READERS] += [Lookup(query) for query in range(len(self._queries))]
        if not tasks[SNAPSHOTS] and "snapshots" not in self._subject.without:
            tasks[SNAPSHOTS] += [Prepare(), Save()]
        if "sync" in self._profile.methods and Sync() not in tasks[UPDATES]:
            tasks[UPDATES].append(Sync())
