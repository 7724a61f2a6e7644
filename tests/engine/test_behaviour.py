"""What a machine has been seen to do: each thing is new once."""

from __future__ import annotations

from pathlib import Path

from smcheck.engine.behaviour import Behaviour
from smcheck.engine.execute import conduct
from smcheck.engine.world import World
from smcheck.plan import Command, Lookup, Plan, Update
from smcheck.schedulers.replay import ReplayScheduler
from smcheck.values import freeze
from tests.specimens import FIXED, load

SUBJECT = load(dict(FIXED)["kept_entry"]).subject
ONE = (("get", freeze(1)),)
OTHER = (("get", freeze(2)),)


def counts(behaviour: Behaviour) -> dict[str, int]:
    """Return how much is new of each kind."""
    return {kind: len(digests) for kind, digests in behaviour.take_new().items()}


def test_behaviour_is_new_once() -> None:
    behaviour = Behaviour()
    behaviour.see_states([ONE, OTHER, ONE])
    behaviour.see_contexts(["UPD-1", "UPD-2"], ["Update", "Lookup"])
    assert counts(behaviour) == {"lines": 0, "edges": 0, "states": 2, "contexts": 2}
    behaviour.see_states([OTHER])
    behaviour.see_contexts(["UPD-1"], ["Lookup", "Update"])
    assert counts(behaviour) == {"lines": 0, "edges": 0, "states": 0, "contexts": 0}


def test_behaviour_that_was_seen_before_is_nothing_new() -> None:
    first = Behaviour()
    first.see_states([ONE])
    second = Behaviour(first.take_new())
    second.see_states([ONE, OTHER])
    assert counts(second)["states"] == 1


def test_behaviour_of_a_clause_beside_other_operations_is_another_context() -> None:
    behaviour = Behaviour()
    behaviour.see_contexts(["UPD-1"], ["Update"])
    behaviour.see_contexts(["UPD-1"], ["Update", "Lookup"])
    assert counts(behaviour)["contexts"] == 2


def executed(behaviour: Behaviour, plan: Plan) -> dict[str, int]:
    """Run a plan with its lines noted and return what was new."""
    with World(SUBJECT) as world:
        world.try_out()
        run = conduct(world, plan, ReplayScheduler(()), record=True)
        assert run is not None
        assert run.execution is not None
        behaviour.see_execution(run.execution)
    return counts(behaviour)


def test_behaviour_counts_lines_and_what_came_after_what() -> None:
    behaviour = Behaviour()
    put = Command(1, b"put a 1")
    small = Plan((put,), (), ((Update(0, 1),), (), (), ()))
    first = executed(behaviour, small)
    assert first["lines"] >= 4
    assert first["edges"] >= first["lines"] - 1
    assert executed(behaviour, small) == {"lines": 0, "edges": 0, "states": 0, "contexts": 0}
    larger = Plan((put,), (["get", "a"],), ((Update(0, 1),), (), (), (Lookup(0),)))
    assert executed(behaviour, larger)["lines"] >= 1


def test_behaviour_outlives_an_edit_that_moves_lines(tmp_path: Path) -> None:
    import linecache

    from smcheck.runtime.execution import Execution

    def walked(file: Path, first: int) -> Execution:
        execution = Execution(points=())
        steps = tuple((0, str(file), first + n, "Store.update") for n in range(2))
        vars(execution)["steps"] = steps  # as if it had been recorded
        return execution

    before, after = tmp_path / "before.py", tmp_path / "after.py"
    before.write_text("x = 1\ny = 2\n")
    after.write_text("# a comment\n\nx = 1\ny = 2\n")
    behaviour = Behaviour()
    behaviour.see_execution(walked(before, 1))
    assert counts(behaviour) == {"lines": 2, "edges": 1, "states": 0, "contexts": 0}
    linecache.checkcache()
    behaviour.see_execution(walked(after, 3))
    assert counts(behaviour) == {"lines": 0, "edges": 0, "states": 0, "contexts": 0}
