"""Whose turn it is: every subject gets one, then effort moves to what still brings something new.

Decides by counts alone, never by the clock, so that one job makes the same decisions for the same
seed. A chain that brought more than others for its plans is charged less for them, and so comes
again sooner; none is ever left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from smcheck.campaign.records import Effort
from smcheck.circumstances.settings import derive_seed

FIRST_PLANS, MOST_PLANS = 16, 200
"""Plans of the first stint of a chain, and of its longest one."""
_STATE = 0.02
"""What a new state is worth, in lines: there is no end of them."""
_CONTEXT = 0.1
_LEAST, _MOST = 0.25, 4.0
_HAS_FINDING = 0.5
"""A subject that has something to be mended already is worth less."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The next stint of one chain.

    Attributes:
        first: Plans that the chain has had.
    """

    target: str
    chain: int
    number: int
    first: int
    plans: int
    seed: int


@dataclass(slots=True)
class _Chain:
    target: str
    place: int
    chain: int
    number: int = 0
    plans: int = 0
    debt: float = 0.0
    worth: float = 1.0
    is_busy: bool = False
    is_over: bool = False


class Turns:
    """Give out turns.

    Args:
        targets: The subjects, in the order in which they come first.
        seed: Of the campaign.
        jobs: Of this machine; where they are more than the subjects, these have several chains.
        shard: This part, and how many there are, from 1: the chains are shared out.
        limit_plans: After so many a subject is done with; ``None`` for no end.
        done: Turns that an earlier process of this campaign has had: target, chain and number.
    """

    def __init__(
        self, targets: Sequence[str], *, seed: int, jobs: int = 1, shard: tuple[int, int] = (1, 1),
        limit_plans: int | None = None, done: Iterable[tuple[str, int, int]] = (),
    ) -> None:  # fmt: skip
        part, parts = shard
        local = -(-jobs // len(targets)) if targets else 1
        self._seed = seed
        self._limit = None if limit_plans is None else -(-limit_plans // local)
        self._chains = [
            _Chain(target, place, part - 1 + parts * number)
            for number in range(local)
            for place, target in enumerate(targets)
        ]
        for target, chain, number in done:
            for one in self._chains:
                if (one.target, one.chain) == (target, chain) and one.number <= number:
                    one.number = number + 1
                    one.plans = sum(_plans(earlier) for earlier in range(one.number))
                    one.debt = float(one.plans)

    def take(self) -> Turn | None:
        """Return the next turn; ``None`` where every chain is busy or over."""
        free = [one for one in self._chains if not one.is_busy and not self._is_over(one)]
        if not free:
            return None
        # With several chains of one subject, those whose subject rests come first.
        busy = {one.target for one in self._chains if one.is_busy}
        chain = min(free, key=lambda one: (one.target in busy, one.debt, one.chain, one.place))
        chain.is_busy = True
        plans = _plans(chain.number)
        if self._limit is not None:
            plans = min(plans, self._limit - chain.plans)
        seed = derive_seed(self._seed, chain.target, chain.chain, chain.number) % (1 << 31)
        return Turn(chain.target, chain.chain, chain.number, chain.plans, plans, seed)

    def give_back(self, turn: Turn, effort: Effort, *, has_finding: bool = False) -> None:
        """Note what a turn brought; one that ended early counts as if it had had all its plans."""
        [chain] = [
            one for one in self._chains if (one.target, one.chain) == (turn.target, turn.chain)
        ]
        chain.is_busy = False
        chain.number += 1
        chain.plans += turn.plans
        news = effort.lines + effort.edges + _CONTEXT * effort.contexts + _STATE * effort.states
        chain.worth = (news + 1) / turn.plans * (_HAS_FINDING if has_finding else 1.0)
        known = [one.worth for one in self._chains if one.number]
        usual = sum(known) / len(known)
        chain.debt += turn.plans / min(_MOST, max(_LEAST, chain.worth / usual))

    def leave_out(self, target: str) -> None:
        """Give a subject no further turn."""
        for one in self._chains:
            one.is_over |= one.target == target

    @property
    def is_over(self) -> bool:
        """Whether nobody will have a turn any more, once those that run are over."""
        return all(self._is_over(one) or one.is_busy for one in self._chains)

    def _is_over(self, chain: _Chain) -> bool:
        return chain.is_over or (self._limit is not None and chain.plans >= self._limit)


def _plans(number: int) -> int:
    """Return how many plans the stint with this number has, unless there is a limit."""
    return min(FIRST_PLANS << min(number, 16), MOST_PLANS)
