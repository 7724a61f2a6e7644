"""Judge one execution: did what overlapped change anything that it must not?

Pure: takes what a run showed and the reference of its plan, returns breaches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from smcheck.checkers.hashes import check_hashes
from smcheck.checkers.reads import OLDER, check_reads
from smcheck.contract.profiles import Kind
from smcheck.engine.compare import differ_observed, show
from smcheck.engine.raised import (
    CHECK,
    Case,
    beside_of,
    crash,
    first_raised,
    has_overlaps,
    prepared_at,
)
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.twins.ask import Ask
from smcheck.engine.twins.snapshots import drops_alone, restart_at
from smcheck.finding import Breach, Severity
from smcheck.host.conduct import Saved, describe_command
from smcheck.plan import Hash, Lookup, Prepare, Recover, Save, Update

SHARES = "shares"
"""Evidence of a wrong image: what its context had in common with the machine, which nobody saw
change."""

_WRITTEN = "the state is another because lookups ran in between"


def judge(case: Case) -> list[Breach]:
    """Return what the execution broke; the first is the cause where others follow from it."""
    execution = case.run.execution
    assert execution is not None
    _count_progress(case)
    if execution.stuck is not None:
        return [stuck_breach(execution.stuck, CHECK)]
    if execution.halted:
        case.world.tally.doubts[execution.halted] += 1
        return []
    if case.run.stuck_after is not None:
        return [stuck_breach(case.run.stuck_after, CHECK)]
    shapes = [b for b in case.run.breaches.values() if b.clause not in case.reference.missing]
    found = shapes or first_raised(case)
    if found:
        return [replace(breach, check=CHECK) for breach in found]
    hazards: list[Breach] = []
    for look in (_results, _final, _images, _reads, _hashes, _live_answers, _lost_snapshots):
        found = look(case)
        found = (found and _written(case)) or found
        if any(breach.severity is Severity.VIOLATION for breach in found):
            return found
        hazards += found
    return hazards


def _count_progress(case: Case) -> None:
    """Count what overlapping calls put to the test; where none may overlap, every call does."""
    world, execution = case.world, case.run.execution
    missing = {*world.subject.without, *([] if case.reference.hashes else ["hash"])}
    may_overlap = world.profile.has_overlaps(missing)
    if not may_overlap or any(a.overlaps(b) for a, b in pairwise(case.run.history.calls)):
        is_bounded = execution is not None and not execution.halted
        world.tally.saw("PRG-1", "PRG-2", "THR-1", *(["PRG-3"] if is_bounded else []))


def _results(case: Case) -> list[Breach]:
    """Compare each entry's result with the reference."""
    for call in case.run.history.of(Update):
        assert isinstance(call.operation, Update)
        if call.outcome is None:
            continue
        positions = range(call.operation.start, call.operation.stop)
        for position, got in zip(positions, call.outcome.results, strict=False):
            expected = case.reference.results[position]
            if got != expected:
                command = describe_command(case.plan.log[position].cmd, case.world.subject)
                return [_disturbed(
                    case, "an update results in something else",
                    f"entry {position + 1}, {command}: expected {show(expected)} as alone, "
                    f"got {show(got)}",
                )]  # fmt: skip
    return []


def _final(case: Case) -> list[Breach]:
    """Compare the machine at rest after all calls with the reference."""
    if case.run.final is None:
        return []
    version = case.plan.last_version
    expected = case.reference.versions[version]
    found = differ_observed((expected,), (case.run.final,))
    if found is None:
        return []
    if found.only_order:
        return [Breach("LKP-8", CHECK, "equal states answer in another order",
                       f"{found.label}: {found.expected} alone, {found.got} after overlap",
                       method="lookup", severity=Severity.HAZARD)]  # fmt: skip
    if found.what == "answer" and _is_older(case, found.label, found.got):
        return [Breach(
            "RDC-1", CHECK, "a lookup that begins after an update returned does not see it",
            f"{found.label} after all calls had returned: expected {found.expected}, the answer of "
            f"version {version}, got {found.got}, an older one",
            method="lookup", evidence=(("when", "at rest"),),
        )]  # fmt: skip
    return [_disturbed(
        case, "the state is another after calls overlapped",
        f"{found.label} after all calls had returned: expected {found.expected} as alone, "
        f"got {found.got}",
    )]  # fmt: skip


def _is_older(case: Case, label: str, text: str) -> bool:
    older = case.reference.versions[: case.plan.last_version]
    return any((label, text) == (name, seen.text) for version in older for name, seen in version)


