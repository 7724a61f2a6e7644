"""Count executions to the first bug of each port of SCTBench, under each way of scheduling.

    python benchmarks/schedules_to_bug.py                    print the table
    python benchmarks/schedules_to_bug.py --seeds 5 stack    some seeds, some ports

Counts depend on seeds only, never on the computer or its load. ``performance.py`` writes them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import closing
from statistics import median

from pages import table
from sctbench import PORTS, PUBLISHED, Port
from smcheck.engine.program import Program, Ran
from smcheck.engine.runs import Ask, Runs, carry_out
from smcheck.engine.search import Search, Tally
from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced
from smcheck.schedulers.adaptive import AdaptiveScheduler
from smcheck.schedulers.lengths import Lengths
from smcheck.schedulers.pct import PctScheduler
from smcheck.schedulers.pos import PosScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.schedulers.uniform import UniformScheduler

LIMIT = 10_000
WAYS: dict[str, Callable[[int, Lengths], Scheduler]] = {
    "portfolio": lambda seed, _: AdaptiveScheduler(seed),
    "POS": lambda seed, _: PosScheduler(seed),
    "PCT 3": lambda seed, lengths: PctScheduler(seed, depth=3, lengths=lengths),
    "URW": lambda seed, lengths: UniformScheduler(seed, lengths=lengths),
}


def _once(scheduler: Scheduler) -> Runs[Ran]:
    return (yield Ask(scheduler))


def count(port: Port, way: str, seed: int, executor: Executor) -> int | None:
    """Return how many executions the first failure took, ``None`` if none came in time.

    As in ``smcheck.explore`` the program runs once before, which shows how long its tasks are.
    That is not counted, unless running on without a deviation fails already.
    """
    program, lengths = Program(port.setup, port.workers, port.invariant), Lengths()
    scheduler = WAYS[way](seed, lengths)
    first = scheduler if isinstance(scheduler, AdaptiveScheduler) else ReplayScheduler(())
    trial = carry_out(_once(first), program, executor)
    lengths.observe(trial.execution.points)
    if isinstance(scheduler, AdaptiveScheduler):
        scheduler.learn(trial.execution.points)
    if trial.failure is not None and way != "POS":
        return 1
    tally = Tally()
    # What is found is not made small here: the search ends with the first failure.
    search = Search(LIMIT, minimises=False).search(scheduler, tally)
    carry_out(search, program, executor)
    return tally.executions if tally.failed else None


def measure(names: list[str], seeds: int) -> Iterator[tuple[str, dict[str, list[int | None]]]]:
    """Yield each port with its counts, by way of scheduling and in the order of the seeds."""
    with closing(Executor(Traced.of(["sctbench"]))) as executor:
        for name in names:
            yield (
                name,
                {
                    way: [count(PORTS[name], way, seed, executor) for seed in range(seeds)]
                    for way in WAYS
                },
            )


def row(name: str, counts: dict[str, list[int | None]]) -> list[str]:
    """Return a row of the table: median and maximum of each way, then what is published."""
    cells = [f"`{name}`"]
    for found in counts.values():
        known = [LIMIT if one is None else one for one in found]
        missed = sum(one is None for one in found)
        worst = f"{missed} never" if missed else f"{max(known):,}"
        cells.append(f"{median(known):,.1f} ({worst})")
    published = PUBLISHED.get(name, ())
    cells += ["never" if one is None else f"{one:,}" for one in published] or ["", "", ""]
    return cells


def lines(found: dict[str, dict[str, list[int | None]]]) -> list[str]:
    """Return the table."""
    heads = ["port", *WAYS, "PCT 3, published", "POS, published", "RFF, published"]
    return table(heads, [row(name, counts) for name, counts in found.items()])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("ports", nargs="*", help="only these")
    parser.add_argument("--seeds", type=int, default=30)
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.ports if name not in PORTS]:
        parser.error(f"expected ports among {', '.join(PORTS)}, got {', '.join(unknown)}")
    for name, counts in measure(arguments.ports or [*PORTS], arguments.seeds):
        print(lines({name: counts})[2], flush=True)


if __name__ == "__main__":
    main()
