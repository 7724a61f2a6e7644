"""Search the interleavings of any threaded Python object, no contract involved."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from inspect import isasyncgenfunction, iscoroutinefunction, isgeneratorfunction
from math import inf
from typing import Any, TypeGuard, TypeVar

from smcheck.engine.program import NotSetUp, Program, set_up
from smcheck.engine.runs import Ask, Runs, carry_out
from smcheck.engine.search import Found, Search, Tally
from smcheck.engine.unproved import unproved
from smcheck.errors import UsageError
from smcheck.exploration import Covered, Exploration
from smcheck.finding import Verdict
from smcheck.report.exploration_text import tell
from smcheck.runtime.executor import Executor
from smcheck.runtime.tasks import TaskDied, current_task
from smcheck.runtime.traced import Traced
from smcheck.schedule import Deviation, Schedule
from smcheck.schedulers.adaptive import AdaptiveScheduler
from smcheck.schedulers.exhaustive import ExhaustiveScheduler
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.reduced import ReducedScheduler
from smcheck.schedulers.replay import ReplayScheduler

T = TypeVar("T")

_BLOCKED_S = 0.5
"""Seconds without a step after which a worker counts as blocked in a call that is not modelled."""
GRANULARITIES = ("auto", "line", "opcode", "call")


def explore(
    setup: Callable[[], T],
    workers: Sequence[Callable[[T], object]],
    *,
    invariant: Callable[[T], object] | None = None,
    executions: int = 1000,
    seconds: float | None = None,
    seed: int = 0,
    granularity: str = "auto",
    exhaustive: float | None = None,
    trace: Iterable[str] = (),
    schedule: Iterable[tuple[int, int, int] | Deviation] | None = None,
    stop_on_first: bool = True,
) -> Exploration:
    """Run ``workers`` on a fresh object again and again, each time in another order.

    Exactly one of them runs at a time; where they take turns is decided at points in the code
    of the modules of ``setup``, of the workers and of the object's class. Everything that
    blocks is modelled, time too.

    Args:
        setup: Makes the object; called for every execution.
        workers: Each is called with it in a thread of its own.
        invariant: Called with it at the end; a false answer is a failure. Without one only
            exceptions, deadlocks and lost wakeups are.
        executions: How many, at most.
        seconds: Wall time after which it stops; then there is no answer unless it failed.
        seed: Of the schedules; the same one gives the same executions.
        granularity: ``auto`` for points where shared state may be touched, ``line``,
            ``opcode`` or ``call``.
        exhaustive: Run every schedule of at most so many deviations instead, however many
            there are; a pass is a proof. ``math.inf`` for all, but for schedules that only swap
            steps which do not matter to each other.
        trace: Further modules or packages whose code has points.
        schedule: Run only this one, as ``Exploration.schedule`` gives it.
        stop_on_first: Stop at the first failure.

    Returns:
        What came out; ``Exploration.assert_held`` raises with the explanation.

    Raises:
        UsageError: An argument is not what it must be, ``setup`` raises, or nothing of
            what runs is Python code that can be switched in.

    Example::

        class Counter:
            value = 0

            def increment(self):
                before = self.value
                self.value = before + 1

        result = smcheck.explore(
            Counter, [Counter.increment] * 2, invariant=lambda it: it.value == 2
        )
        result.assert_held()  # raises, and tells of a schedule with one deviation
    """
    _validate(setup, workers, invariant, granularity, executions, exhaustive, seed, seconds)
    if schedule is not None and exhaustive is not None:
        raise UsageError("explore: expected schedule or exhaustive, got both: leave one out")
    if current_task() is not None:
        raise UsageError(
            "explore: expected to be called from outside, got a call inside of what is explored "
            "or checked already: one at a time"
        )
    trace = _known(trace)
    program = Program(setup, tuple(workers), invariant)
    try:
        executor = _executor(program, trace, granularity)
        with closing(executor):
            if not executor.traced.codes():
                raise UsageError(
                    f"explore: expected Python code of setup, workers or the object's class to "
                    f"switch in, got none in {', '.join(executor.traced.names) or 'any module'}: "
                    "name the modules in trace="
                )
            return _explored(
                program, executor, executions=executions, seconds=seconds, seed=seed,
                exhaustive=exhaustive, schedule=schedule, stop_on_first=stop_on_first,
            )  # fmt: skip
    except TaskDied as error:
        raise error.cause from None  # such as what pytest.fail raises, or Ctrl-C
    except NotSetUp as error:
        raise UsageError(
            f"explore: expected setup to return an object, {error}: mend it"
        ) from error


def _explored(
    program: Program, executor: Executor, *, executions: int, seconds: float | None, seed: int,
    exhaustive: float | None, schedule: Iterable[Any] | None, stop_on_first: bool,
) -> Exploration:  # fmt: skip
    until_s = None if seconds is None else time.monotonic() + seconds
    tally = Tally()
    scheduler: Scheduler = AdaptiveScheduler(seed)
    if schedule is not None:
        scheduler, executions = ReplayScheduler(_schedule(schedule)), 1
    elif exhaustive is not None:
        scheduler = (
            ReducedScheduler() if exhaustive == inf else ExhaustiveScheduler(int(exhaustive))
        )
    if schedule is None:
        search = Search(executions, until_s, stop_on_first, checked=seed)
        runs = _searched(search, scheduler, tally)
    else:
        runs = Search(executions, until_s, stop_on_first).search(scheduler, tally)
    found = carry_out(runs, program, executor)
    unsure = tally.loose or tally.doubts or tally.is_forced
    bound = None if found or unsure else _bound(scheduler)
    against = "" if bound is None else _against(executor, tally)
    if against:
        bound = None
    covered = Covered(executor.granularity, len(tally.schedules), tally.deepest, bound)
    verdict = _verdict(found, tally)
    short = ""
    if verdict is Verdict.HELD and exhaustive is not None and bound is None:
        short = f"no proof: {against or 'the walk did not come to all that it planned'}"
    elif verdict is Verdict.HELD and isinstance(scheduler, ReplayScheduler) and scheduler.missed:
        short = "the schedule names moments that the program did not come to"
    if short:
        verdict = Verdict.INCONCLUSIVE
    text = tell(verdict, program, found, tally, covered, seed=seed)
    return Exploration(
        verdict, tally.executions, found.schedule if found else (),
        f"{text}\n{short}" if short else text, covered,
    )  # fmt: skip


def _searched(search: Search, scheduler: Scheduler, tally: Tally) -> Runs[Found | None]:
    """Search; an execution before that fills the program's caches and tells its length."""
    is_adaptive = isinstance(scheduler, AdaptiveScheduler)
    trial = yield Ask(scheduler if is_adaptive else ReplayScheduler(()))
    if isinstance(scheduler, AdaptiveScheduler):
        scheduler.learn(trial.execution.points)
    return (yield from search.search(scheduler, tally, trial=trial))