def _disturbed(case: Case, title: str, message: str) -> Breach:
    """Blame what overlapped the updates: lookups before saves, see ``engine.blame``."""
    plan = case.plan
    if plan.has(Lookup):
        return Breach(
            "LKP-1", CHECK, f"{title} because lookups ran beside", message, method="lookup"
        )
    if plan.has(Save, Prepare):
        return Breach(
            "SAV-3",
            CHECK,
            f"{title} because a snapshot was saved beside",
            message,
            method="save_snapshot",
        )
    if plan.has(Hash):
        title = f"{title} because the hash was asked for beside"
        return Breach("HSH-2", CHECK, title, message, method="get_hash")
    if plan.has(Recover):
        title = f"{title} because the state was recovered on the way"
        return Breach("REC-1", CHECK, title, message, method="recover_from_snapshot")
    if case.has_own_threads:
        return Breach("UPD-1", CHECK, title, message, method="update")
    return Breach("THR-1", CHECK, f"{title} on a thread of its own", message, method="update")


def _written(case: Case) -> list[Breach]:
    """Blame lookups where the reference itself is another because it was asked in between.

    What an execution is compared with means nothing then.
    """
    if "lookups" in case.world.subject.without:
        return []
    versions = zip(case.reference.unasked, case.reference.versions, strict=False)
    for version, (unasked, asked) in enumerate(versions):
        found = differ_observed((unasked,), (asked,))
        if found is not None and not found.only_order:
            return [Breach(
                "LKP-1", CHECK, _WRITTEN,
                f"{found.label} of version {version}: expected {found.expected} as without "
                f"them, got {found.got}, alone on one thread",
                method="lookup",
            )]  # fmt: skip
    return []


def is_stale_at_rest(breach: Breach) -> bool:
    """Return whether a breach says that the machine at rest shows an older state."""
    return ("when", "at rest") in breach.evidence


def is_beside_writes(breach: Breach) -> bool:
    """Return whether a write was in flight beside the lookup that a breach is about."""
    return dict(breach.evidence).get("in flight", "nothing else") != "nothing else"


def is_beside_recover(breach: Breach) -> bool:
    """Return whether a recover was in flight beside the lookup that a breach is about."""
    return "recover to version" in dict(breach.evidence).get("in flight", "")


def may_be_stale(breach: Breach) -> bool:
    """Return whether a mixture is also the answer of an older state, as an emptied one is."""
    return any(name == OLDER for name, _ in breach.evidence)


def as_written(breach: Breach) -> Breach:
    """Return the breach of a machine at rest as that of a lookup that wrote to it."""
    return replace(breach, clause="LKP-1", title=_WRITTEN, evidence=())


def as_lost(breach: Breach) -> Breach:
    """Return the breach of a machine at rest as that of updates whose own threads disagree."""
    title = "the state is another when the machine's own threads take turns otherwise"
    return replace(breach, clause="UPD-1", title=title, method="update", evidence=())


def as_threaded(breach: Breach) -> Breach:
    """Return the breach of a machine at rest as that of updates on a thread of their own."""
    title = "the state is another after updates on a thread of their own"
    return replace(breach, clause="THR-1", title=title, method="update", evidence=())


def is_disturbance(breach: Breach) -> bool:
    """Return whether a breach says that something beside the updates changed their outcome."""
    clauses = ("LKP-1", "SAV-3", "HSH-2", "REC-1")
    return breach.check == CHECK and breach.clause in clauses and breach.title != _WRITTEN


def _images(case: Case) -> list[Breach]:
    """Compare what is recovered from each image with the states at its prepare."""
    for seen_as in case.run.saved:
        saved = seen_as[0]
        met = any(
            other.overlaps(saved.call) or other.began > prepared_at(case, saved.call)
            for other in case.run.history.of(Update)
            if other.began < (saved.call.ended or 0)
        )
        if met and case.reference.is_visible():
            case.world.tally.saw("SAV-1", "PRE-2")
        texts = [text for one in seen_as if (text := _image_differs(case, one))]
        if len(texts) == len(seen_as):
            ask = Ask(case.world, case.plan, case.reference)
            # Where an image made alone is as wrong, the overlap is not to blame (SAV-4).
            if any(restart_at(ask, one.version) for one in seen_as):
                return []
            is_alone = not met and case.plan.is_bare and not case.has_own_threads
            return [_bad_image(case, seen_as, texts, is_alone=is_alone)]
    return []


