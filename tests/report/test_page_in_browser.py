"""The page in a real browser, without a network; see ``tests/browser.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from smcheck.report.page import page
from smcheck.report.pages import write_pages
from smcheck.scenario import Scenario
from tests.browser import CONTRAST, Opened, Visits, browsing, started
from tests.report import page_cases as cases

MANY_NODES = 1500

pytestmark = pytest.mark.dear  # a browser sees the same page whichever Python wrote it


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return one browser for all tests of the file."""
    with started() as one:
        yield one


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    """Open scenarios one after the other; at the end nothing may have been complained about."""
    visits = Visit(browser, tmp_path)
    yield visits
    visits.end()


class Visit(Visits):
    """Opens pages that were made of scenarios."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        super().__init__(browser)
        self.folder = folder

    def __call__(self, scenario: Scenario, *, width: int = 1200, scheme: str = "light") -> Opened:
        finding = cases.finding(scenario)
        return self.reports(page([cases.report(finding)]), width=width, scheme=scheme)

    def reports(self, text: str, *, width: int = 1200, scheme: str = "light") -> Opened:
        """Open a page as a file."""
        file = self.folder / f"page-{len(self.opened)}.html"
        file.write_text(text, "utf-8")
        return self.file(file, width=width, scheme=scheme)

    def end(self) -> None:
        """Close everything; a page may have asked for its own file only."""
        super().end()
        assert all(len(opened.requests) == 1 for opened in self.opened)


def test_keys_step_through_the_scenario(visit: Visit) -> None:
    opened = visit(cases.torn())
    seen = [opened.readout]
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home", "n", "n", "End", "p"):
        opened.shown.keyboard.press(key)
        seen.append(opened.readout)
    assert [text.partition(" ")[0] for text in seen] == [
        "6", "7", "8", "7", "14", "1", "6", "6", "14", "6"
    ]  # fmt: skip


def test_the_present_step_stands_in_lanes_listing_and_values(visit: Visit) -> None:
    opened = visit(cases.torn())
    opened.shown.keyboard.press("Home")
    opened.shown.keyboard.press("ArrowRight")
    assert "entry.result = Result(0)" in opened.text(".inspector .line")
    assert "entry.result None → Result(0) written" in opened.text(".inspector .pairs")
    assert opened.text(".listing.now .named").startswith("20 entry.result = Result(0)")
    assert opened.text(".lanes .name.now") == "updates"
    assert opened.text(".values tr.now") == "entry.result updates None Result(0) updates, step 2 ✎"
    assert opened.text(".late") == "Not begun: reader 1"


def test_a_deviation_is_marked_with_its_reason(visit: Visit) -> None:
    opened = visit(cases.torn())
    assert opened.text(".flag") == "before self.balances[payee] is read"
    assert "The search let reader 1 in: before self.balances[payee] is read" in opened.text(
        ".inspector .turned"
    )


def test_without_a_deviation_one_begins_at_the_line_at_fault(visit: Visit) -> None:
    opened = visit(replace(cases.torn(), turns=()))
    assert opened.readout == "6 / 14"
    assert opened.text(".listing.now .blamed").startswith("29 balances = dict(self.balances)")


def point_at(opened: Opened, lane: int, step: int, steps: int) -> tuple[float, float]:
    """Return where a step of a lane lies on the screen."""
    opened.shown.locator(".lanes").scroll_into_view_if_needed()
    ground = opened.shown.locator(".ground").nth(lane).bounding_box()
    head = opened.shown.locator(".act").first.bounding_box()
    assert ground is not None
    assert head is not None
    room = ground["x"] + ground["width"] - 4 - head["x"]
    return head["x"] + room * (step - 0.5) / steps, ground["y"] + 40


def test_hover_shows_values_and_click_pins_them(visit: Visit) -> None:
    opened = visit(cases.torn())
    mouse = opened.shown.mouse
    where = point_at(opened, 0, 2, 14)
    mouse.move(*where)
    assert opened.text(".tip").endswith("entry.result = Result(0) entry.result: None → Result(0)")
    assert opened.readout == "6 / 14"
    mouse.click(*where)
    mouse.move(5, 5)
    expect(opened.shown.locator(".tip")).to_be_hidden()
    opened.shown.keyboard.press("ArrowRight")
    assert opened.readout == "3 / 14"
    assert opened.text(".inspector.pinned .line") == "entry.result = Result(0)"
    opened.shown.keyboard.press("Escape")
    assert opened.text(".inspector:not(.pinned) .line").startswith("match entry.cmd")


def test_a_tap_shows_an_operation_with_what_it_printed(visit: Visit) -> None:
    opened = visit(cases.torn(), width=360)
    opened.shown.locator('.act[data-act="0"] rect').tap()
    assert opened.text(".inspector.pinned .line") == "update 1: transfer ann bob 10"
    assert opened.text(".inspector .said") == "moving 10 from ann to bob"
    assert "came back 1 log version 0 → 1" in opened.text(".inspector .pairs")


def test_operations_are_reached_and_pinned_with_the_keyboard(visit: Visit) -> None:
    opened = visit(cases.torn())
    opened.shown.locator('.act[tabindex="0"]').focus()
    assert opened.text(".tip") == "lookup ('total',) → 190 may answer from versions 0 to 1"
    opened.shown.keyboard.press("ArrowDown")
    opened.shown.keyboard.press("Enter")
    assert opened.text(".inspector.pinned .line") == "lookup ('balance', 'bob')"
    assert opened.shown.locator(".act[aria-pressed=true]").get_attribute("data-act") == "2"


def test_the_ruler_shows_the_window_of_a_lookup_and_the_truth(visit: Visit) -> None:
    opened = visit(cases.torn())
    assert opened.count(".ruler .version") == 2
    wrong = '.window[data-act="1"]'
    assert (opened.count(f"{wrong} .dot.differs"), opened.count(f"{wrong} .dot.fits")) == (2, 0)
    assert opened.count('.window[data-act="2"] .dot.fits') == 1
    opened.shown.locator(wrong).click()
    assert "What came is true at no version of the log." in opened.text(".inspector.pinned")
    opened.shown.locator('[data-version="1"] .catch').click()
    assert "{'ann': 90, 'bob': 110}" in opened.text(".inspector.pinned")


def test_the_ruler_marks_what_a_snapshot_contains(visit: Visit) -> None:
    opened = visit(cases.stale())
    assert opened.text(".window.wrong .found") == "contains this"
    opened.shown.locator(".window.wrong").first.click(position={"x": 4, "y": 4})
    assert "What came is true only at version 4, not where it may be from." in opened.text(
        ".inspector.pinned"
    )


def test_folded_rows_of_twins_open(visit: Visit) -> None:
    opened = visit(cases.parted())
    assert opened.text(".twins tr.first").startswith("result of entry 12 first difference")
    row = opened.shown.locator(".twins tr", has_text="result of entry 5")
    expect(row).to_be_hidden()
    opened.shown.get_by_role("button", name="9 equal rows").click()
    expect(row).to_be_visible()


def test_a_scenario_without_lines_steps_over_its_operations(visit: Visit) -> None:
    opened = visit(cases.parted())
    assert opened.readout == "12 / 12"
    opened.shown.keyboard.press("ArrowLeft")
    assert opened.text(".inspector .line") == "update 11: add name11"


def test_hostile_text_stays_text(visit: Visit) -> None:
    scenario = cases.hostile()
    finding = cases.finding(scenario, title=cases.HOSTILE, message=cases.HOSTILE)
    opened = visit.reports(page([cases.report(finding, name=cases.HOSTILE)]))
    opened.shown.locator(".act rect").hover()
    for selector in (".act", ".tip", ".inspector", ".listing", ".values", ".ruler", "h1", "h2"):
        assert opened.count(f"{selector} img") == 0
        assert "{{7*7}}" in opened.text(selector) or selector == ".act"
    assert "</script><img src=x onerror=alert(1)> {{7*7}}" in opened.text(".inspector")
    assert opened.count("img") == 0


def test_twenty_thousand_steps_are_drawn_with_few_nodes(visit: Visit) -> None:
    opened = visit(cases.long(steps=20_000, operations=200))
    assert opened.readout == "101 / 20,000"
    assert opened.count("svg *") < MANY_NODES
    opened.shown.keyboard.press("0")
    assert opened.count("svg *") < MANY_NODES
    assert opened.count(".lanes .tick") <= 3 * 4
    opened.shown.keyboard.press("End")
    assert opened.readout == "20,000 / 20,000"
    assert opened.count(".values tbody tr") == 14


def everything() -> str:
    """Return a page with a finding of each kind, and subjects without one."""
    findings = [cases.finding(make()) for make in cases.ALL]
    return page([cases.report(*findings), cases.report(name="Fine"), cases.inconclusive()])


def start_all(opened: Opened) -> None:
    """Let every scenario be drawn, as before printing."""
    opened.shown.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert opened.count(".lanes") == len(cases.ALL) - 1


def test_the_body_never_scrolls_sideways_on_a_phone(visit: Visit) -> None:
    opened = visit.reports(everything(), width=360)
    start_all(opened)
    assert opened.shown.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(visit: Visit, scheme: str) -> None:
    opened = visit.reports(everything(), scheme=scheme)
    start_all(opened)
    assert opened.shown.evaluate(CONTRAST) == []


def test_the_switch_overrides_the_colours_of_the_system(visit: Visit) -> None:
    opened = visit(cases.torn(), scheme="dark")
    background = "getComputedStyle(document.body).backgroundColor"
    dark = opened.shown.evaluate(background)
    opened.shown.get_by_text("light", exact=True).click()
    light = opened.shown.evaluate(background)
    assert (dark, light) == ("rgb(22, 24, 27)", "rgb(252, 251, 249)")
    opened.shown.get_by_text("auto", exact=True).click()
    assert opened.shown.evaluate(background) == dark


def test_keys_go_to_the_finding_in_sight(visit: Visit) -> None:
    findings = [cases.finding(cases.torn()), cases.finding(cases.stale())]
    opened = visit.reports(page([cases.report(*findings)]))
    opened.shown.locator(".stage").nth(1).scroll_into_view_if_needed()
    opened.shown.locator(".stage .lanes").nth(1).wait_for()
    opened.shown.locator(".stage .scrub").nth(1).focus()
    opened.shown.keyboard.press("End")
    readouts = [one.inner_text() for one in opened.shown.locator(".readout").all()]
    assert readouts == ["6 / 14", "11 / 11"]


def test_without_scripts_the_steps_stand_in_a_table(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page([cases.report(cases.finding(cases.torn()))]), "utf-8")
    with browsing(browser, javascript=False) as shown:
        shown.goto(file.as_uri())
        assert shown.locator("table.steps").first.locator("tbody tr").count() == 14
        expect(shown.locator("tr.deviation")).to_have_text(
            "◆ reader 1 gets in: before self.balances[payee] is read"
        )


def test_print_shows_the_lanes_without_the_controls(visit: Visit) -> None:
    opened = visit(cases.torn())
    opened.shown.emulate_media(media="print")
    expect(opened.shown.locator(".lanes")).to_be_visible()
    expect(opened.shown.locator(".toolbar")).to_be_hidden()


def test_the_index_leads_to_the_pages(visit: Visit, tmp_path: Path) -> None:
    index = write_pages([cases.report(cases.finding(cases.torn()))], tmp_path / "pages")
    with browsing(visit.browser) as shown:
        shown.goto(index.as_uri())
        shown.get_by_role("link", name="A lookup saw half of a batch").click()
        expect(shown.get_by_role("heading", level=2)).to_have_text("A lookup saw half of a batch")
        shown.get_by_role("link", name="smcheck").click()
        expect(shown.get_by_role("link", name="Bank", exact=True)).to_be_visible()