def _against(executor: Executor, tally: Tally) -> str:
    """Return what stands against a proof though everything was walked."""
    if tally.is_muted:
        return "there are no switches inside logging, weak references and __repr__"
    return unproved(executor.traced)


def _bound(scheduler: Scheduler) -> float | None:
    """Return up to how many deviations a scheduler has walked everything."""
    if isinstance(scheduler, ExhaustiveScheduler):
        return scheduler.bound if scheduler.is_done and not scheduler.missed else None
    if isinstance(scheduler, ReducedScheduler):
        return inf if scheduler.is_done and not scheduler.differs else None
    return inf if isinstance(scheduler, AdaptiveScheduler) and scheduler.is_proof else None


def _verdict(found: Found | None, tally: Tally) -> Verdict:
    if found is not None:
        return Verdict.VIOLATED
    unsure = tally.doubts or tally.is_late or tally.loose or not tally.executions
    return Verdict.INCONCLUSIVE if unsure else Verdict.HELD


def _executor(program: Program, trace: Iterable[str], granularity: str) -> Executor:
    """Return an executor for the modules of what is run; a first object tells its own."""
    makers: list[object] = [program.setup, *program.workers, program.invariant]

    def made(names: list[str]) -> Executor:
        # Their closures may hold locks, which no module knows of.
        roots = [(f"argument {number}", maker) for number, maker in enumerate(makers)]
        return Executor(
            Traced.of(names), granularity=granularity, timeout_s=_BLOCKED_S, roots=roots
        )

    names = list(dict.fromkeys([*_own(map(_module_of, makers[:-1])), *trace]))
    if _is_plain_class(program.setup):
        return made(list(dict.fromkeys([*names, *_modules_of(program.setup)])))
    executor = made(names)
    try:
        with executor.session() as session:
            shared = type(set_up(program, session))
    except BaseException:
        executor.close()
        raise
    wider = list(dict.fromkeys([*names, *_modules_of(shared)]))
    if wider == names:
        return executor
    executor.close()
    return made(wider)


