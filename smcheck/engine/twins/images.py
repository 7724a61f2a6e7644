"""Images whose bytes must be the same wherever the same state is saved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from smcheck.circumstances.process import WorkerLost
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.surroundings import OTHER
from smcheck.engine.twins.trial import attempt, middle, trials
from smcheck.engine.world import StuckLife
from smcheck.finding import Breach, Severity
from smcheck.plan import Prepare, Save

_SHOWN = 12


def check_images(ask: Ask) -> list[Breach]:
    """Save one state again: here, elsewhere and at another time, and from the same context."""
    if "snapshots" in ask.world.subject.without or not ask.world.profile.equal_images:
        return []
    made = attempt(ask, partial(_two_prepares, ask))
    if not made:
        return []  # check_saves says it
    ask.saw_state("SAV-5")
    first = made[0]
    for when, other in _others(ask, made):
        if other != first:
            return [_differ(first, other, when)]
    return _emptied(ask) or _parted(ask)


def _parted(ask: Ask) -> list[Breach]:
    """Compare the images of processes whose hash seeds are known; this one's may not be."""
    images = list(_in_processes(ask))
    when = "in another process with the same log"
    return [_differ(images[0], other, when) for other in images[1:] if other != images[0]][:1]


def _others(ask: Ask, made: list[bytes]) -> Iterator[tuple[str, bytes]]:
    yield from (("when it was prepared and saved again", data) for data in made[1:])
    elsewhere = attempt(ask, partial(_two_prepares, ask), surroundings=OTHER)
    when = "on another replica with the same log, at another time"
    yield from ((when, data) for data in elsewhere or ())


def _emptied(ask: Ask) -> list[Breach]:
    """Judge the second image of one context; one that was emptied by the first is a hazard."""
    made = _same_context(ask)
    if len(made) < 2 or made[0] == made[1]:
        return []
    breach = _differ(made[0], made[1], "when the same context was saved again")
    is_shorter = len(made[1]) < len(made[0])
    return [replace(breach, severity=Severity.HAZARD) if is_shorter else breach]


def _two_prepares(ask: Ask) -> list[bytes]:
    makes = trials(ask)
    replica = makes.grown(middle(ask))
    images = (makes.save(replica).value for _ in range(2))
    return [image.data for image in images if image is not None]


def _same_context(ask: Ask) -> list[bytes]:
    """Save one context twice; a machine may refuse that, and then nothing is said."""

    def body() -> list[bytes]:
        makes = trials(ask)
        replica = makes.grown(middle(ask))
        context = makes.call("prepare", replica.prepare)
        if context.outcome is not None:
            return []
        images = (makes.call("save", lambda: replica.save(context.value)) for _ in range(2))
        return [came.value.data for came in images if came.value is not None]

    try:
        return attempt(ask, body) or []
    except StuckLife:
        return []


def _in_processes(ask: Ask) -> Iterator[bytes]:
    pool = ask.world.pool
    if pool is None:
        return
    updates = ask.all_updates[: middle(ask)]
    script = ask.reference.script(steps=(*updates, Prepare(), Save()))
    for life in pool.live_soon(script).wait_answers(beat=ask.world.board.end):
        if not isinstance(life, WorkerLost) and life.image is not None and life.raised is None:
            yield life.image


def _differ(first: bytes, other: bytes, when: str) -> Breach:
    at = next((n for n, (a, b) in enumerate(zip(first, other, strict=False)) if a != b), None)
    if at is None:
        wrong = f"an image of {len(first)} bytes became one of {len(other)}"
    else:
        wrong = f"from byte {at} on {first[at:][:_SHOWN]!r} became {other[at:][:_SHOWN]!r}"
    return Breach(
        "SAV-5", "images", "one state gives images of other bytes",
        f"expected the same bytes {when}, {wrong}: a stream that broke is sent again, and "
        "replicas compare what they have",
        method="save_snapshot",
    )  # fmt: skip
