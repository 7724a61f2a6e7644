"""Charts over all runs of a store: a column for each. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.campaign.records import Status
from smcheck.campaign.report.axes import compact
from smcheck.campaign.report.charts import Chart, column_chart
from smcheck.campaign.report.counts import NightRow
from smcheck.campaign.report.moments import day

_MAIN = (("main", ""),)


def run_charts(rows: Sequence[NightRow]) -> list[Chart]:
    """Return what each run brought and how it went; a single run is compared with nothing."""
    if len(rows) < 2:
        return []
    speeds = [row.night.effort.executions / max(row.night.seconds, 1.0) for row in rows]
    news = [float(row.night.effort.news) for row in rows]
    memory = [row.night.memory_bytes / 1e6 for row in rows]
    new = [row.met.get(Status.NEW, 0) + row.met.get(Status.RETURNED, 0) for row in rows]
    known = [row.met.get(Status.KNOWN, 0) for row in rows]
    slots = [day(row.night.began_at) for row in rows]
    marks = [slot[5:] or slot for slot in slots]
    return [
        column_chart(
            "runs-findings", "Findings of each run", unit="findings", slots=slots, marks=marks,
            names=(("known", "known before"), ("new", "new or returned")),
            values=[(float(old), float(one)) for old, one in zip(known, new, strict=True)],
            about=f"{sum(new)} new or returned in {len(rows)} runs.",
        ),
        column_chart(
            "runs-behaviour", "New behaviour of each run", unit="lines, edges, states, contexts",
            slots=slots, marks=marks, names=_MAIN, values=[(one,) for one in news],
            about=f"{compact(news[0])} in the first run, {compact(news[-1])} in the last one.",
        ),
        column_chart(
            "runs-speed", "Speed of each run", unit="executions per second",
            slots=slots, marks=marks, names=_MAIN, values=[(round(one, 1),) for one in speeds],
            about=f"{compact(round(speeds[-1], 1))} executions per second in the last run.",
        ),
        column_chart(
            "runs-memory", "Largest worker of each run", unit="MB",
            slots=slots, marks=marks, names=_MAIN, values=[(round(one, 1),) for one in memory],
            about=f"{compact(round(memory[-1]))} MB in the last run.",
        ),
    ]  # fmt: skip
