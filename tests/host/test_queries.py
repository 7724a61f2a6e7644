"""Queries that the caller takes back after the lookup."""

from __future__ import annotations

import pytest

from smcheck import Subject
from smcheck.host import queries
from smcheck.host.folders import Folders
from smcheck.host.life import lookup
from smcheck.host.queries import LentQueries, containers_in, own_copy
from smcheck.host.replica import Replica
from tests.testing import machines

QUERY = ["sum", {"of": ["pen", "ink"]}, ("cap", [3])]


class Echo(machines.Counter):
    """Answer with the query, and keep what ``keep`` says of it."""

    kept: object = None

    def lookup(self, query: object) -> object:
        self.kept = self.keep(query)
        return query

    def keep(self, query: object) -> object:
        return None


class KeepsAll(Echo):
    def keep(self, query: object) -> object:
        return [query]


class KeepsInner(Echo):
    def keep(self, query: object) -> object:
        return tuple(query)[2]  # type: ignore[arg-type]  # it is a list of three


class KeepsCopy(Echo):
    def keep(self, query: object) -> object:
        return own_copy(query)


class RaisesLater(KeepsAll):
    """Keep the query, then raise."""

    def lookup(self, query: object) -> object:
        self.kept = query
        raise KeyError(str(query))


def lend(machine: type) -> tuple[LentQueries, object]:
    """Ask a machine once and return who lent, and what the machine kept."""
    subject = Subject(machine=machine, commands=machines.commands, queries=machines.queries)
    replica, lent = Replica(subject, folders=Folders()), LentQueries()
    lookup(replica, QUERY, lent=lent)
    return lent, replica.machine.kept


@pytest.mark.parametrize(
    ("machine", "path"),
    [
        (Echo, ""),
        (KeepsCopy, ""),
        (KeepsAll, "machine.kept[0]"),
        (KeepsInner, "machine.kept[1]"),
        (RaisesLater, "machine.kept"),
    ],
)
def test_query_is_found_in_the_machine_that_kept_it(machine: type, path: str) -> None:
    lent, _ = lend(machine)
    assert lent.path == path
    assert [breach.clause for breach in lent.breaches()] == (["LKP-2"] if path else [])


def test_query_that_nobody_kept_is_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[object] = []
    monkeypatch.setattr(queries, "path_to", lambda *roots: walks.append(roots))
    lend(Echo)
    lend(KeepsCopy)
    assert walks == []
    lend(KeepsInner)
    assert len(walks) == 1


def test_query_is_overwritten_after_the_call() -> None:
    text = "<overwritten by the caller after lookup returned>"
    assert lend(KeepsAll)[1] == [[text]]
    assert lend(KeepsInner)[1] == ("cap", [text])
    assert lend(KeepsCopy)[1] == QUERY


def test_containers_are_lists_and_dicts_outer_ones_first() -> None:
    assert list(containers_in(QUERY)) == [QUERY, QUERY[1], ["pen", "ink"], [3]]
    assert list(containers_in(("get", "pen", b"x", 1))) == []