def _is_plain_class(setup: object) -> TypeGuard[type]:
    """Return whether a call of it can give nothing but an instance."""
    if not isinstance(setup, type):
        return False
    made_by = _definer(type.mro(setup), "__new__"), _definer(type.mro(type(setup)), "__call__")
    return made_by == (object, type)


def _definer(classes: Sequence[type], name: str) -> type:
    return next(cls for cls in classes if name in vars(cls))


def _modules_of(cls: type) -> list[str]:
    return _own(base.__module__ for base in type.mro(cls))


def _known(trace: Iterable[str]) -> tuple[str, ...]:
    if isinstance(trace, str):
        raise UsageError(f"explore: expected trace to be names of modules, got {trace!r}: list it")
    names = tuple(trace)
    for name in names:
        if name not in sys.modules:
            raise UsageError(
                f"explore: expected trace to name modules that are imported, got {name!r}: "
                "import it first"
            )
    return names


def _own(names: Iterable[str]) -> list[str]:
    return [n for n in dict.fromkeys(names) if n.partition(".")[0] not in sys.stdlib_module_names]


def _module_of(maker: object) -> str:
    while isinstance(maker, partial):
        maker = maker.func
    return str(getattr(maker, "__module__", None) or type(maker).__module__)


def _schedule(given: Iterable[Any]) -> Schedule:
    try:
        return tuple(d if isinstance(d, Deviation) else Deviation(*map(int, d)) for d in given)
    except (TypeError, ValueError) as error:
        raise UsageError(
            f"explore: expected schedule to be deviations or triples of task, point and next "
            f"task, got {given!r}: pass what Exploration.schedule gave"
        ) from error


def _validate(
    setup: object, workers: object, invariant: object, granularity: str,
    executions: int, exhaustive: float | None, seed: object, seconds: float | None,
) -> None:  # fmt: skip
    if not isinstance(workers, Sequence):
        raise UsageError(f"explore: expected workers to be a sequence, got {workers!r}")
    for name, value in (("setup", setup), *((f"workers[{n}]", w) for n, w in enumerate(workers))):
        if not callable(value):
            raise UsageError(f"explore: expected {name} to be callable, got {value!r}")
        if _is_lazy(value):
            raise UsageError(
                f"explore: expected {name} to be a function that runs when it is called, got "
                f"{value!r}, a generator or coroutine: call it in one that runs it to its end"
            )
    if not isinstance(seed, int):
        raise UsageError(f"explore: expected seed to be a number, got {seed!r}")
    if seconds is not None and not _is_span(seconds):
        raise UsageError(f"explore: expected seconds to be 0 or more, got {seconds!r}")
    if not workers:
        raise UsageError("explore: expected one worker or more, got none: pass what shall run")
    if invariant is not None and not callable(invariant):
        raise UsageError(f"explore: expected invariant to be callable, got {invariant!r}")
    if granularity not in GRANULARITIES:
        known = ", ".join(GRANULARITIES)
        raise UsageError(f"explore: expected granularity to be one of {known}, got {granularity!r}")
    if not _is_number(executions) or executions < 1:
        raise UsageError(f"explore: expected executions to be 1 or more, got {executions!r}")
    if exhaustive not in (None, inf) and (not _is_number(exhaustive) or exhaustive < 0):
        raise UsageError(
            f"explore: expected exhaustive to be a number of deviations or math.inf, "
            f"got {exhaustive!r}"
        )


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_span(value: object) -> bool:
    return isinstance(value, (int, float)) and value >= 0


def _is_lazy(function: object) -> bool:
    """Return whether calling a function runs none of its lines."""
    while isinstance(function, partial):
        function = function.func
    kinds = (isgeneratorfunction, iscoroutinefunction, isasyncgenfunction)
    return any(is_kind(function) for is_kind in kinds)
