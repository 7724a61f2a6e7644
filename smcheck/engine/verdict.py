"""Draw the conclusion of a check: three answers, and what was not checked.

*Held* needs every family the subject can have, in at least ten plans each, and every
circumstance that is on by default. What was not exercised is *not checked*, never *held*.
"""

from __future__ import annotations

from collections import Counter

from smcheck.contract.families import FAMILIES, clauses_of, families_of
from smcheck.engine.reads import READS, unused_reads
from smcheck.engine.world import World
from smcheck.finding import NOT_CHECKED, ClauseStatus, Severity, SubjectReport, Verdict

MINIMUM_PLANS = 10
_LONGER_S = 60
_NO_STATES = (
    "states were not compared: no answer of lookup ever changed; ask for what updates change, and "
    "answer in plain data"
)


def conclude(
    report: SubjectReport,
    world: World,
    families: Counter[str],
    only: frozenset[str] = frozenset(),
    *,
    late: bool = False,
) -> None:
    """Fill in clauses, reasons and verdict of ``report`` from what was done.

    Args:
        families: Plans in which each family was exercised.
        only: Clauses that were asked for, empty for all.
        late: No further plan was drawn because the time was over.
    """
    if not only or READS in only:
        report.findings += [
            f.weighed(world.subject.known) for f in unused_reads(world, report.findings)
        ]
    count_clauses(report, world)
    fails = any(f.breach.severity is Severity.VIOLATION for f in report.findings)
    report.reasons += [*world.doubts(), *world.tally.notes.values()]
    if fails:
        report.verdict = Verdict.VIOLATED
        return
    short = _too_few(
        families_of(world.kind, world.lacks), families, only, _why_late(report) if late else ""
    )
    left_out = world.choice.left_out()
    if left_out:
        short.append(f"not varied, as asked: {', '.join(left_out)}")
    report.reasons += short
    if not world.tally.states:
        report.reasons.append(_NO_STATES)
    doubtful = bool(short) or bool(world.doubts())
    report.verdict = Verdict.INCONCLUSIVE if doubtful else Verdict.HELD


def count_clauses(report: SubjectReport, world: World) -> None:
    """Fill in how often each clause was exercised so far, and how it stands."""
    # What is known does not fail, and its clause is no more held than before.
    broken = {f.breach.clause for f in report.findings if f.breach.severity != Severity.HAZARD}
    for clause in clauses_of(world.kind, world.lacks):
        times = max(world.tally.exercised[clause], int(clause in broken))
        held = Verdict.HELD if times else NOT_CHECKED
        verdict = Verdict.VIOLATED if clause in broken else held
        report.clauses[clause] = ClauseStatus(times, str(verdict))


def _why_late(report: SubjectReport) -> str:
    is_short = report.stats.seconds < _LONGER_S / 2
    return f"; the time was over: try {f'--time {_LONGER_S}s' if is_short else 'a longer --time'}"


def _too_few(
    wanted: tuple[str, ...], families: Counter[str], only: frozenset[str], late: str
) -> list[str]:
    """Say which families were exercised in too few plans for a verdict, and why."""
    reasons = []
    for family in wanted:
        if only and not only & set(FAMILIES[family]):
            continue
        plans = families[family]
        if plans < MINIMUM_PLANS:
            why = late or ("" if plans else "; nothing that was drawn put it to the test")
            reasons.append(
                f"{family.replace('_', ' ')}: exercised in {plans} plan{'s' * (plans != 1)}, "
                f"{MINIMUM_PLANS} are the minimum{why}"
            )
    return reasons
