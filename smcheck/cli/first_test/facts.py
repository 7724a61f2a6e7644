"""What is known of a command or a query: which part of it is used how, and under which conditions.

A part is a path from the whole: decoded, split, the second word. Plain records; who finds them
out, and what is made of them, is elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Step = tuple[object, ...]
"""One step into a value: ``("text",)``, ``("json",)``, ``("split", sep, most)``, ``("part", sep)``,
``("unpack", format)``, ``("item", key)``, ``("rest", start)``, ``("slice", low, high)``,
``("each",)``, ``("len",)``, ``("type",)``. The bounds of a slice are ``Place`` or ``None``."""

Path = tuple[Step, ...]

COMMAND: Path = (("command",),)
QUERY: Path = (("query",),)


@dataclass(frozen=True, slots=True)
class Sym:
    """A part of a command or query, as a value in the code that is read.

    Attributes:
        enum: The class of an enum that it was made a member of, by ``"value"`` or by ``"name"``.
    """

    path: Path
    enum: tuple[type, str] | None = None

    def step(self, *step: object) -> Sym:
        """Return a part of this part."""
        return Sym((*self.path, step))

    def item(self, key: object) -> Sym:
        """Return the item under ``key``; of a rest, the one that it is of the whole."""
        if self.path and self.path[-1][0] == "rest" and isinstance(key, int) and key >= 0:
            start = self.path[-1][1]
            assert isinstance(start, int)
            return Sym(self.path[:-1]).item(start + key)
        return self.step("item", key)

    def rest(self, start: int) -> Sym:
        """Return what is left of a list from ``start`` on."""
        if self.path and self.path[-1][0] == "rest":
            before = self.path[-1][1]
            assert isinstance(before, int)
            return Sym(self.path[:-1]).step("rest", before + start)
        return self if start == 0 else self.step("rest", start)


@dataclass(frozen=True, slots=True)
class Place:
    """A number of bytes from the beginning: a constant, and lengths that the command tells."""

    constant: int = 0
    lengths: tuple[Path, ...] = ()

    def plus(self, other: Place) -> Place:
        """Return the place that lies ``other`` further on."""
        return Place(self.constant + other.constant, (*self.lengths, *other.lengths))


@dataclass(frozen=True, slots=True)
class Condition:
    """Say that the value at a path is, or is not, one of some values."""

    path: Path
    values: frozenset[object]
    holds: bool = True

    def negated(self) -> Condition:
        """Return the opposite."""
        return Condition(self.path, self.values, not self.holds)

    def excludes(self, other: Condition) -> bool:
        """Return whether no value meets both this and another condition on the same path."""
        if self.holds and other.holds:
            return not self.values & other.values
        if self.holds is other.holds:
            return False
        is_in, is_not = (self, other) if self.holds else (other, self)
        return is_in.values <= is_not.values

    def allows(self, value: object) -> bool:
        """Return whether a value at the path meets the condition."""
        return (value in self.values) is self.holds


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a path while the conditions hold.

    ``what`` is ``"value"`` (may be equal to ``detail``), ``"kind"`` (``detail`` is int, text,
    float, bytes, …), ``"default"`` (the same, less sure), ``"len"``, ``"least"`` (so many items),
    ``"key"`` (of the machine's attribute ``detail``), ``"used"``, ``"closed"`` (no other value may
    come) or ``"raises"``, which is about no path.
    """

    path: Path
    what: str
    detail: object = None
    when: tuple[Condition, ...] = ()

    def goes_with(self, other: Fact) -> bool:
        """Return whether both may hold of the same command."""
        return not any(
            one.path == two.path and one.excludes(two) for one in self.when for two in other.when
        )


@dataclass(slots=True)
class Notes:
    """All facts, in the order in which they were found.

    Attributes:
        when: What is assumed just now.
    """

    facts: list[Fact] = field(default_factory=list)
    when: tuple[Condition, ...] = ()
    _seen: set[Fact] = field(default_factory=set)

    def note(self, path: Path, what: str, detail: object = None) -> None:
        """Take down a fact that holds under what is assumed just now."""
        fact = Fact(path, what, detail, self.when)
        if fact not in self._seen:
            self._seen.add(fact)
            self.facts.append(fact)

    @contextmanager
    def assuming(self, conditions: tuple[Condition, ...]) -> Iterator[None]:
        """Assume more for a while."""
        before = self.when
        self.when = (*before, *(c for c in conditions if c not in before))
        try:
            yield
        finally:
            self.when = before

    def at(self, path: Path, keep: Callable[[Fact], bool] = lambda fact: True) -> list[Fact]:
        """Return what is known of exactly this path."""
        return [fact for fact in self.facts if fact.path == path and keep(fact)]