def _image_differs(case: Case, saved: Saved) -> tuple[str, str] | None:
    """Return what was expected of an image and what came, where the two differ."""
    if saved.error:
        return "an image that can be recovered and go on", saved.error
    reference = case.reference
    if saved.seen is None:
        return None
    found = differ_observed((reference.versions[saved.version],), (saved.seen,))
    if found is not None:
        return None if found.only_order else (f"{found.label} = {found.expected}", found.got)
    entries = range(saved.version, len(case.plan.log))
    for entry, got in zip(entries, saved.results, strict=False):
        if got != reference.results[entry]:
            command = describe_command(case.plan.log[entry].cmd, case.world.subject)
            expected = show(reference.results[entry])
            return f"entry {entry + 1}, {command}, to give {expected}", show(got)
    if saved.last is None:
        return None
    found = differ_observed(reference.life.observations[-1:], (saved.last,))
    if found is None or found.only_order:
        return None
    return f"{found.label} = {found.expected} after the rest of the log", found.got


def _bad_image(
    case: Case, seen_as: Sequence[Saved], texts: Sequence[tuple[str, str]], *, is_alone: bool
) -> Breach:
    saved, (expected, got) = seen_as[0], texts[0]
    if len(texts) > 1:
        got += f"; prepare returned at version {seen_as[-1].version}: expected {texts[-1][0]}, "
        got += f"got {texts[-1][1]}"
    regular = case.world.kind is Kind.REGULAR
    if is_alone:
        return Breach(
            "THR-1", CHECK, "an image is of another state when another thread makes it",
            f"prepared and saved with nothing beside, on another thread than update's: expected "
            f"{expected}, got {got}",
            method="save_snapshot" if regular else "prepare_snapshot",
        )  # fmt: skip
    clause, title = (
        ("SAV-2", "an image is not the state at its save")
        if regular
        else ("SAV-1", "an image is not of the state at prepare")
    )
    why = (
        f"; prepare_snapshot handed out {saved.shared}, which update changes"
        if saved.shared
        else ""
    )
    return Breach(
        clause, CHECK, title,
        f"recovered from an image prepared at version {saved.version}: expected {expected}, "
        f"got {got}{why}",
        method="prepare_snapshot" if saved.shared else "save_snapshot",
        evidence=_shared(saved),
    )  # fmt: skip


def _shared(saved: Saved) -> tuple[tuple[str, str], ...]:
    if saved.shared:
        return (("path", saved.shared),)
    return ((SHARES, saved.held),) if saved.held else ()


def _reads(case: Case) -> list[Breach]:
    verdict = check_reads(
        case.plan,
        case.run.history,
        case.reference,
        check=CHECK,
        batches=case.world.profile.batches,
        describe=lambda cmd: describe_command(cmd, case.world.subject),
    )
    for clause, times in verdict.exercised.items():
        case.world.tally.saw(clause, times=times)
    alone = not has_overlaps(case)
    return [
        crash(case, blame.call)
        if breach.clause == "CRA-1" and alone
        else replace(breach, evidence=(*breach.evidence, ("moment", str(blame.call.began))))
        for breach, blame in zip(verdict.breaches, verdict.blamed, strict=True)
    ]


def _hashes(case: Case) -> list[Breach]:
    asked = case.run.history.of(Hash)
    if not asked:
        return []
    case.world.tally.saw("HSH-1", times=len(asked))
    return check_hashes(case.run.history, case.reference.hashes, check=CHECK)


def _live_answers(case: Case) -> list[Breach]:
    """Report answers that changed after they were given."""
    if case.run.history.of(Lookup) and case.reference.is_visible():
        case.world.tally.saw("LKP-3")
    for call, now in case.run.changed_answers:
        assert call.outcome is not None
        return [Breach(
            "LKP-3", CHECK, "an answer is a live view of the state",
            f"expected an answer to stay as it was given, {call.outcome.value.text}, it became "
            f"{now} "
            "after later updates: return a copy",
            method="lookup",
        )]  # fmt: skip
    return []


def _lost_snapshots(case: Case) -> list[Breach]:
    """Report a snapshot that the host drops because something ran beside it."""
    for call in case.run.history.of(Prepare, Save):
        outcome = call.outcome
        if outcome is None or not outcome.raised or outcome.error == "SnapshotAborted":
            continue
        if beside_of(case, call) and not drops_alone(Ask(case.world, case.plan, case.reference)):
            return [replace(crash(case, call), severity=Severity.HAZARD)]
    return []
