"""What runs in this process of the cluster, and for how long it may: leases of campaigns.

A campaign says every few seconds that it is still there. What it had begun ends soon after it
says so no more, however it came to its end: nobody else would end it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from smcheck.cli.messages import Progress

_LIMIT_ENDED = 1_000


@dataclass(slots=True)
class Seat:
    """One order that is being worked off.

    Attributes:
        until: When the lease ends, by ``time.monotonic``.
        progress: How far it is.
    """

    campaign: str
    until: float
    progress: Progress | None = None
    is_ended: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it has to end."""
        return self.is_ended or time.monotonic() > self.until


@dataclass(slots=True)
class Seats:
    """All that runs here; used from many threads.

    Attributes:
        ended: Orders that were to end; one of them may still be on its way here.
    """

    taken: dict[str, Seat] = field(default_factory=dict)
    ended: dict[str, None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    @contextmanager
    def take(self, id: str, campaign: str, lease_s: float) -> Iterator[Seat]:
        """Hold a seat for an order."""
        seat = Seat(campaign, time.monotonic() + lease_s)
        with self.lock:
            seat.is_ended = id in self.ended
            self.taken[id] = seat
        try:
            yield seat
        finally:
            with self.lock:
                del self.taken[id]

    def renew(self, campaign: str, lease_s: float) -> dict[str, Progress]:
        """Let what a campaign has here go on, and return how far it is, by order."""
        until = time.monotonic() + lease_s
        with self.lock:
            own = {id: seat for id, seat in self.taken.items() if seat.campaign == campaign}
        for seat in own.values():
            seat.until = until
        return {id: seat.progress for id, seat in own.items() if seat.progress is not None}

    def end(self, id: str) -> bool:
        """Have an order end; return whether it runs here."""
        with self.lock:
            self.ended[id] = None
            while len(self.ended) > _LIMIT_ENDED:
                del self.ended[next(iter(self.ended))]
            seat = self.taken.get(id)
        if seat is not None:
            seat.is_ended = True
        return seat is not None
