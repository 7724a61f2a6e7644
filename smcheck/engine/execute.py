"""Run one plan under one schedule and judge what it shows."""

from __future__ import annotations

from dataclasses import replace

from smcheck.engine.caught import Caught
from smcheck.engine.overlap import judge
from smcheck.engine.raised import Case
from smcheck.engine.reference import Reference
from smcheck.engine.stuck import stuck_breach
from smcheck.engine.world import NotControlled, StuckLife, World
from smcheck.host.conduct import Run
from smcheck.plan import UPDATES, Plan, Recover
from smcheck.schedule import Schedule
from smcheck.schedulers.protocol import Scheduler
from smcheck.schedulers.replay import ReplayScheduler


def replay_schedule(
    world: World, plan: Plan, reference: Reference, schedule: Schedule
) -> list[Caught]:
    """Return what one given schedule shows."""
    return execute(world, plan, reference, ReplayScheduler(schedule))


def execute(world: World, plan: Plan, reference: Reference, scheduler: Scheduler) -> list[Caught]:
    """Run ``plan`` once and judge it."""
    run = conduct(world, plan, scheduler)
    if run is None or run.execution is None:
        return []
    schedule = run.execution.schedule
    try:
        found = judge(Case(world, plan, reference, run))
    except (StuckLife, NotControlled) as error:
        world.tally.doubts[f"an execution could not be judged: {error}"] += 1
        return []
    if found and is_spoiled(world, plan, reference):
        return []
    return [Caught(breach, plan, schedule) for breach in found]


def is_spoiled(world: World, plan: Plan, reference: Reference) -> bool:
    """Return whether the updates with their recovers fail already when nothing else runs.

    Then whatever else the plan shows may be a consequence, and the calls beside are not to
    blame for it. A plan of nothing else is never spoiled: it shows the cause.
    """
    bare = updates_alone(plan)
    if bare == plan or not plan.has(Recover):
        return False
    calls = plan.tasks[UPDATES]
    if calls not in reference.spoiled:
        run = conduct(world, bare, ReplayScheduler(()))
        found = run is not None and bool(judge(Case(world, bare, reference, run)))
        reference.spoiled[calls] = found
    return reference.spoiled[calls]


def updates_alone(plan: Plan) -> Plan:
    """Return the plan with nothing but its updates, syncs and recovers."""
    return replace(plan, tasks=(plan.tasks[UPDATES], (), ()))


def recorded(world: World, plan: Plan, schedule: Schedule) -> Run | None:
    """Run ``plan`` under a schedule with every point noted; see ``conduct``."""
    return conduct(world, plan, ReplayScheduler(schedule), record=True)


def conduct(world: World, plan: Plan, scheduler: Scheduler, *, record: bool = False) -> Run | None:
    """Run ``plan`` once; ``None`` when it was out of control, which is counted as a doubt."""
    try:
        return world.conduct(plan, scheduler, record=record)
    except NotControlled as error:
        world.tally.doubts[str(error)] += 1
    except StuckLife as error:
        world.tally.doubts[stuck_breach(error.stuck, "schedules").message] += 1
    return None
