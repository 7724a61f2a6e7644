"""What a check of lives looked at when it found something, for the reader's eyes only.

Whoever builds a finding sets ``World.looking`` and runs the check once more; without that
nothing is kept. Nothing is judged by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from smcheck.checkers.observations import Observation
from smcheck.contract.types import Result
from smcheck.engine.compare import show
from smcheck.engine.surroundings import Surroundings
from smcheck.history import Outcome
from smcheck.host.conduct import describe, describe_command
from smcheck.host.life import Life, Moment, Observe, Script
from smcheck.host.trials import Noted
from smcheck.plan import Lookup, Plan, Recover, Update
from smcheck.scenario import Act, Row, Twins
from smcheck.subject import Subject
from smcheck.values import shorten

_LIMIT_VALUE = 200
_RESULT = "result of entry "
_TEXTS = {
    "restart": "another instance recovers the image",
    "startagain": "another instance opens the folder",
    "catchup": "what it lacks of the log is applied again",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What was looked at.

    Attributes:
        twins: Two lives that should be equal.
        acts: The calls of one life that goes on after a crash.
    """

    twins: Twins | None = None
    acts: tuple[Act, ...] = ()


NOTHING = Shown()


@dataclass(slots=True)
class Looking:
    """What is kept while a check runs once more.

    Attributes:
        shown: What it compared last, when it found something.
        lived: Lives in this process, in their order.
        noted: Calls of each of its trials.
    """

    shown: Shown = NOTHING
    lived: list[tuple[Script, Surroundings]] = field(default_factory=list)
    noted: list[list[Noted]] = field(default_factory=list)


def side_by_side(expected: Life, got: Life, *, left: str, right: str) -> Shown:
    """Return two lives as rows: results, then the first observations that differ, or the last."""
    rows = [*_results(expected, got), *_raises(expected, got), *_observed(expected, got)]
    return Shown(Twins(left, right, tuple(rows)))


def _results(expected: Life, got: Life) -> Iterator[Row]:
    pairs = zip_longest(expected.results, got.results)
    for number, (left, right) in enumerate(pairs, 1):
        yield Row(f"{_RESULT}{number}", _result(left), _result(right))


def _raises(expected: Life, got: Life) -> Iterator[Row]:
    if expected.raised or got.raised:
        yield Row("the last call", _ending(expected), _ending(got))


def _observed(expected: Life, got: Life) -> Iterator[Row]:
    left, right = expected.observations, got.observations
    if not left or not right:
        return
    # Lives that were asked at other moments have the last one in common.
    pairs = list(zip(left, right, strict=True)) if len(left) == len(right) else []
    parted = [both for both in pairs if both[0] != both[1]]
    yield from _rows(*(parted[0] if parted else (left[-1], right[-1])))


def _rows(left: Observation, right: Observation) -> Iterator[Row]:
    other = dict(right)
    for label, value in left:
        seen = other[label].text if label in other else "nothing"
        yield Row(label, _cut(value.text), _cut(seen))


def _result(result: Result | None) -> str:
    return "none" if result is None else _cut(show(result))


def _ending(life: Life) -> str:
    return _outcome(life.raised.outcome) if life.raised and life.raised.outcome else "returns"


def _outcome(outcome: Outcome | None) -> str:
    if outcome is None:
        return ""
    if outcome.results:
        return ", ".join(map(_result, outcome.results))
    return "" if outcome.value.text == "None" else _cut(outcome.value.text)


def entry_of(twins: Twins | None) -> int | None:
    """Return the number of the entry, from 1, whose result is the first difference."""
    if twins is None or twins.first is None:
        return None
    label = twins.rows[twins.first].label
    number = label.removeprefix(_RESULT)
    return int(number) if label != number and number.isdecimal() else None


def acts_of(
    script: Script, life: Life, subject: Subject, *, until: int | None = None
) -> tuple[Act, ...]:
    """Return the calls of a life up to one of its steps, as the only task's.

    Args:
        until: Number of steps that count; all unless given.
    """
    plan = Plan(script.log, script.queries)
    return tuple(_act(moment, plan, subject) for moment in life.moments[:until])


def acts_of_trials(trials: Iterable[Sequence[Noted]], subject: Subject) -> tuple[Act, ...]:
    """Return the calls on the last replica of some trials that raised, as the only task's.

    Of one that recovers with those on the replica before, which made the image. Most trials
    are without a fault, to tell what the fault does.
    """
    replicas: list[list[Noted]] = []
    for calls in trials:
        for call in calls:
            if call.operation == "construct" or not replicas:
                replicas.append([])
            if call.operation != "construct":
                replicas[-1].append(call)
    raising = [n for n, calls in enumerate(replicas) if any(call.error for call in calls)]
    if not raising:
        return ()
    last = raising[-1]
    recovers = replicas[last][0].operation == "recover"
    before = replicas[last - 1] if recovers and last else []
    return tuple(_tried(call, subject) for call in (*before, *replicas[last]))


def _tried(call: Noted, subject: Subject) -> Act:
    text = call.operation
    if call.command is not None:
        text = f"update [{describe_command(call.command.cmd, subject)}]"
    result = call.error or ", ".join(map(_result, call.results))
    return Act(0, call.operation, text, _cut(result), ended=0)


def _act(moment: Moment, plan: Plan, subject: Subject) -> Act:
    step = moment.step
    operation = type(step).__name__.lower()
    if isinstance(step, Observe):
        seen = ", ".join(f"{label} = {value.text}" for label, value in moment.observation)
        return Act(0, "observe", "everything is asked", _cut(seen), ended=0)
    text = _TEXTS.get(operation, operation)
    if isinstance(step, (Update, Recover, Lookup)):
        text = describe(plan, step, subject)
    version = step.stop if isinstance(step, Update) else None
    return Act(0, operation, text, _outcome(moment.outcome), ended=0, last_version=version)


def _cut(text: str) -> str:
    return shorten(text, limit=_LIMIT_VALUE)
