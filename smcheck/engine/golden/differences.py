"""Compare what a machine shows along a log with what is stored of it. Pure; lives nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from smcheck.checkers.noise import is_float_noise
from smcheck.engine.golden.file import Digest, Golden, MomentRecord, Value
from smcheck.finding import Location
from smcheck.values import freeze

RESULT = "result"
OBSERVE = "observe"
HASH = "get_hash"
NOTHING = "nothing"
"""What stands for a value that is not there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one life showed, in the words of the file.

    Attributes:
        results: By position in the log, as far as the life came.
        moments: In the order of the life; of one version there may be several.
        places: Line of the machine that raised, by position in the log.
    """

    results: tuple[Value, ...]
    moments: tuple[MomentRecord, ...]
    places: Mapping[int, Location] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that is another than the stored one.

    Attributes:
        entries: How many entries had been applied, the one that resulted in it included.
        label: ``"result"``, ``"get_hash"``, ``"observe"``, the lookup, or a call that raised.
        recorded: Empty for a call of which nothing is recorded, for it must return.
        query: Position of the query for a lookup, else ``None``.
        place: Line of the machine, where it raised and that line is known.
    """

    entries: int
    label: str
    recorded: Value
    now: Value
    query: int | None = None
    place: Location | None = None

    @property
    def is_noise(self) -> bool:
        """Whether the two are equal but for the last digits of floats; of digests nobody knows."""
        if isinstance(self.recorded, Digest) or isinstance(self.now, Digest):
            return False
        return is_float_noise(self.recorded, self.now)


def labels_of(queries: Sequence[object]) -> list[str]:
    """Return what the answer to each query is called."""
    return [f"lookup({freeze(query).text})" for query in queries]


def differences(golden: Golden, seen: Seen) -> Iterator[Difference]:
    """Yield every difference in the order of the log; of one entry its result comes first."""
    labels = labels_of(golden.asked())
    by_version: dict[int, list[MomentRecord]] = {}
    for moment in seen.moments:
        by_version.setdefault(moment.entries, []).append(moment)
    stored = {moment.entries: moment for moment in golden.moments}
    for version in range(len(golden.log) + 1):
        if 0 < version <= len(seen.results):
            yield from _result(golden, seen, version)
        if version in stored:
            for moment in by_version.get(version, ()):
                yield from _moment(stored[version], moment, labels)


def _result(golden: Golden, seen: Seen, version: int) -> Iterator[Difference]:
    recorded, now = golden.log[version - 1].result, seen.results[version - 1]
    if recorded != now:
        yield Difference(version, RESULT, recorded, now, place=seen.places.get(version - 1))


def _moment(stored: MomentRecord, seen: MomentRecord, labels: list[str]) -> Iterator[Difference]:
    version = stored.entries
    for label, recorded, now in (
        (HASH, stored.hash, seen.hash), (OBSERVE, stored.observe, seen.observe),
    ):  # fmt: skip
        # What was not recorded cannot differ; what was and is not there any more does.
        if recorded is not None and recorded != now:
            yield Difference(version, label, recorded, NOTHING if now is None else now)
    for query, recorded in enumerate(stored.answers):
        answer = seen.answers[query] if seen.answers else NOTHING
        if recorded != answer:
            yield Difference(version, labels[query], recorded, answer, query)


def is_raise(value: Value) -> bool:
    """Return whether a value stands for an exception."""
    return isinstance(value, str) and value.startswith("raise ")


@dataclass(frozen=True, slots=True)
class Compared:
    """How much a golden log holds.

    Attributes:
        moments: How often the machine was asked.
        raises: How many results and answers are exceptions.
        silent: What was recorded and never changed.
    """

    results: int
    answers: int
    queries: int
    hashes: int
    observed: int
    moments: int
    raises: int
    silent: frozenset[str]

    @classmethod
    def of(cls, golden: Golden) -> Compared:
        """Count what a file holds."""
        moments = golden.moments
        columns: dict[str, list[Value]] = {
            "results": [entry.result for entry in golden.log],
            HASH: [m.hash for m in moments if m.hash is not None],
            OBSERVE: [m.observe for m in moments if m.observe is not None],
        }
        raises = sum(map(is_raise, (*columns["results"], *(a for m in moments for a in m.answers))))
        answers = [tuple(m.answers) for m in moments if m.answers]
        silent = {name for name, column in columns.items() if column and len({*column}) == 1}
        if answers and len({*answers}) == 1:
            silent.add("answers")
        return cls(
            len(golden.log), sum(map(len, answers)), len(golden.queries),
            len(columns[HASH]), len(columns[OBSERVE]), len(moments), raises, frozenset(silent),
        )  # fmt: skip

    def lines(self) -> list[str]:
        """Say how much was compared, and how little that is where it is little."""
        parts = [
            _count(self.results, "result"),
            _count(self.answers, "answer") + f" to {_count(self.queries, 'query', 'queries')}"
            if self.answers
            else "",
            _count(self.hashes, "hash", "hashes") if self.hashes else "",
            _count(self.observed, "value") + " of observe" if self.observed else "",
        ]
        asked = f", at {_count(self.moments, 'moment')}" if any(parts[1:]) else ""
        return [f"compared: {', '.join(filter(None, parts))}{asked}", *self._limits()]

    def _limits(self) -> Iterator[str]:
        if self.raises:
            yield f"{self.raises:,} of these are exceptions, compared by their type"
        counts = {"answers": self.answers, HASH: self.hashes, OBSERVE: self.observed}
        speaking = [name for name, count in counts.items() if count and name not in self.silent]
        if HASH in self.silent:
            yield "the hash was the same at every moment: it shows nothing"
        if not speaking:
            why = (
                "what else was asked never changed"
                if any(counts.values())
                else "the machine has no hash, and was asked nothing"
            )
            yield (
                f"nothing but results was observable, for {why}: a state that no result tells of "
                "may be another; give the subject probes= or observe="
            )
        if not speaking and "results" in self.silent:
            yield "every result was the same too: this log can hardly tell one version from another"


def _count(number: int, noun: str, nouns: str = "") -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
