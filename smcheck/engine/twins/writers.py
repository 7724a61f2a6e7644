"""Saves whose writer fails, or takes only a part of what it is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from smcheck.contract.profiles import Kind
from smcheck.engine.compare import differ_observed, show
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.engine.twins.trial import attempt, held_up, middle, parting, trials
from smcheck.engine.world import StuckLife, seeded
from smcheck.finding import Breach, Severity
from smcheck.host.faults import FailingWriter, ShortWriter, disk_full, stream_lost
from smcheck.host.replica import Replica
from smcheck.host.streams import Image
from smcheck.host.trials import Came, Shown, Trials


def check_writers(ask: Ask) -> list[Breach]:
    """Save to a writer that takes parts, then to writers that fail, and go on after them."""
    if "snapshots" in ask.world.subject.without:
        return []
    image = attempt(ask, lambda: _image(ask))
    if image is None or not image.data:
        return []  # check_saves says why; into an empty image nothing is written
    return _short(ask, image) + _failing(ask, len(image.data))


def _image(ask: Ask) -> Image | None:
    makes = trials(ask)
    return makes.save(makes.grown(middle(ask))).value


def _recovered(makes: Trials, image: Image, version: int) -> Shown:
    replica = makes.fresh()
    return makes.show(makes.recover(replica, image), replica, version)


def _short(ask: Ask, image: Image) -> list[Breach]:
    makes, version, writer = trials(ask), middle(ask), ShortWriter()
    came = attempt(ask, lambda: makes.save(makes.grown(version), writer=writer))
    if came is None or not writer.was_short or came.is_aborted:
        return []
    ask.saw_state("SAV-10")
    if came.value is None:
        return [_gives_up(came)]
    whole = attempt(ask, partial(_recovered, makes, image, version))
    shown = attempt(ask, partial(_recovered, makes, came.value, version))
    if whole is None or shown is None or not whole.is_whole:
        return []
    if shown.came.outcome is not None:
        wrong = f"recovering the image gives {shown.came.text}"
    else:
        wrong = parting(ask, whole, shown, version=version)
    return [_not_continued(wrong)] if wrong else []


def _gives_up(came: Came[Image]) -> Breach:
    return Breach(
        "SAV-10", "writers", "save raises when the writer takes only a part",
        f"expected save to write the rest again, it gave {came.text}: a writer may take one byte "
        "and say so",
        method="save_snapshot", severity=Severity.HAZARD,
        error=came.outcome.error if came.outcome else "",
        locations=innermost(came.outcome) if came.outcome else (),
    )  # fmt: skip


def _not_continued(wrong: str) -> Breach:
    return Breach(
        "SAV-10", "writers", "save loses what the writer did not take",
        f"expected a whole image also when write takes a part and returns its length, {wrong}: "
        "write the rest again until all is taken",
        method="save_snapshot", evidence=(("fault", "short writes"),),
    )  # fmt: skip


@dataclass(slots=True)
class _Rounds:
    """How far the saves to failing writers came, also if the next call never returns."""

    failed: int = 0


def _failing(ask: Ask, length: int) -> list[Breach]:
    rounds = _Rounds()
    try:
        found = attempt(ask, lambda: _go_through(ask, length, rounds))
    except StuckLife as error:
        if not rounds.failed or ask.world.kind is Kind.REGULAR:
            raise
        title = "what a failed save took is never given back"
        return [held_up(error.stuck, "writers", "SAV-6", title, "save_snapshot")]
    if rounds.failed:
        ask.saw_state(_clause(ask), *([] if ask.world.kind is Kind.REGULAR else ["SAV-6"]))
    return [found] if found else []


def _clause(ask: Ask) -> str:
    return "SAV-9" if ask.world.kind is Kind.ON_DISK else "SAV-10"


def _go_through(ask: Ask, length: int, rounds: _Rounds) -> Breach | None:
    """Let one replica fail over and over; then it must go on as if nothing had been."""
    makes, version = trials(ask), middle(ask)
    replica = makes.grown(version)
    for writer in _writers(ask, length):
        came = makes.save(replica, writer=writer, own=writer.error)
        if not writer.has_failed:
            if rounds.failed and _is_wrong(came):
                return _stays_taken(ask, came)
            continue
        rounds.failed += 1
        found = _judge(ask, came, writer)
        if found is not None:
            return found
    return _go_on(ask, makes, replica) if rounds.failed else None


def _writers(ask: Ask, length: int) -> list[FailingWriter]:
    rng = seeded("writers", length, len(ask.plan.log))
    places = dict.fromkeys((0, length - 1, length // 2, rng.randrange(length)))
    if ask.world.kind is not Kind.ON_DISK:
        return [FailingWriter(disk_full(), after=place) for place in places]
    lost = [FailingWriter(stream_lost(), after=place) for place in places]
    return [*lost, *(FailingWriter(disk_full(), after=place) for place in (0, length - 1))]


def _is_wrong(came: Came[Image]) -> bool:
    return came.outcome is not None and not came.is_aborted


def _judge(ask: Ask, came: Came[Image], writer: FailingWriter) -> Breach | None:
    """Judge how one save came out whose writer has failed."""
    fault = type(writer.error).__name__
    if came.is_aborted:
        return None
    if came.outcome is None:
        return Breach(
            _clause(ask), "writers", "save swallows the error of its writer",
            f"expected {fault} to come out of save, it returned as if the image were whole: the "
            "host keeps an image with a hole; let the exception out",
            method="save_snapshot", error=fault,
        )  # fmt: skip
    if came.is_stopped:
        return Breach(
            "SAV-8", "writers", "save raises SnapshotStopped without the signal",
            f"expected {fault} to come out of save, got {came.text}: the host takes it for the "
            "answer to a signal that it never gave",
            method="save_snapshot", error=came.outcome.error, locations=innermost(came.outcome),
        )  # fmt: skip
    is_lost = ask.world.kind is Kind.ON_DISK and not came.has_own
    if came.is_crash or is_lost:
        return Breach(
            _clause(ask), "writers", "save turns the error of its writer into another one",
            f"expected {fault}, or an exception raised from it, to come out of save, got "
            f"{came.text}: the host stops the process on it",
            method="save_snapshot", error=came.outcome.error, locations=innermost(came.outcome),
        )  # fmt: skip
    return None


def _stays_taken(ask: Ask, came: Came[Image]) -> Breach:
    assert came.outcome is not None
    regular = ask.world.kind is Kind.REGULAR
    return Breach(
        "SAV-10" if regular else "SAV-6", "writers", "after a failed save no other one succeeds",
        f"expected a later save to give an image, got {came.text}: what a save took it must give "
        "back also when it fails",
        method="save_snapshot", error=came.outcome.error, locations=innermost(came.outcome),
    )  # fmt: skip


def _go_on(ask: Ask, makes: Trials, replica: Replica) -> Breach | None:
    """Apply the rest of the log and save once more: all as if no save had failed."""
    version, log, reference = middle(ask), ask.plan.log, ask.reference
    came = makes.call("update", lambda: makes.apply(replica, version, len(log)))
    if came.value is None:
        return _harmed(ask, f"a later update gives {came.text}")
    for position, got in enumerate(came.value, version):
        expected = reference.results[position]
        if got != expected:
            entry = ask.describe(position)
            return _harmed(ask, f"{entry}: expected {show(expected)}, got {show(got)}")
    found = differ_observed(reference.life.observations[-1:], (makes.ask(replica),))
    if found is not None and not found.only_order:
        return _harmed(ask, f"{found.label}: expected {found.expected}, got {found.got}")
    last = makes.save(replica)
    if _is_wrong(last):
        return _stays_taken(ask, last)
    good = makes.save(makes.grown(len(log)))
    if last.value is None or good.value is None:
        return None
    whole = _recovered(makes, good.value, len(log))
    shown = _recovered(makes, last.value, len(log))
    if not whole.is_whole:
        return None
    if shown.came.outcome is not None:
        return _harmed(ask, f"recovering a later image gives {shown.came.text}")
    wrong = parting(ask, whole, shown, version=len(log))
    return _harmed(ask, f"in a later image, {wrong}") if wrong else None


def _harmed(ask: Ask, wrong: str) -> Breach:
    return Breach(
        _clause(ask), "writers", "a save that failed leaves something changed",
        f"expected all to go on as if no save had been, {wrong}, once saves had failed",
        method="save_snapshot",
    )  # fmt: skip
