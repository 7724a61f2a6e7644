"""What is true at each length of a log, for people: states, results and answers as short texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from smcheck._brief import brief, state_of
from smcheck.contract.types import Entry, Result
from smcheck.engine.world import NotControlled, StuckLife, World
from smcheck.host.adapted import own_object
from smcheck.host.conduct import describe_command
from smcheck.host.life import ask_all
from smcheck.host.replica import Replica
from smcheck.plan import Plan
from smcheck.scenario import Version
from smcheck.values import shorten

_LIMIT_VERSIONS = 60
_LIMIT_ANSWER = 120


def versions_of(world: World, plan: Plan) -> tuple[Version, ...]:
    """Return the versions of a plan's log; of very many the last ones.

    It ends before the first entry that the machine does not survive alone.
    """
    found: list[Version] = []
    try:
        world.alone(lambda: _live(world, plan, found), entries=len(plan.log))
    except (NotControlled, StuckLife):
        pass
    return tuple(found[-_LIMIT_VERSIONS:])


def _live(world: World, plan: Plan, found: list[Version]) -> None:
    subject = world.subject
    apply, state = _oracle(world)
    replica = Replica(subject, folders=world.folders)
    silent = Replica(subject, folders=world.folders)  # a lookup may write what it must not
    asks = () if plan.is_long else plan.queries

    def look(index: int, entry: str, result: str) -> None:
        answers = tuple(
            (label, shorten(value.text, limit=_LIMIT_ANSWER))
            for label, value in ask_all(replica, subject, asks, asks_hash=False)
        )
        shown = state() or state_of(own_object(silent.machine))
        found.append(Version(len(found), index, entry, result, shown, answers))

    look(0, "", "")
    for command in plan.log:
        try:
            silent.update([Entry(command.index, command.cmd)])
            results: Sequence[object] = replica.update([Entry(command.index, command.cmd)])
        except Exception:
            return
        expected = apply(command.cmd)
        result = expected or ", ".join(brief(one) for one in results)
        look(command.index, describe_command(command.cmd, subject), result)


def _oracle(world: World) -> tuple[Callable[[bytes], str], Callable[[], str]]:
    """Return what applies a command to the model, and what tells its state; empty without one."""
    if world.subject.model is None:
        return lambda cmd: "", lambda: ""
    model: Any = world.subject.model()

    def apply(cmd: bytes) -> str:
        try:
            result: object = model.apply(cmd)
        except Exception:
            return ""  # the model need not know what the host added
        result = Result(result) if isinstance(result, int) else result
        return "" if result is None else brief(result)

    return apply, lambda: state_of(model)
