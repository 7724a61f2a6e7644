"""Make the words of a small case simpler: Hypothesis shrinks commands and queries one by one.

The number of operations is small by then; here it is what is in them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hypothesis.strategies as st
from hypothesis import Phase, Verbosity, find, settings
from hypothesis.errors import HypothesisException

from smcheck.engine.caught import Caught
from smcheck.engine.suite import show_again
from smcheck.engine.world import World, seeded
from smcheck.plan import Plan
from smcheck.testing.commands import command_of, commands_of
from smcheck.testing.validate import HEALTH_CHECKS, drawing
from smcheck.values import freeze, is_plain

_LIMIT_WORDS = 12
"""A case with more of them is not for people, whatever they are."""
_TRIES_OF_WORD = 24
_LIMIT_TRIES = 120


def simplify(world: World, caught: Caught) -> Caught:
    """Return the case with the simplest commands and queries that were found to show the same."""
    simplifying = _Simplifying(world, caught)
    plan = caught.plan
    if len(plan.log) + len(plan.queries) > _LIMIT_WORDS:
        return caught
    with drawing(world.subject):
        for position in range(len(plan.log)):
            simplifying.command(position)
        for number in range(len(plan.queries)):
            simplifying.query(number)
    return simplifying.best


class _Simplifying:
    """One case, and the simplest form of it so far."""

    def __init__(self, world: World, caught: Caught) -> None:
        self.best = caught
        self._world = world
        self._tries = 0

    def command(self, position: int) -> None:
        """Make one command of the log simpler."""
        subject, now = self._world.subject, self.best.plan.log[position]
        if now.added:
            return

        def with_it(drawn: Any) -> Plan:  # Any: whatever the subject's strategy draws
            made = now if drawn is now else command_of(subject, drawn, index=now.index)
            made = replace(made, index=now.index)
            return self.best.plan.with_entry(position, made)

        self._find(commands_of(subject) | st.just(now), with_it)

    def query(self, number: int) -> None:
        """Make one query simpler."""
        strategy, queries = self._world.subject.queries, self.best.plan.queries
        if strategy is None:
            return
        others = {freeze(one).text for n, one in enumerate(queries) if n != number}

        def with_it(drawn: object) -> Plan | None:
            if not is_plain(drawn) or freeze(drawn).text in others:
                return None
            asked = (*queries[:number], drawn, *queries[number + 1 :])
            return replace(self.best.plan, queries=asked)

        self._find(strategy | st.just(queries[number]), with_it)

    def _find(self, words: Any, with_it: Callable[[Any], Plan | None]) -> None:
        before, tries = self.best, self._tries

        def shows(drawn: Any) -> bool:
            plan = with_it(drawn)
            if plan is None or plan == before.plan:
                return plan is not None
            if self._tries - tries >= _TRIES_OF_WORD or self._tries >= _LIMIT_TRIES:
                return False
            self._tries += 1
            again = show_again(self._world, replace(before, plan=plan))
            if again is not None:
                shown[plan] = again
            return again is not None

        shown = _Shown(before)
        try:
            found = find(words, shows, settings=_SETTINGS, random=seeded("simplify", tries))
        except HypothesisException:
            return  # the strategy cannot give what it gave before
        plan = with_it(found)
        self.best = shown.get(plan) if plan is not None else before


class _Shown:
    """What plans showed, by their texts: queries may be lists, which have no hash."""

    def __init__(self, before: Caught) -> None:
        self._before = before
        self._found: dict[tuple[object, ...], Caught] = {}

    def __setitem__(self, plan: Plan, caught: Caught) -> None:
        self._found[_key(plan)] = caught

    def get(self, plan: Plan) -> Caught:
        """Return what a plan showed, the case before if it was not run."""
        return self._found.get(_key(plan), self._before)


def _key(plan: Plan) -> tuple[object, ...]:
    return plan.log, plan.tasks, freeze(plan.queries).text


_SETTINGS = settings(
    max_examples=_TRIES_OF_WORD, database=None, deadline=None, derandomize=False,
    phases=[Phase.generate, Phase.shrink], verbosity=Verbosity.quiet,
    suppress_health_check=HEALTH_CHECKS,
)  # fmt: skip
