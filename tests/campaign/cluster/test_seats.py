"""Leases: what a campaign has on a worker ends when it is no longer there."""

from __future__ import annotations

from math import inf

from smcheck.campaign.cluster.seats import Seats
from smcheck.cli.messages import Progress
from smcheck.finding import SubjectReport


def test_seat_is_over_when_the_lease_is() -> None:
    with Seats().take("a-1", "a", -1.0) as seat:
        assert seat.is_over


def test_seat_goes_on_when_its_campaign_renews() -> None:
    seats = Seats()
    with seats.take("a-1", "a", -1.0) as own, seats.take("b-1", "b", -1.0) as other:
        seats.renew("a", inf)
        assert (own.is_over, other.is_over) == (False, True)


def test_seat_is_over_when_its_order_is_to_end() -> None:
    seats = Seats()
    with seats.take("a-1", "a", inf) as own, seats.take("a-2", "a", inf) as other:
        assert seats.end("a-1")
        assert (own.is_over, other.is_over) == (True, False)


def test_seat_of_an_order_that_was_ended_on_its_way_is_over() -> None:
    seats = Seats()
    assert not seats.end("a-1")
    with seats.take("a-1", "a", inf) as seat:
        assert seat.is_over


def test_renewal_tells_how_far_the_orders_of_the_campaign_are() -> None:
    seats = Seats()
    far = Progress(SubjectReport("machine", "regular"))
    with seats.take("a-1", "a", inf) as own, seats.take("b-1", "b", inf) as other:
        own.progress = other.progress = far
        assert seats.renew("a", inf) == {"a-1": far}
    assert seats.renew("a", inf) == {}


def test_seats_remember_no_more_than_the_latest_orders_that_ended() -> None:
    seats = Seats()
    for number in range(1_500):
        seats.end(f"a-{number}")
    assert len(seats.ended) == 1_000
    assert "a-1499" in seats.ended
