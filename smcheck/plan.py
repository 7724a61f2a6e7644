"""What happens: the log, the queries, and the operations of each task. Not when.

A plan is a fact sheet: it knows no strategy, no thread and no machine.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Command:
    """One position of the log: ``index`` increases strictly, with gaps (LOG-1).

    Attributes:
        added: The host made it, not the subject's strategy: the machine takes any bytes.
    """

    index: int
    cmd: bytes
    added: bool = False


@dataclass(frozen=True, slots=True)
class Update:
    """Apply ``log[start:stop]`` as one batch (one call each for the regular kind)."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Lookup:
    """Ask ``queries[query]``."""

    query: int


@dataclass(frozen=True, slots=True)
class Prepare:
    """Take a context of the present state."""


@dataclass(frozen=True, slots=True)
class Save:
    """Save the context of the latest prepare (the present state for the regular kind)."""


@dataclass(frozen=True, slots=True)
class Recover:
    """Replace the state by another replica's image of ``log[:upto]``."""

    upto: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Make durable what was applied; nothing for a machine that keeps no files of its own."""


@dataclass(frozen=True, slots=True)
class Hash:
    """Ask for the hash of the present state; nothing where the machine has none."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the machine; only lookups may still come (CLO-3)."""


LONG = 200
"""Entries of a log up to which every version is observed; drawn logs have 24."""

Operation = Update | Lookup | Prepare | Save | Recover | Sync | Hash | Close

UPDATES, SNAPSHOTS, CLOSER, READERS = 0, 1, 2, 3
"""Task numbers: the updating thread, the snapshot thread, the closing one, the first reader."""


def task_name(task: int) -> str:
    """Return the name of a task as reports print it; a life alone has no number of its own."""
    if task < 0:
        return "the only task"
    return ("updates", "snapshots", "closer")[task] if task < READERS else f"reader {task - 2}"


