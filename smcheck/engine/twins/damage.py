"""Recoveries from an image that comes in short pieces, or of which a part is missing."""

from __future__ import annotations

from collections.abc import Iterator

from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.trial import attempt, middle, parting, trials
from smcheck.engine.world import StuckLife, seeded
from smcheck.finding import Breach
from smcheck.host.faults import CutReader, ShortReader
from smcheck.host.streams import Image
from smcheck.host.trials import Shown

_LIMITS = (1, 3, 7)
_LONG = 4_096
"""Bytes of an image beyond which pieces are so much longer: it is the seams that count."""
_SEEDED = 2


def check_damage(ask: Ask) -> list[Breach]:
    """Recover one image in short pieces, and parts of it."""
    if "snapshots" in ask.world.subject.without or not ask.world.profile.raw_images:
        return []
    made = attempt(ask, lambda: _made(ask))
    if made is None:
        return []
    image, whole = made
    if not whole.is_whole:
        return []  # check_restart says it
    return _short_reads(ask, image, whole) + _cuts(ask, image, whole)


def _made(ask: Ask) -> tuple[Image, Shown] | None:
    """Return an image and what is recovered from it without a fault."""
    makes, version = trials(ask), middle(ask)
    came = makes.save(makes.grown(version))
    if came.value is None:
        return None
    replica = makes.fresh()
    return came.value, makes.show(makes.recover(replica, came.value), replica, version)


def _short_reads(ask: Ask, image: Image, whole: Shown) -> list[Breach]:
    makes, version = trials(ask), middle(ask)
    for limit in _LIMITS:
        reader = ShortReader(image.data, limit=limit * (1 + len(image.data) // _LONG))

        def body(reader: ShortReader = reader) -> Shown:
            replica = makes.fresh()
            return makes.show(makes.recover(replica, image, reader=reader), replica, version)

        shown = attempt(ask, body)
        if shown is None or not reader.was_short:
            continue
        ask.saw_state("REC-6")
        wrong = (
            f"recover gives {shown.came.text}"
            if shown.came.outcome
            else parting(ask, whole, shown, version=version)
        )
        if wrong:
            return [_takes_all(wrong, limit)]
    return []


def _takes_all(wrong: str, limit: int) -> Breach:
    return Breach(
        "REC-6", "damage", "recover takes a short read for all that it asked for",
        f"expected the state of the image also when reads give at most {limit} bytes, {wrong}: "
        'read on until there is enough, or until b"" comes',
        method="recover_from_snapshot",
    )  # fmt: skip


def _cuts(ask: Ask, image: Image, whole: Shown) -> list[Breach]:
    makes, version = trials(ask), middle(ask)
    for size in _sizes(ask, len(image.data)):
        reader = CutReader(image.data[:size], missing=len(image.data) - size)

        def body(reader: CutReader = reader) -> Shown:
            replica = makes.fresh()
            return makes.show(makes.recover(replica, image, reader=reader), replica, version)

        try:
            shown = attempt(ask, body)
        except StuckLife:
            return [_taken(image, size, "recover waits for ever")]
        if shown is None:
            continue
        ask.saw_state("REC-5")
        if reader.reads_on:
            return [_taken(image, size, "recover reads on at the end for ever")]
        if shown.came.outcome is not None:
            continue
        wrong = parting(ask, whole, shown, version=version)
        if wrong:
            return [_taken(image, size, wrong)]
    return []


def _sizes(ask: Ask, length: int) -> Iterator[int]:
    """Yield the lengths of the parts: nothing, nearly all, a half, and some others."""
    if length:
        rng = seeded("cuts", length, len(ask.plan.log))
        some = (rng.randrange(length) for _ in range(_SEEDED))
        yield from dict.fromkeys((0, length - 1, length // 2, *some))


def _taken(image: Image, size: int, wrong: str) -> Breach:
    return Breach(
        "REC-5", "damage", "recover takes a cut image for a whole one",
        f"{size} of the {len(image.data)} bytes of an image: expected an exception or the state "
        f"of the whole, {wrong}: a replica that starts from it has left the group; write a length "
        "or a mark of the end and look for it",
        method="recover_from_snapshot", evidence=(("bytes", str(size)),),
    )  # fmt: skip
