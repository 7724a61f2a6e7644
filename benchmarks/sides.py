"""One side of a comparison: a process that runs models under one tool when it is told to.

Each line of standard input is a request, ``["counter", 100, 7]``: model, executions, seed. The
answer is a line with the seconds, the executions that were made and how many of them went wrong.
Tools patch what they find, so no two of them share a process.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable
from typing import Any

Answer = tuple[float, int, int]
Side = Callable[[str, int, int], Answer]

LIMIT_OPERATIONS = 300
"""Where frontrun's random mode cuts an execution off; the models need fewer."""


def frontrun_side() -> Side:
    """Return frontrun's random mode."""
    frontrun: Any = importlib.import_module("frontrun")  # no dependency, so not known to checkers
    from models import MODELS

    def run(name: str, executions: int, seed: int) -> Answer:
        model, made, wrong = MODELS[name], 0, 0

        def is_held(it: Any) -> bool:
            nonlocal wrong
            wrong += not model.invariant(it)
            return True  # it stops at the first failure, and we want them counted

        started = time.perf_counter()
        while made < executions:
            result = frontrun.explore(
                setup=model.setup,
                workers=list(model.workers),
                invariant=is_held,
                strategy="random",
                max_attempts=executions - made,
                max_ops=LIMIT_OPERATIONS,
                reproduce_on_failure=0,
                seed=seed + made,
            )
            made += result.num_explored
            wrong += result.property_holds is False  # a deadlock, at which it stops nevertheless
        return time.perf_counter() - started, made, wrong

    return run


def smcheck_side() -> Side:
    """Return smcheck's runtime under its random walk, calls and returns recorded."""
    from models import MODELS
    from smcheck.history import History, Outcome
    from smcheck.plan import Lookup
    from smcheck.runtime.executor import Executor
    from smcheck.runtime.traced import Traced
    from smcheck.schedulers.random_walk import RandomWalkScheduler
    from smcheck.values import freeze

    executor = Executor(Traced.of(["models"]))
    nothing = Outcome(freeze(None))

    def execute(name: str, scheduler: RandomWalkScheduler) -> bool:
        """Run a model once and return whether it went wrong."""
        model, history = MODELS[name], History()

        def body(task: int) -> None:
            call = history.begin(task, 0, Lookup(task))
            model.workers[task](it)
            history.end(call, nothing)

        with executor.session() as session:
            it = session.alone(model.setup)
            bodies = [lambda task=task: body(task) for task in range(len(model.workers))]
            execution = session.run(bodies, scheduler)
        if execution.halted:
            raise RuntimeError(f"{name}: expected an execution to its end, got {execution.halted}")
        return execution.stuck is not None or not model.invariant(it)

    def run(name: str, executions: int, seed: int) -> Answer:
        scheduler = RandomWalkScheduler(seed=seed)
        started = time.perf_counter()
        with executor.together():
            wrong = sum(execute(name, scheduler) for _ in range(executions))
        return time.perf_counter() - started, executions, wrong

    return run


SIDES = {"frontrun": frontrun_side, "smcheck": smcheck_side}


def main() -> None:
    """Answer requests until there are no more."""
    run = SIDES[sys.argv[1]]()
    for line in sys.stdin:
        name, executions, seed = json.loads(line)
        print(json.dumps(run(name, executions, seed)), flush=True)


if __name__ == "__main__":
    main()
