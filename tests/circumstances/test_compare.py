"""Where two lives part."""

from __future__ import annotations

from smcheck.circumstances.compare import parting
from smcheck.contract.types import Result
from smcheck.history import Outcome
from smcheck.host.life import Life, Moment, Observe
from smcheck.plan import Lookup, Update
from smcheck.values import Frozen, freeze

NOTHING = freeze(None)


def update(*results: Result) -> Moment:
    return Moment(Update(0, len(results)), Outcome(NOTHING, results=results))


def test_equal_lives_do_not_part_whatever_their_images() -> None:
    life = (update(Result(1)), Moment(Observe(), observation=(("get_hash", freeze(1)),)))
    assert parting(Life(life, image=b"a"), Life(life, image=b"b")) is None


def test_lives_part_at_the_first_differing_result() -> None:
    one = Life((update(Result(1)), update(Result(1), Result(2)), update(Result(5))))
    other = Life((update(Result(1)), update(Result(1), Result(3)), update(Result(6))))
    found = parting(one, other)
    assert found is not None
    assert (found.step, found.what) == (1, "result 1")
    assert (found.one.text, found.other.text) == (
        "Result(value=2, data=b'')", "Result(value=3, data=b'')",
    )  # fmt: skip


def test_lives_part_at_an_observation_and_show_its_label() -> None:
    one = Life((Moment(Observe(), observation=(("a", freeze(1)), ("b", freeze([1, 2])))),))
    other = Life((Moment(Observe(), observation=(("a", freeze(1)), ("b", freeze([2, 1])))),))
    found = parting(one, other)
    assert found is not None
    assert (found.what, found.one, found.other) == ("b", freeze([1, 2]), freeze([2, 1]))
    assert found.one.loose == found.other.loose


def test_lives_part_where_one_ends_early() -> None:
    one = Life((update(Result(1)), update(Result(2))))
    found = parting(one, Life(one.moments[:1]))
    assert found is not None
    assert (found.step, found.what, found.other) == (
        1, "end", Frozen("1 steps made", "1 steps made"),
    )  # fmt: skip


def test_lives_part_at_an_exception_but_not_at_its_place() -> None:
    raised = Moment(Lookup(0), Outcome(freeze(1), raised=True, error="KeyError"))
    answered = Moment(Lookup(0), Outcome(freeze(2)))
    assert parting(Life((raised,)), Life((raised,))) is None
    assert parting(Life((raised,)), Life((answered,))) is not None
