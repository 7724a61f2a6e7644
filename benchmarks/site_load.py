"""Measure the site of a store in Chromium, and take its pictures, for ``docs/campaign-report.md``.

    python benchmarks/site_load.py              of stores that are made by hand
    python benchmarks/site_load.py STORE        pictures of a store that a campaign wrote

The large store has 150 findings of 100 nights with 480 turns each. It needs Debian's ``chromium``
on PATH.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import msgspec
from playwright.sync_api import Browser

from page_load import DRAWN, chromium, opened
from pages import DOCS, circumstances, put, table
from smcheck.campaign.records import Status
from smcheck.campaign.report.reading import CampaignView, RunView, read
from smcheck.campaign.report.site import write_site
from tests.campaign.report import kept_cases as kept

SHOTS = [
    ("campaign-light.png", "h1", 1180, 1400, "light"),
    ("campaign-dark.png", "#all-runs", 1180, 1400, "dark"),
    ("campaign-phone.png", "#one-run", 360, 1400, "light"),
]
"""File, what it begins at, width and height in pixels, colours."""

RUNS = 7


def main() -> None:
    """Write the figures into the page, and the pictures beside it."""
    parser = argparse.ArgumentParser(description="Measure the site of a store in Chromium.")
    parser.add_argument("store", nargs="?", type=Path, help="take pictures of this one")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        rows = [figures(browser, Path(folder, name), name, view) for name, view in stores()]
        heads = ("store", "written in", "index", "index loaded in", "nodes")
        said = circumstances() + f" Chromium {browser.version}, headless, {RUNS} loads each:"
        put(DOCS / "campaign-report.md", "figures", ["", said, "", *table(heads, rows), ""])
        print("\n".join(table(heads, rows)))
        view = read(wanted.store) if wanted.store else kept.three_nights()
        pictures(browser, write_site(view, Path(folder, "pictures")))


def stores() -> list[tuple[str, CampaignView]]:
    """Return a small and a large store."""
    found = [
        msgspec.structs.replace(
            kept.stored(replace(kept.finding(), signature=f"{number:012x}")),
            status=list(Status)[number % 4],
        )
        for number in range(150)
    ]
    runs = [
        RunView(kept.run(2, id=f"{number:016x}", began_at=kept.night(number)), kept.progress())
        for number in range(100)
    ]
    large = CampaignView(tuple(found), tuple(runs))
    return [("6 findings, 3 nights", kept.three_nights()), ("150 findings, 100 nights", large)]


def figures(browser: Browser, folder: Path, name: str, view: CampaignView) -> list[str]:
    """Write a site and load its index."""
    began = time.perf_counter()
    index = write_site(view, folder)
    written = time.perf_counter() - began
    loads: list[float] = []
    nodes = 0
    for _ in range(RUNS):
        with opened(browser, index, width=1180, height=900, scheme="light") as shown:
            loads.append(shown.seconds)
            nodes = shown.page.locator("*").count()
    size = index.stat().st_size / 1e6
    return [name, f"{written:.2f} s", f"{size:.2f} MB", f"{statistics.median(loads):.2f} s",
            f"{nodes:,}"]  # fmt: skip


def pictures(browser: Browser, index: Path) -> None:
    """Take a picture of each entry of ``SHOTS``."""
    for picture, place, width, height, scheme in SHOTS:
        with opened(browser, index, width=width, height=height, scheme=scheme) as shown:
            top = "node => window.scrollTo(0, node.getBoundingClientRect().top - 40)"
            shown.page.locator(place).evaluate(top)
            shown.page.evaluate(DRAWN)
            shown.page.screenshot(path=DOCS / picture)


if __name__ == "__main__":
    main()
