"""Who does the work of a campaign: this computer, a cluster, and what is shared with others.

Dask and Redis are imported only where they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from smcheck.campaign.cluster.place import Place
from smcheck.campaign.orders import Orders
from smcheck.campaign.running import Hands, Workers
from smcheck.cli.terminal import complain
from smcheck.errors import UsageError

Hire = Callable[[Hands], Workers]


@contextmanager
def hiring(
    orders: Orders, *, place: Place | None = None, database: str = ""
) -> Iterator[tuple[Orders, Hire]]:
    """Find who does the work, for as long as the block runs.

    Args:
        place: Of a cluster.
        database: Of what is shared with other campaigns; empty for nothing.

    Yields:
        The orders, with as many jobs as there is work for at once; and what the workers are
        made by, given those of this computer.

    Raises:
        UsageError: There is no cluster, it is not as this computer is, or no such database.
    """
    shares = _sharing(orders, database)
    if place is None:
        yield orders, shares
        return
    with _cluster(orders, place) as (orders_there, hire):
        yield orders_there, lambda own: shares(hire(own))


def _sharing(orders: Orders, database: str) -> Callable[[Workers], Workers]:
    if not database:
        return lambda own: own
    try:
        from smcheck.campaign.shared import Sharing, open_shared

        shared = open_shared(database, say=lambda text: complain(f"smcheck: {text}"))
    except ImportError as error:
        raise UsageError(_not_installed("--database", "redis", error)) from error
    return lambda own: Sharing(own, shared, frozenset(orders.targets))


@contextmanager
def _cluster(orders: Orders, place: Place) -> Iterator[tuple[Orders, Hire]]:
    try:
        from smcheck.campaign.cluster.hands import ClusterHands
        from smcheck.campaign.cluster.link import Link
        from smcheck.campaign.cluster.versions import versions_of
    except ImportError as error:
        raise UsageError(_not_installed("--cluster", "cluster", error)) from error
    subjects = len(orders.targets)
    with Link(place) as link:
        expected = versions_of(orders.targets)
        link.require_equal(expected, orders.targets)
        chains = orders.chains or max(1, -(-link.count // subjects))
        there = replace(orders, chains=chains, jobs=chains * subjects, cluster=place.address)
        yield (
            there,
            lambda own: ClusterHands(
                own.folder, own.limits, marks=own.marks, link=link, versions=expected
            ),
        )


def _not_installed(option: str, extra: str, error: ImportError) -> str:
    return (
        f"{option}: expected what the extra {extra!r} brings, could not import it: {error}: "
        f"pip install 'smcheck[{extra}]'"
    )
