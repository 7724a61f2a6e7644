"""Where two lives of one script part: a pure function of what they showed."""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.host.life import Life, Moment
from smcheck.values import Frozen


@dataclass(frozen=True, slots=True)
class Parting:
    """The first difference between two lives.

    Attributes:
        step: Position of the step in the script.
        what: What differs: a label of the observation, ``result 0``, ``answer``, ``end``.
        one: What the first life showed.
        other: What the second life showed.
    """

    step: int
    what: str
    one: Frozen
    other: Frozen


def parting(one: Life, other: Life) -> Parting | None:
    """Return the first difference, ``None`` between equal lives.

    Bytes of images, wrong shapes and the places of exceptions do not count: what is recovered
    from an image is an observation of its own.
    """
    for step, (mine, yours) in enumerate(zip(one.moments, other.moments, strict=False)):
        seen, also = _shown(mine), _shown(yours)
        for label in dict.fromkeys((*seen, *also)):
            a, b = seen.get(label, _NOTHING), also.get(label, _NOTHING)
            if a.text != b.text:
                return Parting(step, label, a, b)
    if len(one.moments) != len(other.moments):
        step = min(len(one.moments), len(other.moments))
        return Parting(step, "end", _reached(one), _reached(other))
    return None


_NOTHING = Frozen("nothing", "nothing")


def _shown(moment: Moment) -> dict[str, Frozen]:
    shown = dict(moment.observation)
    if moment.outcome is not None:
        for number, result in enumerate(moment.outcome.results):
            text = f"Result(value={result.value!r}, data={result.data!r})"
            shown[f"result {number}"] = Frozen(text, text)
        shown["answer"] = moment.outcome.value
    return shown


def _reached(life: Life) -> Frozen:
    text = f"{len(life.moments)} steps made"
    return Frozen(text, text)
