"""Judge the hashes of a history: each is that of a version the state had meanwhile."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.checkers._windows import timeline_of
from smcheck.finding import Breach
from smcheck.history import History
from smcheck.plan import Hash
from smcheck.values import Frozen


def check_hashes(
    history: History, expected: Sequence[Frozen], *, check: str = "hashes"
) -> list[Breach]:
    """Judge every hash that was returned.

    Args:
        expected: The hash of each version, asked alone; by length of the log.
        check: Name that the breaches carry.

    Returns:
        The first breach: HSH-1, or CRA-1 where the call raised and does not alone.
    """
    timeline = timeline_of(history)
    for window in timeline.windows(history, Hash):
        outcome = window.call.outcome
        if window.lost or outcome is None:
            continue
        versions = timeline.versions[window.low : window.high + 1]
        wanted = {expected[version].text for version in versions}
        if outcome.value.text in wanted:
            continue
        clause, title = "HSH-1", "the hash beside other calls is that of no version"
        if outcome.raised:
            clause, title = "CRA-1", "get_hash raises beside other calls, which it does not alone"
        numbers = str(versions[0]) if len(versions) == 1 else f"{versions[0]}..{versions[-1]}"
        return [Breach(
            clause, check, title,
            f"expected the hash of version {numbers}, {' or '.join(sorted(wanted))}, "
            f"got {outcome.value.text}",
            method="get_hash", error=outcome.error,
        )]  # fmt: skip
    return []
