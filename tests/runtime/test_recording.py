"""What is noted of a recorded execution: values before and after, at the moment they are used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from smcheck.runtime.execution import Execution
from smcheck.runtime.executor import Executor
from smcheck.runtime.traced import Traced
from smcheck.scenario import Touch
from smcheck.schedule import Deviation
from smcheck.schedulers.replay import ReplayScheduler
from tests.runtime import noted


@pytest.fixture
def executor() -> Iterator[Executor]:
    executor = Executor(Traced.of(["tests.runtime.noted"]))
    yield executor
    executor.close()


def touches(
    executor: Executor, *bodies: str, schedule: tuple[Deviation, ...] = ()
) -> list[tuple[int, Touch]]:
    """Run methods of one object as tasks and return what each touched, in order."""
    with executor.session() as session:
        shelf = session.alone(noted.Shelf)
        calls = [getattr(shelf, name) for name in bodies]

        def deliver(call: object) -> object:
            session.deliver_points()
            return call()  # type: ignore[operator]  # a bound method

        made: Execution = session.run(
            [lambda call=call: deliver(call) for call in calls],  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
            ReplayScheduler(schedule), record=True,
        )  # fmt: skip
    tasks = [task for task, _, _ in made.raw_steps]
    return [(tasks[step], touch) for step, touch in sorted(made.raw_touches.items())]


def test_recording_tells_what_was_read_and_what_was_written(executor: Executor) -> None:
    assert touches(executor, "add") == [
        (0, Touch("self.count", "0")),
        (0, Touch("self.count", "0", "1")),
    ]


def test_recording_names_items_and_says_where_there_was_nothing(executor: Executor) -> None:
    assert touches(executor, "put") == [
        (0, Touch("self.stock", "{}")),
        (0, Touch("self.stock['pear']", "nothing", "3")),
    ]


def test_recording_shows_a_container_that_a_method_changes(executor: Executor) -> None:
    assert touches(executor, "note") == [
        (0, Touch("self.notes", "[]")),
        (0, Touch("self.notes", "[]", "['a']")),
    ]


def test_recording_shows_what_a_task_reads_after_it_was_stopped(executor: Executor) -> None:
    seen = touches(executor, "add", "add", schedule=(Deviation(0, 2, 1),))
    assert seen == [
        (0, Touch("self.count", "0")),
        (1, Touch("self.count", "0")),
        (1, Touch("self.count", "0", "1")),
        (0, Touch("self.count", "1", "1")),
    ]


def test_recording_runs_no_code_of_a_value(executor: Executor) -> None:
    assert touches(executor, "show") == [(0, Touch("self.odd", "Odd(size=3)"))]
