"""Measure the page in Chromium, and take the pictures of it: both go to ``docs/page.md``.

    python benchmarks/page_load.py              figures and pictures
    python benchmarks/page_load.py --figures    figures only

The large page is made by hand, 200 operations and 20,000 steps; the pictures are of what
``smcheck check`` finds in two specimens. It needs Debian's ``chromium`` on PATH.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pages import DOCS, circumstances, put, table
from smcheck.report.page import page
from tests.report import page_cases as cases
from tests.specimens import BUGGY

SHOTS = [
    ("page-light.png", "half_transfer", 1180, 1560, "light"),
    ("page-dark.png", "live_dict", 1180, 1560, "dark"),
    ("page-phone.png", "half_transfer", 360, 1560, "light"),
]
"""File, specimen, width and height in pixels, colours."""

RUNS = 7
STEPS = 60
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
STEP = """async () => {
  const times = [];
  for (let n = 0; n < %d; n++) {
    const began = performance.now();
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    document.body.getBoundingClientRect();
    times.push(performance.now() - began);
    await new Promise(requestAnimationFrame);
  }
  return times;
}"""


def main() -> None:
    """Write the figures into the page, and the pictures beside it."""
    parser = argparse.ArgumentParser(description="Measure the page in Chromium.")
    parser.add_argument("--figures", action="store_true", help="take no pictures")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        rows = list(figures(browser, Path(folder)))
        put(DOCS / "page.md", "figures", ["", *rows, ""])
        print("\n".join(rows))
        if not wanted.figures:
            pictures(browser, Path(folder))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the browser of the system."""
    path = shutil.which("chromium")
    if path is None:
        raise SystemExit("expected chromium on PATH, found none: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def figures(browser: Browser, folder: Path) -> Iterator[str]:
    """Measure one small and one large scenario."""
    rows = []
    for scenario in (cases.torn(), cases.long()):
        began = time.perf_counter()
        text = page([cases.report(cases.finding(scenario))])
        made = time.perf_counter() - began
        file = folder / "page.html"
        file.write_text(text, "utf-8")
        loads, steps, nodes = measured(browser, file)
        rows.append(
            [
                f"{len(scenario.acts)} operations, {len(scenario.steps):,} steps",
                f"{len(text) / 1e6:.2f} MB", f"{made:.2f} s",
                f"{statistics.median(loads):.2f} s", f"{max(loads):.2f} s",
                f"{statistics.median(steps):.0f} ms", f"{max(steps):.0f} ms", f"{nodes:,}",
            ]
        )  # fmt: skip
    yield circumstances() + f" Chromium {browser.version}, headless, {RUNS} loads each:"
    yield ""
    heads = ("scenario", "file", "made in", "loaded in", "slowest load", "a step", "slowest step",
             "nodes drawn")  # fmt: skip
    yield from table(heads, rows)


def measured(browser: Browser, file: Path) -> tuple[list[float], list[float], int]:
    """Return seconds until the lanes were painted, milliseconds of steps, and nodes drawn."""
    loads: list[float] = []
    steps: list[float] = []
    nodes = 0
    for _ in range(RUNS):
        with opened(browser, file, width=1180, height=900, scheme="light") as shown:
            loads.append(shown.seconds)
            steps += shown.page.evaluate(STEP % STEPS)
            shown.page.keyboard.press("0")
            nodes = max(nodes, shown.page.locator("svg *").count())
    return loads, steps, nodes


class Shown:
    """A page that is open, and how long that took."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page = page
        began = time.perf_counter()
        page.goto(file.as_uri())
        page.evaluate(DRAWN)
        self.seconds = time.perf_counter() - began


@contextmanager
def opened(
    browser: Browser, file: Path, *, width: int, height: int, scheme: str
) -> Iterator[Shown]:
    """Open a file without a network, in a context of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=True,
    )
    yield Shown(context.new_page(), file)
    context.close()


def pictures(browser: Browser, folder: Path) -> None:
    """Take a picture of each entry of ``SHOTS``, from the findings of a real check."""
    for name in sorted({specimen for _, specimen, *_ in SHOTS}):
        check(name, folder / f"{name}.html")
    for picture, specimen, width, height, scheme in SHOTS:
        file = folder / f"{specimen}.html"
        with opened(browser, file, width=width, height=height, scheme=scheme) as shown:
            if width < 720:
                shown.page.locator(".stage").first.evaluate("node => node.scrollIntoView()")
            shown.page.evaluate(DRAWN)
            shown.page.screenshot(path=DOCS / picture)


def check(specimen: str, file: Path) -> None:
    """Write the page of what is found in a specimen."""
    target = f"{dict(BUGGY)[specimen]}:subject"
    command = [sys.executable, "-m", "smcheck", "check", target, "--seed", "1", "-x"]
    command += ["--witness", str(file.parent / "witnesses"), "--html", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    if run.returncode != 1:
        raise SystemExit(f"expected exit status 1, got {run.returncode}: {run.stderr}")


if __name__ == "__main__":
    main()
