"""Charts as numbers: where lines and columns are, and what stands beside them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from smcheck.campaign.records import Effort, Progress, Status
from smcheck.campaign.report.axes import amount_axis, slot_axis, time_axis
from smcheck.campaign.report.charts import Chart, Series, column_chart, line_chart
from smcheck.campaign.report.counts import night_rows
from smcheck.campaign.report.nights import run_charts
from smcheck.campaign.report.over_time import behaviour_charts, night_charts
from smcheck.campaign.report.reading import CampaignView, Meeting, Night, RunView
from tests.campaign.report import kept_cases as kept


def night_of(*progress: Progress, seconds: float = 100.0, met: tuple[Meeting, ...] = ()) -> Night:
    return Night((RunView(kept.run(2, seconds=seconds), progress, met=met),))


def moment(at_s: float, *, executions: int = 0, seconds: float = 10.0, lines: int = 0,
           memory: int = 0) -> Progress:  # fmt: skip
    effort = Effort(executions=executions, seconds=seconds, lines=lines)
    return Progress(target="t", at_s=at_s, effort=effort, memory_bytes=memory)


def chart(charts: list[Chart], id: str) -> Chart:
    return next(one for one in charts if one.id == id)


def path(chart: Chart, number: int = 0) -> str:
    return "".join(chart.curves[number].path)


@pytest.mark.parametrize(
    "span_s, label, texts",
    [
        (60, "t, s", ["0", "15", "30", "45", "60"]),
        (600, "t, min", ["0", "2", "4", "6", "8", "10"]),
        (28_800, "t, h", ["0", "2", "4", "6", "8"]),
        (864_000, "t, d", ["0", "2", "4", "6", "8", "10"]),
    ],
)
def test_time_axis_counts_in_the_units_of_people(
    span_s: float, label: str, texts: list[str]
) -> None:
    axis = time_axis(span_s, "t")
    assert (axis.label, [tick.text for tick in axis.ticks]) == (label, texts)


@pytest.mark.parametrize(
    "top, texts",
    [
        (0, ["0", "1"]),
        (2, ["0", "1", "2"]),
        (97, ["0", "50", "100"]),
        (1_700, ["0", "500", "1,000", "1,500", "2,000"]),
        (60_000, ["0", "20k", "40k", "60k"]),
    ],
)
def test_amount_axis_counts_in_whole_steps(top: float, texts: list[str]) -> None:
    assert [tick.text for tick in amount_axis(top, "n").ticks] == texts


def test_slot_axis_names_the_last_of_many_slots() -> None:
    axis = slot_axis([str(n) for n in range(11)], "n", at_most=4)
    assert [tick.text for tick in axis.ticks if tick.text] == ["1", "4", "7", "10"]


def test_line_chart_places_points_from_the_upper_left() -> None:
    series = Series("a", "main", [(0.0, 0.0), (50.0, 1.0), (100.0, 2.0)])
    made = line_chart("x", "X", unit="n", span_s=100, series=[series], about="")
    assert path(made) == "M0 1000L500 500L1000 0"


def test_line_chart_steps_where_a_value_stays() -> None:
    series = Series("a", "new", [(0.0, 0.0), (50.0, 2.0)], is_stepped=True)
    made = line_chart("x", "X", unit="n", span_s=100, series=[series], about="")
    assert path(made) == "M0 1000H500V0"


def test_line_chart_has_a_table_that_can_be_read() -> None:
    points = [(float(n), float(n)) for n in range(1, 1001)]
    made = line_chart("x", "X", unit="n", span_s=1000,
                      series=[Series("a", "main", points)], about="")  # fmt: skip
    assert len(made.rows) == 24
    assert made.rows[-1] == ("16.7", "1,000")


def test_column_chart_stacks_the_parts_of_a_run() -> None:
    made = column_chart(
        "x", "X", unit="findings", slots=["2026-01-05"], marks=["01-05"],
        names=(("known", "known"), ("new", "new")), values=[(1.0, 3.0)], about="",
    )  # fmt: skip
    assert [(one.kind, one.y, one.height, one.about) for one in made.columns] == [
        ("known", 75.0, 25.0, "2026-01-05: 1 known"),
        ("new", 0.0, 75.0, "2026-01-05: 3 new"),
    ]


def test_findings_are_counted_up_when_they_were_met() -> None:
    met = (
        Meeting("t", "a", Status.KNOWN, 1.0),
        Meeting("t", "b", Status.NEW, 25.0),
        Meeting("t", "c", Status.NEW, 75.0),
    )
    made = chart(night_charts(night_of(moment(100.0), met=met)), "findings")
    assert [(key.kind, key.text) for key in made.keys] == [("known", "1"), ("new", "2")]
    assert path(made, 1) == "M0 1000H250V500H750V0H1000V0"
    assert made.about == "1 known before, 2 new, in 100 s."


def test_speed_spreads_the_work_of_a_turn_over_its_time() -> None:
    progress = (moment(100.0, executions=1000, seconds=100.0),)
    made = chart(night_charts(night_of(*progress)), "speed")
    assert path(made) == "M125 0L375 0L625 0L875 0"
    assert made.about == "10 executions per second in the mean, all workers together."


def test_speed_of_workers_beside_each_other_adds_up() -> None:
    progress = (moment(100.0, executions=1000, seconds=100.0),) * 2
    assert "20 executions per second" in chart(night_charts(night_of(*progress)), "speed").about


def test_memory_shows_the_smallest_and_the_largest_worker() -> None:
    progress = tuple(
        moment(at, memory=megabytes * 1_000_000)
        for at, megabytes in ((20.0, 40), (20.0, 60), (90.0, 50), (90.0, 80))
    )
    made = chart(night_charts(night_of(*progress)), "memory")
    assert [curve.kind for curve in made.curves] == ["band", "known", "main"]
    assert path(made, 0) == "M125 500L875 375L875 0L125 250Z"
    assert made.about == "At most 60 MB in the first quarter, 80 MB in the last one."


def test_behaviour_adds_up_to_the_end_of_the_run() -> None:
    progress = (moment(10.0, lines=3), moment(50.0, lines=1))
    made = chart(behaviour_charts(night_of(*progress)), "lines")
    assert path(made) == "M0 1000H100V250H500V0H1000V0"
    assert made.about == "4 in all, half of them after 10 s."


def test_a_long_run_is_drawn_with_few_points() -> None:
    progress = tuple(moment(float(n), lines=1) for n in range(20_000))
    charts = [*night_charts(night_of(*progress, seconds=20_000.0)),
              *behaviour_charts(night_of(*progress, seconds=20_000.0))]  # fmt: skip
    assert max(len(curve.path) for one in charts for curve in one.curves) < 300


def test_a_run_without_progress_has_no_charts() -> None:
    assert night_charts(night_of()) == []
    assert behaviour_charts(night_of()) == []


def test_a_single_run_is_compared_with_nothing() -> None:
    assert run_charts(night_rows(kept.one_night())) == []


def test_runs_are_compared_by_what_they_brought() -> None:
    charts = run_charts(night_rows(kept.three_nights()))
    rows = {one.id: one.rows for one in charts}
    assert rows["runs-findings"] == (
        ("2026-01-03", "0", "3"), ("2026-01-04", "3", "1"), ("2026-01-05", "2", "3"),
    )  # fmt: skip
    assert [one.title for one in charts] == [
        "Findings of each run", "New behaviour of each run", "Speed of each run",
        "Largest worker of each run",
    ]  # fmt: skip


def test_memory_that_nobody_noted_is_said() -> None:
    made = chart(night_charts(night_of(moment(10.0))), "memory")
    assert (made.curves, made.about) == ((), "No memory was noted.")


def test_charts_of_a_night_sum_up_its_shards() -> None:
    one = RunView(kept.run(2, id="1" * 16, shard=(1, 2)), (moment(10.0, lines=1),))
    other = replace(one, run=kept.run(2, id="2" * 16, shard=(2, 2)))
    [night] = CampaignView((), (one, other)).nights
    assert chart(behaviour_charts(night), "lines").about.startswith("2 in all")
