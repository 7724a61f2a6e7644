"""The site of a store in a real browser, without a network; see ``tests/browser.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from smcheck.campaign.records import Status
from smcheck.campaign.report.reading import CampaignView
from smcheck.campaign.report.site import write_site
from tests.browser import CONTRAST, Opened, Visits, started
from tests.campaign.report import kept_cases as kept
from tests.report import page_cases

pytestmark = pytest.mark.dear  # a browser sees the same page whichever Python wrote it


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests of the file."""
    with started() as one:
        yield one


class Visit(Visits):
    """Opens sites that were made of stores."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        super().__init__(browser)
        self.folder = folder

    def __call__(self, view: CampaignView, *, width: int = 1200, scheme: str = "light") -> Opened:
        return self.file(write_site(view, self.folder), width=width, scheme=scheme)


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Open sites one after the other; at the end nothing may have been complained about."""
    visits = Visit(browser, tmp_path / "site")
    yield visits
    visits.end()


def test_the_index_begins_with_what_is_new_and_returned(visit: Visit) -> None:
    opened = visit(kept.three_nights())
    assert opened.text("h1") == "2 new findings, 1 returned"
    titles = [one.inner_text() for one in opened.shown.locator(".group h2").all()]
    assert titles == ["New 2", "Returned 1", "Known 2", "Fixed 1"]
    rows = [" ".join(one.inner_text().split()) for one in opened.shown.locator(".kept li").all()]
    assert rows[0] == (
        "BAT-6 violation A lookup saw half of a batch "
        "Bank tests/buggy/half_transfer.py:29 in Bank.lookup "
        "new met 3 times · first 2026-01-06 00:30 UTC · last 2026-01-06 00:30 UTC"
    )
    assert len(rows) == 6
    for row in opened.shown.locator(".kept li").all():
        expect(row).to_be_visible()


def test_links_lead_to_findings_and_back(visit: Visit) -> None:
    opened = visit(kept.three_nights())
    opened.shown.get_by_role("link", name="A lookup saw half of a batch").click()
    assert opened.text("h2") == "A lookup saw half of a batch"
    opened.shown.get_by_role("link", name="the next one").click()
    assert opened.text("h2") == "The process ended in an update"
    opened.shown.get_by_role("link", name="the one before").click()
    opened.shown.get_by_role("link", name="All findings").click()
    assert opened.text("h1") == "2 new findings, 1 returned"
    opened.shown.get_by_role("link", name="Two replicas answer").click()
    opened.shown.get_by_role("link", name="smcheck").click()
    assert opened.text("h1") == "2 new findings, 1 returned"


def test_the_steps_of_a_finding_can_be_clicked_through(visit: Visit) -> None:
    opened = visit(kept.three_nights())
    opened.shown.get_by_role("link", name="A lookup saw half of a batch").click()
    opened.shown.locator(".lanes").wait_for()
    assert opened.readout == "6 / 14"
    opened.shown.get_by_role("button", name="Step forward").click()
    assert opened.readout == "7 / 14"
    opened.shown.keyboard.press("End")
    assert opened.readout == "14 / 14"


def test_a_finding_has_its_history_and_stacks(visit: Visit) -> None:
    opened = visit(kept.three_nights())
    opened.shown.get_by_role("link", name="The process ended in an update").click()
    expect(opened.shown.locator(".stacks pre")).to_be_visible()
    assert opened.text(".stacks pre").startswith("Thread 1 (most recent call first): File")
    opened.shown.goto((visit.folder / "finding-222222222222.html").as_uri())
    rows = [one.inner_text().split() for one in opened.shown.locator(".history tbody tr").all()]
    assert [row[0] for row in rows] == ["2026-01-03", "2026-01-04", "2026-01-05"]
    assert rows[0][-2:] == ["met", "first"]


def test_charts_are_drawn_with_their_texts(visit: Visit) -> None:
    opened = visit(kept.three_nights())
    charts = opened.shown.locator(".chart")
    assert [one.inner_text() for one in charts.locator("figcaption").all()] == [
        "Findings", "Speed", "Memory of a worker",
        "New lines", "New edges", "New states", "New clause contexts",
        "Findings of each run", "New behaviour of each run", "Speed of each run",
        "Largest worker of each run",
    ]  # fmt: skip
    units = [one.text_content() for one in opened.shown.locator("#chart-speed .unit").all()]
    assert units == ["executions per second", "since the run began, h"]
    for plot in opened.shown.locator(".plot").all():
        box = plot.bounding_box()
        assert box is not None
        assert box["height"] == 150
        assert box["width"] > 120
    for shape in opened.shown.locator(".plot .curve, .plot .column").all():
        box = shape.bounding_box()
        assert box is not None
        assert box["width"] + box["height"] > 0


