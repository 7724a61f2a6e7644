"""What a campaign came to, as its store tells it, for comparing one way of running with another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smcheck.campaign.records import StoredFinding
from smcheck.campaign.store import Store


@dataclass(frozen=True)
class Outcome:
    """All that does not hang on the clock.

    Attributes:
        findings: Target, signatures and in how many stints it was met.
        done: Stints, plans, executions and operations, by target.
        plans: Of the corpus, by target: digests, each with the bytes of the case.
        behaviour: What was seen, by target and kind.
    """

    findings: list[tuple[str, tuple[str, ...], int]]
    done: dict[str, tuple[int, ...]]
    plans: dict[str, dict[str, bytes]]
    behaviour: dict[str, dict[str, set[int]]]


def outcome_of(folder: Path, targets: Sequence[str]) -> Outcome:
    """Return what is in a store."""
    with Store.open(folder, create=False) as store:
        done = {target: Counter[str]() for target in targets}
        for run in store.runs():
            for moment in store.progress(run.id):
                for name in _COUNTS:
                    done[moment.target][name] += getattr(moment.effort, name)
        # Which signature is first hangs on who met the finding first.
        names = [(one, tuple(sorted(one.signatures))) for one in store.findings()]
        return Outcome(
            sorted((one.target, signatures, one.count) for one, signatures in names),
            {target: tuple(counts[name] for name in _COUNTS) for target, counts in done.items()},
            {one: {seed.digest: seed.case for seed in store.seeds_of(one)} for one in targets},
            {target: store.features_of(target) for target in targets},
        )


_COUNTS = ("stints", "plans", "executions", "operations")


def run_in(folder: Path) -> str:
    """Return the id of the latest run in a store."""
    with Store.open(folder, create=False) as store:
        return max(store.runs(), key=lambda run: run.began_at).id


def findings_in(folder: Path) -> list[StoredFinding]:
    """Return the findings in a store."""
    with Store.open(folder, create=False) as store:
        return store.findings()
