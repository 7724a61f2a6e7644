"""Keep apart what the profile keeps apart: the replication library's own exclusion.

The gate is the host's, not the machine's: a task that waits here waits because the library
would not have made the call yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from smcheck.contract.profiles import Profile
from smcheck.plan import CLOSER, SNAPSHOTS, UPDATES
from smcheck.runtime.session import Session


class Gate:
    """Admit a call when no call is in flight that it must not meet."""

    def __init__(self, session: Session, profile: Profile) -> None:
        self._session = session
        self._profile = profile
        self._in_flight: dict[int, str] = {}
        self._working: set[int] = set()
        self._owed: dict[int, str] = {}

    def starts(self, tasks: range) -> None:
        """Note which tasks will make calls; the closer waits for the others."""
        self._working = set(tasks)

    def ends(self, task: int) -> None:
        """Note that a task has made its last call."""
        self._working.discard(task)
        self._owed.pop(task, None)
        self._session.changed()

    def owes(self, task: int, operation: str) -> None:
        """Keep apart what must not meet ``operation`` from now on until the task made it.

        The library holds one lock over prepare and save: no recover comes in between.
        """
        self._owed[task] = operation

    @contextmanager
    def call(self, task: int, operation: str) -> Iterator[None]:
        """Wait until ``operation`` may begin, and count it as in flight inside the block."""
        self._wait(task, operation)
        self._in_flight[task] = operation
        self._owed.pop(task, None)
        try:
            yield
        finally:
            del self._in_flight[task]
            self._session.changed()

    def goes_on(self, task: int, operation: str) -> None:
        """Wait until a call in flight may go on as another operation, and count it as that."""
        if self._in_flight[task] == operation:
            return
        self._wait(task, operation)
        self._in_flight[task] = operation
        self._session.changed()

    def _wait(self, task: int, operation: str) -> None:
        if not self._is_free(task, operation):
            self._session.wait_until(
                lambda: self._is_free(task, operation),
                reason=f"the host keeps {operation} apart from {self._others(task, operation)}",
                holders=lambda: self._blockers(task, operation),
            )

    def _is_free(self, task: int, operation: str) -> bool:
        return not self._blockers(task, operation)

    def _blockers(self, task: int, operation: str) -> tuple[int, ...]:
        waits_for = {
            other
            for other, name in (self._owed | self._in_flight).items()
            if other != task and not self._profile.may_overlap(operation, name)
        }
        if task == CLOSER:
            waits_for |= self._working & {UPDATES, SNAPSHOTS}
        return tuple(sorted(waits_for))

    def _others(self, task: int, operation: str) -> str:
        names = sorted(
            self._in_flight.get(t) or self._owed.get(t, "later calls")
            for t in self._blockers(task, operation)
        )
        return " and ".join(names)
