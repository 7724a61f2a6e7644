"""One side of a comparison: a process that runs models under one tool when it is told to.

Each line of standard input is a request, ``["many", "counter", 100, 7]`` for 100 executions from
seed 7 on, or ``["first", "counter", 500, 7]`` for a search of at most 500 that ends with the
first bug. The answer is a line with the seconds, the executions that were made and how many of
them went wrong. Tools patch what they find, so no two of them share a process.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from models import MODELS, Model

Side = Callable[[Model, int, int, bool], tuple[int, int]]
"""Run a model so often from a seed, up to the first bug only if asked; executions and failures."""

LIMIT_OPERATIONS = 300
"""Where frontrun's random mode cuts an execution off; the models need fewer."""


def _frontrun(model: Model, seed: int, *, is_random: bool, limit: int, holds: Any) -> Any:
    frontrun: Any = importlib.import_module("frontrun")  # no dependency, so not known to checkers
    arguments: dict[str, Any] = {"stop_on_first": False, "total_timeout": 20.0}
    if is_random:
        arguments = {
            "strategy": "random", "max_attempts": limit, "max_ops": LIMIT_OPERATIONS, "seed": seed
        }  # fmt: skip
    elif holds is model.invariant:
        arguments = {}
    return frontrun.explore(
        setup=model.setup, workers=list(model.workers), invariant=holds, reproduce_on_failure=0,
        **arguments,
    )  # fmt: skip


def frontrun_side(*, is_random: bool) -> Side:
    """Return frontrun in its random mode, or its partial-order reduction."""

    def run(model: Model, limit: int, seed: int, to_first: bool) -> tuple[int, int]:
        made, wrong = 0, 0

        def counts(it: Any) -> bool:
            nonlocal wrong
            wrong += not model.invariant(it)
            return True  # it stops at the first failure, and we want them counted

        while made < limit:
            result = _frontrun(
                model, seed + made, is_random=is_random, limit=limit - made,
                holds=model.invariant if to_first else counts,
            )  # fmt: skip
            made += result.num_explored
            wrong += result.property_holds is False  # a deadlock, at which it stops nevertheless
            if to_first:
                break
        return made, wrong

    return run


def interleave_side() -> Side:
    """Return interleave-test in its random mode."""
    interleave: Any = importlib.import_module("interleave_test")

    def run(model: Model, limit: int, seed: int, to_first: bool) -> tuple[int, int]:
        wrong = 0

        def program() -> None:
            nonlocal wrong
            it = model.setup()
            threads = [interleave.spawn(worker, it) for worker in model.workers]
            for thread in threads:
                thread.join()
            wrong += not model.invariant(it)
            assert not (to_first and wrong)

        made = 0
        while made < limit:
            try:
                made += interleave.explore(
                    program, iterations=limit - made, seed=seed + made, strategy="random",
                    granularity="opcode", timeout=5.0,
                ).schedules_run  # fmt: skip
            except interleave.InterleaveError as error:
                made += error.failure.iteration + 1
                wrong += not to_first
                if to_first:
                    return made, 1
            if to_first:
                break
        return made, wrong

    return run


def smcheck_side(*, is_random: bool) -> Side:
    """Return smcheck under its random walk or its portfolio; calls and returns are recorded."""
    import smcheck
    from smcheck.engine.program import Failure, Program, judge, stuck_failure
    from smcheck.history import History, Outcome
    from smcheck.plan import Lookup
    from smcheck.runtime.execution import Execution
    from smcheck.runtime.executor import Executor
    from smcheck.runtime.series import Round
    from smcheck.runtime.traced import Traced
    from smcheck.schedulers.adaptive import AdaptiveScheduler
    from smcheck.schedulers.protocol import Scheduler
    from smcheck.schedulers.random_walk import RandomWalkScheduler
    from smcheck.values import freeze

    executor = Executor(Traced.of(["models"]))
    nothing = Outcome(freeze(None))
    searches: dict[int, Scheduler] = {}  # slices of one model are one search
    operations = [Lookup(number) for number in range(16)]  # as a plan has them

    def many(model: Model, limit: int, scheduler: Scheduler) -> int:
        """Run a model so often and return how often it went wrong."""
        wrong, left, it = 0, limit, None
        program = Program(model.setup, model.workers, model.invariant)

        def step(made: Execution | None) -> Round | None:
            nonlocal wrong, left, it
            if made is not None:
                wrong += failure(made) is not None
            if not left:
                return None
            left -= 1
            history, it = History(), model.setup()

            def body(task: int) -> None:
                call = history.begin(task, 0, operations[task])
                model.workers[task](it)
                history.end(call, nothing)

            bodies = [partial(body, task) for task in range(len(model.workers))]
            return Round(bodies, scheduler)

        def failure(made: Execution) -> Failure | None:
            if made.halted:
                raise RuntimeError(f"expected an execution to its end, got {made.halted}")
            if made.stuck is not None:
                return stuck_failure(made.stuck)
            return judge(program, made, it, executor.traced)

        executor.repeat(step)
        return wrong

    def run(model: Model, limit: int, seed: int, to_first: bool) -> tuple[int, int]:
        if to_first:
            found = smcheck.explore(
                model.setup, model.workers, invariant=model.invariant, executions=limit, seed=seed
            )
            return found.executions, int(found.verdict is smcheck.Verdict.VIOLATED)
        make = RandomWalkScheduler if is_random else AdaptiveScheduler
        scheduler = searches.setdefault(id(model), make(seed))
        with executor.together():
            return limit, many(model, limit, scheduler)

    return run


SIDES: dict[str, Callable[[], Side]] = {
    "smcheck, random walk": lambda: smcheck_side(is_random=True),
    "smcheck, portfolio": lambda: smcheck_side(is_random=False),
    "frontrun, random": lambda: frontrun_side(is_random=True),
    "frontrun, DPOR": lambda: frontrun_side(is_random=False),
    "interleave-test, random": interleave_side,
}


def main() -> None:
    """Answer requests until there are no more."""
    run = SIDES[sys.argv[1]]()
    for line in sys.stdin:
        what, name, executions, seed = json.loads(line)
        started = time.perf_counter()
        made, wrong = run(MODELS[name], executions, seed, what == "first")
        print(json.dumps([time.perf_counter() - started, made, wrong]), flush=True)


if __name__ == "__main__":
    main()
