"""What goes over the wire between a campaign and a cluster: one order, one answer, as JSON.

Records and their text form only. Nothing is pickled but the name of a function of smcheck.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from smcheck.campaign.asked import Met, Stint, Worked
from smcheck.campaign.running import Broken, Died, Refused
from smcheck.cli.messages import Progress, Replayed
from smcheck.cli.supervisor import Limits
from smcheck.report.data import dumps


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker of the cluster is to do: a stint or a replay.

    Attributes:
        id: Of this order; begins with that of the campaign.
        campaign: Whose lease it runs under.
        lease_s: For so long it runs without a further word of the campaign.
        limits: What its process may take.
        is_memory_own: Let the worker's own memory decide how much that is.
        versions: What must be the same there, by name.
        target: Whose code it runs; empty for the built-in canary and for nobody's.
        stint: What to work off.
        witness: What to replay where there is no stint: the bytes of a witness file.
    """

    id: str
    campaign: str
    lease_s: float
    limits: Limits
    is_memory_own: bool = True
    versions: dict[str, str] = {}
    target: str = ""
    stint: Stint | None = None
    witness: bytes = b""


class Unequal(msgspec.Struct, frozen=True):
    """Something is not the same as where the campaign runs."""

    what: str
    expected: str
    got: str


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of an order: exactly one of these, and whatever was met.

    Attributes:
        met: Every finding of the stint, also those that were told before.
        usage: What is wrong with the call.
        broken: smcheck itself failed.
        full: The disk of the worker does not take what it must.
        worker: Who answers: its address.
        is_ended: It was ended: by the campaign, with its lease, or with the worker.
    """

    met: tuple[Met, ...] = ()
    worked: Worked | None = None
    died: Died | None = None
    refused: Refused | None = None
    broken: Broken | None = None
    replayed: Replayed | None = None
    usage: str = ""
    full: str = ""
    unequal: Unequal | None = None
    worker: str = ""
    is_ended: bool = False


class Told(msgspec.Struct, frozen=True):
    """A finding, told as soon as it is met."""

    id: str
    met: Met


def to_bytes(record: Order | Answer | Told | Unequal | Mapping[str, object]) -> bytes:
    """Return the text form of a record."""
    return dumps(record)


def read_order(data: bytes) -> Order:
    """Return the order that ``data`` says."""
    return msgspec.json.decode(data, type=Order)


def read_answer(data: bytes) -> Answer:
    """Return the answer that ``data`` says."""
    return msgspec.json.decode(data, type=Answer)


def read_told(data: bytes) -> Told:
    """Return the finding that ``data`` tells."""
    return msgspec.json.decode(data, type=Told)


def read_progress(data: bytes) -> dict[str, Progress]:
    """Return how far orders are, by id."""
    return msgspec.json.decode(data, type=dict[str, Progress])


def read_names(data: bytes) -> list[str]:
    """Return a list of texts: ids, or targets."""
    return msgspec.json.decode(data, type=list[str])


def names(of: Iterable[str]) -> bytes:
    """Return the text form of ids or targets."""
    return msgspec.json.encode(list(of))


def read_versions(data: bytes) -> dict[str, str]:
    """Return what somebody has, by name."""
    return msgspec.json.decode(data, type=dict[str, str])