@dataclass(frozen=True, slots=True)
class Plan:
    """The drawn operations, per task, in the order each task makes them.

    Attributes:
        log: All commands that may be applied; a *version* is a length of this log.
        queries: What lookups ask, and what twins are compared by. Plain data.
        tasks: Operations of each task; ``tasks[0]`` updates, syncs and recovers, ``tasks[1]``
            prepares and saves, ``tasks[2]`` closes, the rest look up and ask for the hash.
    """

    log: tuple[Command, ...] = ()
    queries: tuple[object, ...] = ()
    tasks: tuple[tuple[Operation, ...], ...] = field(default=((), (), ()))

    @property
    def operations(self) -> int:
        """Number of operations over all tasks."""
        return sum(map(len, self.tasks))

    @property
    def last_version(self) -> int:
        """Version of the state after all of ``tasks[0]``."""
        version = 0
        for op in self.tasks[UPDATES]:
            if isinstance(op, Update):
                version = op.stop
            elif isinstance(op, Recover):
                version = op.upto
        return version

    @property
    def is_long(self) -> bool:
        """Whether the log is too long to be looked at after every entry."""
        return len(self.log) > LONG

    @property
    def is_bare(self) -> bool:
        """Whether it has nothing but updates and one snapshot."""
        saves = sum(isinstance(op, Save) for ops in self.tasks for op in ops)
        return saves == 1 and not self.has(Lookup, Hash, Recover)

    @property
    def applied(self) -> int:
        """Number of entries that updates apply; a recover skips the others."""
        return sum(op.stop - op.start for op in self.tasks[UPDATES] if isinstance(op, Update))

    def repeated(self) -> tuple[int, ...]:
        """Return the positions of commands that came before in the log, as a client retries."""
        seen: set[bytes] = set()
        found = []
        for position, command in enumerate(self.log):
            if command.cmd in seen:
                found.append(position)
            seen.add(command.cmd)
        return tuple(found)

    def has(self, *kinds: type) -> bool:
        """Return whether any operation is of one of ``kinds``."""
        return any(isinstance(op, kinds) for ops in self.tasks for op in ops)

    def without(self, *kinds: type) -> Plan:
        """Return the plan with every operation of ``kinds`` left out."""
        kept = (tuple(op for op in ops if not isinstance(op, kinds)) for ops in self.tasks)
        return replace(self, tasks=tuple(kept))._filled(self.last_version)

    def without_abandoned(self) -> Plan:
        """Return the plan without the contexts that are never saved."""
        ops = self.tasks[SNAPSHOTS]
        kept = tuple(
            op
            for number, op in enumerate(ops)
            if not isinstance(op, Prepare) or ops[number + 1 : number + 2] == (Save(),)
        )
        return replace(self, tasks=(*self.tasks[:SNAPSHOTS], kept, *self.tasks[SNAPSHOTS + 1 :]))

    def without_call(self, task: int, ordinal: int) -> Plan:
        """Return the plan without one operation; an update's entries go with it."""
        gone = self.tasks[task][ordinal]
        if isinstance(gone, Update):
            return self.without_entries(range(gone.start, gone.stop))
        ops = self.tasks[task][:ordinal] + self.tasks[task][ordinal + 1 :]
        left = replace(self, tasks=(*self.tasks[:task], ops, *self.tasks[task + 1 :]))
        return left._filled(self.last_version)

    def without_entry(self, position: int) -> Plan:
        """Return the plan without one command of the log; one without gaps stays so."""
        return self.without_entries(range(position, position + 1))

    def without_entries(self, gone: range) -> Plan:
        """Return the plan without a run of commands; a log without gaps stays so."""
        log = self.log[: gone.start] + self.log[gone.stop :]
        if self.log[-1].index == len(self.log):
            log = tuple(replace(command, index=index) for index, command in enumerate(log, 1))

        def moved(version: int) -> int:
            return version - max(0, min(version, gone.stop) - gone.start)

        ops: list[Operation] = []
        for op in self.tasks[UPDATES]:
            if isinstance(op, Update):
                start, stop = moved(op.start), moved(op.stop)
                ops += [Update(start, stop)] if start < stop else []
            elif isinstance(op, Recover):
                ops.append(Recover(moved(op.upto)))
            else:
                ops.append(op)
        return replace(self, log=log, tasks=(tuple(ops), *self.tasks[1:]))

    def with_entry(self, position: int, command: Command) -> Plan:
        """Return the plan with another command at one position of the log."""
        log = (*self.log[:position], command, *self.log[position + 1 :])
        return replace(self, log=log)

    def without_query(self, query: int) -> Plan:
        """Return the plan without one query and the lookups that ask it."""
        tasks = tuple(
            tuple(
                Lookup(op.query - (op.query > query)) if isinstance(op, Lookup) else op
                for op in ops
                if not (isinstance(op, Lookup) and op.query == query)
            )
            for ops in self.tasks
        )
        return replace(self, queries=self.queries[:query] + self.queries[query + 1 :], tasks=tasks)

    def _filled(self, last: int) -> Plan:
        """Mend what a left-out recover tore: apply what it skipped, and nothing twice.

        Args:
            last: Version that the plan came to before.
        """
        ops: list[Operation] = []
        version = 0
        for op in self.tasks[UPDATES]:
            if isinstance(op, Update):
                if op.start > version:
                    ops.append(Update(version, op.start))
                elif op.stop > version:
                    op = Update(version, op.stop)
                else:
                    continue
                version = op.stop
            elif isinstance(op, Recover):
                version = op.upto
            ops.append(op)
        if version < last:
            ops.append(Update(version, last))
        return replace(self, tasks=(tuple(ops), *self.tasks[1:]))

    def one_at_a_time(self) -> Plan:
        """Return the plan with every batch cut into single entries."""
        cut: list[Operation] = []
        for op in self.tasks[UPDATES]:
            if isinstance(op, Update):
                cut += [Update(i, i + 1) for i in range(op.start, op.stop)]
            else:
                cut.append(op)
        return replace(self, tasks=(tuple(cut), *self.tasks[1:]))
