"""What runs on a Dask cluster: the functions that a campaign asks for by their name.

The machine runs in a process of its own here too: the worker lives on, whatever it does.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import msgspec
import trio
from distributed import Worker, get_worker

from smcheck.campaign.asked import Met
from smcheck.campaign.canary import put_canary
from smcheck.campaign.cluster.seats import Seat, Seats
from smcheck.campaign.cluster.versions import first_unequal, versions_of
from smcheck.campaign.cluster.wire import (
    Answer,
    Order,
    Told,
    read_names,
    read_order,
    to_bytes,
)
from smcheck.campaign.journal import JournalError
from smcheck.campaign.running import Broken, Died, Hands, Outcome, Refused
from smcheck.campaign.warden import MARK, warden
from smcheck.cli.messages import Progress
from smcheck.cli.supervisor import Limits
from smcheck.errors import InternalError, UsageError

TOPIC = "smcheck"
"""Events with findings are under this word, a hyphen and the id of the campaign."""
_LOOK_EVERY_S = 0.1
_WORKING = frozenset({"running", "paused", "init"})

_seats = Seats()


def versions(targets: bytes) -> bytes:
    """Return what this computer has of what must be the same everywhere."""
    return to_bytes(versions_of(read_names(targets)))


def renew(campaign: str, lease_s: float) -> bytes:
    """Let what a campaign has here go on, and return how far it is."""
    return to_bytes(_seats.renew(campaign, lease_s))


def end(id: str) -> bool:
    """Have an order end; return whether it runs here."""
    return _seats.end(id)


def forget(topic: str, dask_scheduler: Any) -> None:  # Any: it is Dask's, which has no types
    """Have the scheduler keep no findings of a campaign that is over; runs there."""
    dask_scheduler._broker.truncate(topic)


def work(data: bytes) -> bytes:
    """Work off an order in this thread of a worker and return the answer."""
    order = read_order(data)
    targets = [order.target] if order.target else []
    unequal = first_unequal(order.versions, versions_of(targets))
    worker = get_worker()
    if unequal is not None:
        return to_bytes(Answer(unequal=unequal, worker=worker.address))
    # Of this order alone: other workers of this computer have processes of the same campaign.
    with (
        _seats.take(order.id, order.campaign, order.lease_s) as seat,
        warden(order.id),
        tempfile.TemporaryDirectory(
            prefix="smcheck-", dir=worker.local_directory, ignore_cleanup_errors=True
        ) as name,
    ):
        return to_bytes(trio.run(_Work(order, seat, worker, Path(name)).do))


@dataclass(slots=True)
class _Work:
    """One order at work."""

    order: Order
    seat: Seat
    worker: Worker
    folder: Path
    met: list[Met] = field(default_factory=list)

    async def do(self) -> Answer:
        """Do it, until it is done or the seat is taken away."""
        (self.folder / "running").mkdir()
        answer = Answer(is_ended=True)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._end_with_seat, nursery.cancel_scope)
            answer = await self._answer()
            nursery.cancel_scope.cancel()
        return msgspec.structs.replace(answer, met=tuple(self.met), worker=self.worker.address)

    async def _end_with_seat(self, scope: trio.CancelScope) -> None:
        while not self.seat.is_over and self.worker.status.name in _WORKING:
            await trio.sleep(_LOOK_EVERY_S)
        scope.cancel()

    async def _answer(self) -> Answer:
        limits = self.order.limits
        if self.order.is_memory_own:
            limits = changed(limits, memory_bytes=Limits().memory_bytes)
        hands = Hands(self.folder, limits, marks={MARK: self.order.id})
        try:
            if self.order.stint is not None:
                return await self._stint(hands)
            path = self.folder / "witness.json"
            path.write_bytes(self.order.witness)
            return Answer(replayed=await hands.replay(path))
        except JournalError as error:
            return Answer(full=str(error))
        except OSError as error:
            return Answer(full=f"expected to write below {self.folder}, could not: {error}")
        except UsageError as error:
            return Answer(usage=str(error))
        except InternalError as error:
            return Answer(broken=Broken(str(error)))

    async def _stint(self, hands: Hands) -> Answer:
        stint = self.order.stint
        assert stint is not None
        if not self.order.target:
            stint = msgspec.structs.replace(stint, target=put_canary(self.folder))
        return _told(await hands.work(stint, self._hear))

    def _hear(self, message: Met | Progress) -> None:
        if isinstance(message, Progress):
            self.seat.progress = message
            return
        self.met.append(message)
        told = to_bytes(Told(self.order.id, message))
        self.worker.log_event(f"{TOPIC}-{self.order.campaign}", told)


def _told(outcome: Outcome) -> Answer:
    match outcome:
        case Died():
            return Answer(died=outcome)
        case Refused():
            return Answer(refused=outcome)
        case Broken():
            return Answer(broken=outcome)
        case _:
            return Answer(worked=outcome)
