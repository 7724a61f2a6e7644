"""The way to a Dask cluster: a client in an event loop in a thread of its own.

Knows Dask and nothing of stints; what is asked and answered are bytes. Everything here may be
called from other threads.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
import warnings
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future as ThreadFuture
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeVar

import distributed
from distributed import KilledWorker
from distributed.client import FutureCancelledError
from distributed.versions import VersionMismatchWarning

from smcheck.campaign.cluster import remote, wire
from smcheck.campaign.cluster.place import Place
from smcheck.campaign.cluster.versions import BASICS, first_unequal, refusal
from smcheck.campaign.running import Broken
from smcheck.cli.messages import Progress
from smcheck.errors import ClusterError, UsageError

T = TypeVar("T")

# Dask is annotated in part, and where it is, as if nobody awaited.
_Client: Any = distributed.Client
_Security: Any = distributed.Security

LEASE_S = 30.0
"""For so long workers go on without a word of the campaign."""
_BEAT_S = 2.0
_CONNECT_S = 20.0
_REPLY_S = 10.0
_FIRST_WORKER_S = 30.0
_AGAIN = 3
"""So often an order is given again whose task was not ended by us and did not end by itself."""


class Lost(Exception):
    """The workers that had an order are no more, several times over."""


@dataclass(slots=True)
class Ask:
    """An order that was given.

    Attributes:
        told: Hears findings and how far it is, in the thread of the link.
        future: Done with the answer.
    """

    id: str
    data: bytes
    told: Callable[[wire.Told | Progress], None]
    future: ThreadFuture[wire.Answer] = field(init=False)


class Link:
    """A connection to a cluster, and the lease of a campaign on it.

    Args:
        place: Of the cluster.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self.slots: dict[str, int] = {}
        self._asks: dict[str, Ask] = {}
        self._campaigns: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="smcheck-link", daemon=True)
        self._client: Any = None  # until it is connected
        self._beating: asyncio.Task[None] | None = None

    def __enter__(self) -> Link:
        """Connect.

        Raises:
            UsageError: Nobody is there, or speaks otherwise.
        """
        _hush()
        self._thread.start()
        try:
            self._call(self._connect()).result()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        # Workers end by themselves whatever they are not told now.
        with suppress(Exception):
            self._call(self._close()).result(_REPLY_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _call(self, doing: Coroutine[Any, Any, T]) -> ThreadFuture[T]:
        return asyncio.run_coroutine_threadsafe(doing, self._loop)

    async def _connect(self) -> None:
        address = self.place.address
        try:
            self._client = _Client(
                address, asynchronous=True, security=_security(self.place),
                timeout=_CONNECT_S, set_as_default=False, name="smcheck",
            )  # fmt: skip
            await self._client
            with suppress(TimeoutError, asyncio.TimeoutError):
                await self._client.wait_for_workers(1, timeout=_FIRST_WORKER_S)
        except UsageError:
            raise
        except (OSError, TypeError, ValueError, RuntimeError) as error:
            raise UsageError(_not_there(address, error)) from error
        await self._count_slots()
        if not self.slots:
            raise UsageError(
                f"expected a worker at {address}, got none within {_FIRST_WORKER_S:.0f} s: "
                f"start one with `dask worker {address}`"
            )
        self._beating = asyncio.create_task(self._beat())

    async def _close(self) -> None:
        if self._beating is not None:
            self._beating.cancel()
            with suppress(asyncio.CancelledError):
                await self._beating
        for campaign in self._campaigns:
            with suppress(Exception):
                forgets = self._client.run_on_scheduler(remote.forget, topic_of(campaign))
                await asyncio.wait_for(forgets, _REPLY_S / 2)
        if self._client is not None:
            await self._client.close(timeout=_REPLY_S / 2)

    # What is the same there, and what is not.

    def require_equal(self, expected: dict[str, str], targets: Iterable[str]) -> None:
        """Compare the scheduler and every worker with this computer.

        Raises:
            UsageError: One of them has something else; the line says which and what.
        """
        self._call(self._require_equal(expected, wire.names(targets))).result()

    async def _require_equal(self, expected: dict[str, str], targets: bytes) -> None:
        client = self._client
        basics = {name: expected[name] for name in BASICS}
        where = f"the scheduler {self.place.address}"
        try:
            got = await client.run_on_scheduler(remote.versions, wire.names([]))
        except Exception as error:  # noqa: BLE001  # whatever importing it there raised
            got = error
        _require(basics, got, where)
        found = await client.run(remote.versions, targets, on_error="return")
        for address, got in sorted(found.items()):
            _require(expected, got, f"the worker {address}")

    # The lease.

    def hold(self, campaign: str) -> None:
        """Hold the lease of a campaign until the end, and hear what its orders find."""
        self._call(self._hold(campaign)).result()

    async def _hold(self, campaign: str) -> None:
        self._campaigns.add(campaign)
        self._client.subscribe_topic(topic_of(campaign), self._on_event)

    def _on_event(self, event: tuple[float, bytes]) -> None:
        told = wire.read_told(event[1])
        ask = self._asks.get(told.id)
        if ask is not None:
            ask.told(told)

    async def _beat(self) -> None:
        while True:
            # Whatever goes wrong with one beat, the next one comes: the lease hangs on it.
            with suppress(Exception):
                await asyncio.wait_for(self._count_slots(), _REPLY_S)
                for campaign in self._campaigns:
                    await self._renew(campaign)
            await asyncio.sleep(_BEAT_S)

    @property
    def count(self) -> int:
        """How many orders the workers take at once, now."""
        return sum(self.slots.values())

    async def _count_slots(self) -> None:
        self.slots = dict(await self._client.nthreads())

    async def _renew(self, campaign: str) -> None:
        asked = self._client.run(remote.renew, campaign, LEASE_S, on_error="ignore")
        for data in (await asyncio.wait_for(asked, _REPLY_S)).values():
            for id, progress in wire.read_progress(data).items():
                ask = self._asks.get(id)
                if ask is not None:
                    ask.told(progress)

    # Orders.

    def ask(
        self, id: str, data: bytes, told: Callable[[wire.Told | Progress], None],
        done: Callable[[], None],
    ) -> Ask:  # fmt: skip
        """Give an order; ``done`` is called when its answer is there, in another thread."""
        ask = Ask(id, data, told)
        self._asks[id] = ask
        ask.future = self._call(self._answer(ask))
        ask.future.add_done_callback(lambda _: done())
        return ask

    async def _answer(self, ask: Ask) -> wire.Answer:
        for number in range(_AGAIN):
            answer = await self._attempt(ask, f"smcheck-{ask.id}-{number}")
            if answer is not None:
                return answer
        raise Lost(f"{_AGAIN} times its worker ended it, or the way to it was gone")

    async def _attempt(self, ask: Ask, key: str) -> wire.Answer | None:
        """Have a worker do it; ``None`` where it was ended and nobody here had asked for that."""
        future = self._client.submit(remote.work, ask.data, key=key, pure=False)
        try:
            answer = wire.read_answer(await future)
        except FutureCancelledError:
            await self._require_connected()
            return None if ask.id in self._asks else wire.Answer(is_ended=True)
        except KilledWorker as error:
            raise Lost("one worker after the other that had it is no more") from error
        except ImportError as error:
            raise ClusterError(
                f"a worker or the scheduler at {self.place.address}: expected it to import "
                f"smcheck, it could not: {error}: install the same smcheck there"
            ) from error
        except OSError:
            await self._require_connected()
            return None
        except Exception as error:  # noqa: BLE001  # whatever Dask raised, or smcheck there
            text = "".join(traceback.format_exception(error))
            return wire.Answer(broken=Broken(text))
        finally:
            future.release()
        return None if answer.is_ended and ask.id in self._asks else answer

    async def _require_connected(self) -> None:
        """Wait until the client is connected again, where it was cut off.

        Raises:
            ClusterError: It is not.
        """
        client = self._client
        while client.status == "connecting":
            await asyncio.sleep(0.1)
        if client.status != "running":
            raise ClusterError(
                f"expected the scheduler {self.place.address} to stay, it is gone: what was found "
                "is in the store; start it and the campaign again"
            )
        for campaign in self._campaigns:
            client.subscribe_topic(topic_of(campaign), self._on_event)

    def end(self, ask: Ask) -> None:
        """Have an order end; its answer comes soon."""
        self._asks.pop(ask.id, None)
        self._call(self._end(ask))

    async def _end(self, ask: Ask) -> None:
        keys = [key for key in self._client.futures if str(key).startswith(f"smcheck-{ask.id}-")]
        with suppress(Exception):
            asked = self._client.run(remote.end, ask.id, on_error="ignore")
            if any((await asyncio.wait_for(asked, _REPLY_S)).values()):
                return
        # It waits for its turn, or its worker does not answer.
        await self._client.cancel(keys)

    def forget(self, ask: Ask) -> None:
        """Take no further interest in an order."""
        self._asks.pop(ask.id, None)


def _security(place: Place) -> Any:
    """Return how to speak to a cluster as Dask has it; its configuration says what is not given."""
    names = {
        "--tls-ca-file": "tls_ca_file", "--tls-cert": "tls_client_cert",
        "--tls-key": "tls_client_key",
    }  # fmt: skip
    given = {names[option]: str(path) for option, path in place.tls.items()}
    return _Security(require_encryption=place.is_encrypted or None, **given)


def topic_of(campaign: str) -> str:
    """Return the word under which the findings of a campaign come."""
    return f"{remote.TOPIC}-{campaign}"


def _require(expected: dict[str, str], got: object, where: str) -> None:
    if isinstance(got, bytes):
        unequal = first_unequal(expected, wire.read_versions(got))
    elif isinstance(got, ImportError):
        unequal = wire.Unequal("smcheck", expected["smcheck"], f"none that it can import ({got})")
    else:
        raise UsageError(
            f"{where}: expected it to say which smcheck it has, got {got!r}: see its log"
        )
    if unequal is not None:
        raise UsageError(refusal(unequal, where))


def _not_there(address: str, error: Exception) -> str:
    return (
        f"expected a Dask scheduler at {address}, could not connect: "
        f"{str(error) or type(error).__name__}: "
        "start one with `dask scheduler`, and check the address and the TLS options"
    )


def _hush() -> None:
    """Have Dask say nothing on the terminal: what matters is said by whoever asks it."""
    for name in ("distributed", "distributed.client", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)
