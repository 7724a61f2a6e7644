"""Make the scenario of a finding: the case is run once more, and everything noted is put in order.

What it shows is for people; nothing is judged here, and a case that cannot be run again has
less to show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import pairwise
from typing import TypeVar, cast

from smcheck.engine.caught import Caught
from smcheck.engine.compare import show
from smcheck.engine.reference import script_of
from smcheck.engine.shown import NOTHING, Looking, Shown, acts_of, acts_of_trials, entry_of
from smcheck.engine.stretches import Walk, walk
from smcheck.engine.suite import show_again
from smcheck.engine.truth import versions_of
from smcheck.engine.world import PLAIN, NotControlled, StuckLife, Surroundings, World
from smcheck.errors import UsageError
from smcheck.history import Call
from smcheck.host.conduct import Run, describe
from smcheck.host.life import CatchUp, Open, Restart, Script, StartAgain
from smcheck.plan import Close, Lookup, Plan, Prepare, Recover, Save, Sync, Update, task_name
from smcheck.scenario import Act, Scenario, recovered
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.subject import Subject
from smcheck.values import shorten

T = TypeVar("T")
Lived = tuple[Script, Surroundings]
Acts = tuple[Act, ...]
_PLACE = re.compile(r"""[^\s'"=(,]*/smcheck-\w{0,8}""")
_LIMIT_RESULT = 200
_TELLING = (
    CatchUp, Close, Lookup, Open, Prepare, Recover, Restart, Save, StartAgain, Sync,
)  # fmt: skip
"""Steps of a life that say more than the plan does."""
_OPERATIONS = {
    "prepare_snapshot": "prepare", "save_snapshot": "save", "recover_from_snapshot": "recover",
    "get_hash": "hash",
}  # fmt: skip
"""Names of operations by method, where they differ."""


def scenario_of(world: World, caught: Caught, run: Run | None) -> Scenario:
    """Return what the case of ``caught`` looks like.

    Args:
        run: Its recorded run, for a case of schedules.
    """
    return _portable(_scenario(world, caught, run))


def _portable(value: T) -> T:
    """Return texts without the place of the folders that machines live in: it is made up."""
    changed: object = value
    if isinstance(value, str):
        changed = _PLACE.sub("…", value) if "/smcheck-" in value else value
    elif isinstance(value, tuple):
        changed = tuple(map(_portable, value))
    elif is_dataclass(value) and not isinstance(value, type):
        changed = replace(
            value, **{f.name: _portable(getattr(value, f.name)) for f in fields(value)}
        )
    return cast(T, changed)


def _scenario(world: World, caught: Caught, run: Run | None) -> Scenario:
    executions = world.tally.schedules
    shown, life = _shown(world, caught)
    scenario = Scenario(
        versions=versions_of(world, caught.plan), twins=shown.twins, executions=executions
    )
    if shown.acts:
        return replace(scenario, tasks=("alone",), acts=shown.acts)
    lived = _lived(world, caught, shown, life) if life is not None else None
    if lived is not None:
        return _with(scenario, *lived, ("alone",))
    run = run or _sequential(world, caught.plan)
    if run is None or run.execution is None:
        return scenario
    walked = walk(run.execution, sorted(set(run.noted.values())))
    acts = _acts(run, walked, caught, world.subject)
    return _with(scenario, walked, acts, tuple(_names(caught.plan, walked)))


def _with(scenario: Scenario, walked: Walk, acts: Acts, tasks: tuple[str, ...]) -> Scenario:
    switches = sum(a.task != b.task for a, b in pairwise(walked.steps))
    return replace(
        scenario, tasks=tasks, acts=acts, steps=walked.steps, turns=walked.turns, switches=switches
    )


def _shown(world: World, caught: Caught) -> tuple[Shown, Lived | None]:
    """Run a check of lives once more; return what it looked at, and the life that tells most."""
    if caught.breach.check == "schedules":
        return NOTHING, None
    world.looking = looking = Looking()
    try:
        show_again(world, caught)
    except (NotControlled, StuckLife, UsageError):
        return NOTHING, None
    finally:
        world.looking = None
    shown, lived = looking.shown, looking.lived
    telling = [one for one in lived if any(isinstance(s, _TELLING) for s in one[0].steps)]
    if caught.breach.check == "surroundings":
        telling = [one for one in lived if one[1] != PLAIN]
    tried = acts_of_trials(looking.noted, world.subject)
    if tried and not telling and not shown.acts:
        return replace(shown, acts=_marked(tried, _at_fault(tried, caught))), None
    if not telling and caught.breach.method == "lookup":
        # What was asked on the way is what it is about.
        telling = [(script_of(caught.plan), PLAIN)]
    return shown, max(reversed(telling), key=_variety, default=None)


def _variety(life: Lived) -> tuple[int, int]:
    """Return how much happens in a life: what only leads up to another one has less."""
    steps = life[0].steps
    return len({type(step) for step in steps}), len(steps)


def _lived(world: World, caught: Caught, shown: Shown, life: Lived) -> tuple[Walk, Acts] | None:
    """Live a script once more with every line noted; ``None`` where that is out of control."""
    script, surroundings = life
    try:
        asks = caught.breach.method == "lookup"
        made = world.recorded(script, surroundings=surroundings, asks=asks)
    except (NotControlled, StuckLife):
        return None
    if made.life is None or made.execution is None:
        return None
    walked = walk(made.execution, sorted({n for both in made.noted for n in both}))
    acts = tuple(
        replace(act, began=walked.moment(first), ended=walked.moment(last), output=tuple(said))
        for act, (first, last), said in zip(
            acts_of(script, made.life, world.subject), made.noted, made.output, strict=False
        )
    )
    wrong = _at_fault(acts, caught)
    entry = entry_of(shown.twins)
    if entry is not None:
        later = (n for n, act in enumerate(acts) if (act.last_version or 0) >= entry)
        wrong = next(later, wrong)
    return walked, _marked(acts, wrong)


def _at_fault(acts: Acts, caught: Caught) -> int | None:
    """Return which act is the latest of the method at fault, one that raised first."""
    method = _OPERATIONS.get(caught.breach.method, caught.breach.method)
    names = {method, *({"restart"} if method == "recover" else ())}
    own = [n for n, act in enumerate(acts) if act.operation in names]
    raised = [n for n in own if acts[n].result.startswith("raise ")]
    return next(iter([*raised, *reversed(own)]), None)


def _marked(acts: Acts, wrong: int | None) -> Acts:
    return tuple(replace(act, is_wrong=n == wrong) for n, act in enumerate(acts))


def _sequential(world: World, plan: Plan) -> Run | None:
    """Run the calls of a case one after the other; ``None`` where that is out of control."""
    try:
        return world.conduct(plan, ReplayScheduler(()), record=True)
    except (NotControlled, StuckLife):
        return None


def _names(plan: Plan, walked: Walk) -> Iterator[str]:
    ran = {step.task for step in walked.steps}
    for task in range(max([len(plan.tasks) - 1, *ran]) + 1):
        if task < len(plan.tasks):
            yield task_name(task) if plan.tasks[task] else ""
        else:
            yield f"own thread {task}" if task in ran else ""


def _acts(run: Run, walked: Walk, caught: Caught, subject: Subject) -> Acts:
    calls = run.history.calls
    acts = tuple(_act(run, call, walked, describe(caught.plan, call.operation, subject))
                 for call in calls)  # fmt: skip
    moment = dict(caught.breach.evidence).get("moment", "")
    if not moment:
        return _marked(acts, _at_fault(acts, caught))
    return _marked(acts, next((n for n, c in enumerate(calls) if str(c.began) == moment), None))


def _act(run: Run, call: Call, walked: Walk, text: str) -> Act:
    ended = run.noted.get(call.ended) if call.ended is not None else None
    first, last = _versions(call, run.history.calls)
    said = (line for *whose, line in run.output if whose == [call.task, call.ordinal])
    return Act(
        task=call.task,
        operation=type(call.operation).__name__.lower(),
        text=text,
        result=_result(call) or _image(run, call),
        began=walked.moment(run.noted.get(call.began, 0)),
        ended=None if ended is None else walked.moment(ended),
        first_version=first,
        last_version=last,
        output=tuple(said),
    )


def _result(call: Call) -> str:
    outcome = call.outcome
    if outcome is None:
        return ""
    if outcome.results:
        return shorten(", ".join(map(show, outcome.results)), limit=_LIMIT_RESULT)
    if isinstance(call.operation, Lookup) or outcome.value.text != "None":
        return shorten(outcome.value.text, limit=_LIMIT_RESULT)
    return ""


def _image(run: Run, call: Call) -> str:
    """Return what a machine answers that recovered the image of a save."""
    for saved in (seen_as[0] for seen_as in run.saved if seen_as):
        if saved.call is call and saved.seen:
            rows = ((label, value.text) for label, value in saved.seen)
            return shorten(recovered(rows), limit=_LIMIT_RESULT)
    return ""


def _versions(call: Call, calls: Sequence[Call]) -> tuple[int | None, int | None]:
    """Return which versions a call may see, or makes."""
    operation = call.operation
    if isinstance(operation, Update):
        return operation.start, operation.stop
    if isinstance(operation, Recover):
        return operation.upto, operation.upto
    if not isinstance(operation, (Lookup, Prepare, Save)):
        return None, None
    if isinstance(operation, Save):
        prepared = [c for c in calls if isinstance(c.operation, Prepare) and c.task == call.task]
        before = [c for c in prepared if c.ordinal < call.ordinal]
        if before:
            return _versions(before[-1], calls)
    return _seen(call, calls)


def _seen(call: Call, calls: Sequence[Call]) -> tuple[int, int]:
    """Return the versions between the last update before a call and the last one beside it."""
    first = last = 0
    for other in calls:
        version = getattr(other.operation, "stop", getattr(other.operation, "upto", None))
        if not isinstance(other.operation, (Update, Recover)) or version is None:
            continue
        if other.ended is not None and other.ended < call.began:
            first = version
        if call.ended is None or other.began < call.ended:
            last = version
    return first, last