def test_a_chart_is_told_to_who_does_not_see_it(visit: Visit) -> None:
    opened = visit(kept.three_nights())
    plot = opened.shown.get_by_role("img", name="Memory of a worker")
    expect(plot).to_have_accessible_description(
        "At most 66 MB in the first quarter, 66 MB in the last one."
    )
    opened.shown.locator("#chart-findings summary").click()
    table = opened.shown.locator("#chart-findings table")
    assert table.locator("thead").inner_text().strip().split("\t") == [
        "since the run began, h", "known before, findings met", "returned, findings met",
        "new, findings met",
    ]  # fmt: skip
    assert table.locator("tbody tr").last.inner_text().split() == ["8.0", "2", "1", "2"]


def test_texts_of_a_chart_keep_their_size_on_a_phone(visit: Visit) -> None:
    heights = []
    for width in (360, 1200):
        opened = visit(kept.three_nights(), width=width)
        box = opened.shown.locator("#chart-speed .unit").first.bounding_box()
        assert box is not None
        heights.append(round(box["height"]))
    assert heights[0] == heights[1]


@pytest.mark.parametrize("width", [360, 800, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_scrolls_sideways(visit: Visit, width: int, scheme: str) -> None:
    opened = visit(kept.three_nights(), width=width, scheme=scheme)
    for details in opened.shown.locator("details").all():
        details.evaluate("node => node.open = true")
    assert opened.shown.evaluate("document.documentElement.scrollWidth") == width
    for name in ("finding-0123456789ab.html", "finding-feedfeedfeed.html"):
        opened.shown.goto((visit.folder / name).as_uri())
        assert opened.shown.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(visit: Visit, scheme: str) -> None:
    opened = visit(kept.three_nights(), scheme=scheme)
    for details in opened.shown.locator("details").all():
        details.evaluate("node => node.open = true")
    assert opened.shown.evaluate(CONTRAST) == []


@pytest.mark.parametrize("page", ["index", "finding"])
def test_hostile_text_stays_text(visit: Visit, page: str) -> None:
    opened = visit(kept.hostile())
    if page == "finding":
        opened.shown.locator(".kept a").click()
        opened.shown.locator(".lanes").wait_for()
    assert opened.count("img") == 0
    assert opened.count("main script:not([type])") == 0
    selectors = ("h1", "h2") if page == "finding" else (".kept a", ".kept p", ".lost li")
    for selector in selectors:
        assert "</script><img src=x onerror=alert(1)> {{7*7}}" in opened.text(selector)


def test_hostile_text_does_not_widen_a_phone(visit: Visit) -> None:
    opened = visit(kept.hostile(), width=360)
    assert opened.shown.evaluate("document.documentElement.scrollWidth") == 360


def test_source_that_was_edited_since_is_not_shown(visit: Visit) -> None:
    found = kept.stored(line="somethingelse()")
    opened = visit(kept.one_night(found))
    opened.shown.locator(".kept a").click()
    assert opened.count(".what .source:first-of-type .code") == 0
    assert opened.text(".what .source:first-of-type .hint") == (
        "The file was edited since: this is not the line any more, so it is not shown."
    )


def test_a_long_list_of_known_findings_begins_closed(visit: Visit) -> None:
    many = [
        kept.stored(replace(kept.finding(page_cases.nothing()), signature=f"{n:012x}"),
                    status=Status.KNOWN, first=1)
        for n in range(21)
    ]  # fmt: skip
    opened = visit(kept.one_night(kept.stored(), *many))
    expect(opened.shown.locator("#new .kept")).to_be_visible()
    expect(opened.shown.locator("#known .kept")).to_be_hidden()
    opened.shown.locator("#known summary").click()
    expect(opened.shown.locator("#known .kept")).to_be_visible()


def test_a_store_of_nothing_says_so(visit: Visit) -> None:
    opened = visit(CampaignView())
    assert opened.text("h1") == "No run yet"
    assert opened.text(".nothing") == "There is no finding in this store."
    assert opened.count(".chart") == 0
