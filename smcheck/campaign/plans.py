"""Compose plans by a seed alone: what happens, and a first interleaving.

Plans grow with their number. Each favours some kinds of operations and some words and leaves
others out, because what never comes together in an average plan does in such a one.
"""

from __future__ import annotations

import random
from dataclasses import replace

from smcheck.campaign.vocabulary import Vocabulary
from smcheck.contract.profiles import Profile
from smcheck.engine.world import seeded
from smcheck.plan import READERS, SNAPSHOTS, UPDATES, Command, Lookup, Plan, Update
from smcheck.schedulers.drawn import Advance
from smcheck.subject import Subject
from smcheck.testing.plan_builder import READER_TASKS, TASKS, PlanBuilder

Drawn = tuple[Plan, tuple[Advance, ...]]

_SMALLEST, _LARGEST = 6, 64
_GROWS_EVERY = 12
"""Plans after which the longest log is longer by one."""
_ALONE_EVERY = 6
"""One plan in so many is a long log on one task: some state takes more commands than others."""
_LONG = 30
_AGAIN = 5
_OFF = 0.25
"""How likely a kind of operation is left out of a plan."""


class Plans:
    """The plans of one subject.

    Args:
        subject: Of it.
        profile: How its host calls machines.
        has_hash: Whether machines have one.
        words: What commands and queries there are.
        seed: Of the stint.
    """

    def __init__(
        self, subject: Subject, profile: Profile, words: Vocabulary, *, has_hash: bool, seed: int
    ) -> None:
        self._subject, self._profile, self._words = subject, profile, words
        self._has_hash, self._seed = has_hash, seed

    def plan(self, number: int) -> Drawn:
        """Return the plan with this number, from 0; it depends on nothing but that and the seed."""
        rng = seeded(self._seed, "plan", number)
        if number % _ALONE_EVERY == _ALONE_EVERY - 1:
            return self._alone(rng, number), ()
        return _Composing(self, rng, number).compose()

    def varied(self, plan: Plan, number: int) -> Drawn:
        """Return a plan with the log and queries of another one, and other calls of them."""
        rng = seeded(self._seed, "varied", number)
        return _Composing(self, rng, number, of=plan).compose()

    def _alone(self, rng: random.Random, number: int) -> Plan:
        size = _LONG + _growth(number)
        log = list(self.some_commands(rng, size))
        log += [rng.choice(log) for _ in range(rng.randint(0, _AGAIN))]
        queries = self.some_queries(rng)
        indexed = tuple(replace(one, index=i) for i, one in enumerate(log, 1))
        asked = tuple(Lookup(query) for query in range(len(queries)))
        return Plan(indexed, queries, ((Update(0, len(log)),), (), (), asked))

    def some_commands(self, rng: random.Random, count: int) -> list[Command]:
        """Return so many commands: whole pieces, or single ones out of a few pieces."""
        pieces = rng.sample(self._words.pieces, min(len(self._words.pieces), rng.randint(1, 6)))
        few = [one for piece in pieces for one in piece]
        found: list[Command] = []
        while len(found) < count:
            found += rng.choice(pieces) if rng.random() < 0.5 else (rng.choice(few),)
        return found[:count]

    def some_queries(self, rng: random.Random) -> tuple[object, ...]:
        """Return a few queries that differ."""
        queries = self._words.queries
        return tuple(rng.sample(queries, min(len(queries), rng.randint(1, 4)))) if queries else ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """Which steps a plan may have."""
        kinds = ["again", "update", "advance", "finish"]
        if "lookups" not in self._subject.without and self._words.queries:
            kinds += ["lookup", "round"]
        if "snapshots" not in self._subject.without:
            kinds += ["prepare", "recover"] if self._profile.recovers_used else ["prepare"]
        if self._profile.closes:
            kinds.append("close")
        if "sync" in self._profile.methods:
            kinds.append("sync")
        if self._has_hash:
            kinds.append("hash")
        return tuple(kinds)

    def builder(self) -> PlanBuilder:
        """Return an empty plan."""
        return PlanBuilder(self._subject, self._profile)


class _Composing:
    """One plan in the making."""

    def __init__(
        self, plans: Plans, rng: random.Random, number: int, *, of: Plan | None = None
    ) -> None:
        self._plans, self._rng, self._builder = plans, rng, plans.builder()
        longest = min(_LARGEST, _SMALLEST + 2 + _growth(number))
        self._builder.limit_log = longest if of is None else max(longest, len(of.log) + 4)
        self._log = list(of.log) if of else plans.some_commands(rng, rng.randint(1, longest))
        self._queries = (of.queries if of else ()) or plans.some_queries(rng)
        # What follows an update is where most machines go wrong: that kind is always there.
        self._weights = {
            kind: 1.0 if kind == "update" else 0.0 if rng.random() < _OFF else rng.random()
            for kind in plans.kinds
        }

    def compose(self) -> Drawn:
        """Return the plan, and the interleaving that its steps suggest."""
        rng, builder = self._rng, self._builder
        first = rng.randint(1, min(6, len(self._log)))
        for command in self._log[:first]:
            builder.append(command)
        for query in self._queries:
            builder.number_of(query)
        rest = self._log[first:]
        kinds, weights = list(self._weights), list(self._weights.values())
        for _ in range(rng.randint(2, 6 + 2 * len(self._log))):
            if rest and rng.random() < 0.5:
                builder.append(rest.pop(0))
            [kind] = rng.choices(kinds, weights)
            self._step(kind)
        for command in rest:
            builder.append(command)
        return builder.plan(), tuple(builder.drawn)

    def _step(self, kind: str) -> None:
        rng, builder = self._rng, self._builder
        match kind:
            case "again":
                builder.append_again(rng.randint(1, 8))
            case "update":
                builder.begin_update(rng.choice((1, 1, 2, 3, 4, 8)))
            case "lookup":
                builder.begin_lookup(rng.randrange(READER_TASKS), rng.choice(self._queries))
            case "round":
                self._ask_round(rng.randrange(READER_TASKS))
            case "hash":
                builder.begin_hash(rng.randrange(READER_TASKS))
            case "prepare":
                builder.prepare(save=rng.random() < 0.75)
            case "recover":
                builder.recover(rng.randint(1, 3))
            case "sync":
                builder.sync()
            case "close":
                builder.close()
            case "advance":
                builder.advance(rng.randrange(TASKS), rng.randint(1, 30))
            case "finish":
                builder.advance(rng.choice((UPDATES, SNAPSHOTS, *range(TASKS))), 0)

    def _ask_round(self, reader: int) -> None:
        """Ask everything on one thread, each whole: what does not fit together shows there."""
        for query in self._rng.sample(self._queries, len(self._queries)):
            self._builder.begin_lookup(reader, query)
            self._builder.advance(READERS + reader, 0)


def _growth(number: int) -> int:
    return number // _GROWS_EVERY
