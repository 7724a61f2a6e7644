"""Pages in a real browser, for the tests of whatever writes some: Debian's Chromium, headless.

Where there is no Chromium these tests are skipped with a reason; ``.ci/run`` installs it and says
``SMCHECK_BROWSER=required``, and then they fail instead: see CONTRIBUTING.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
CONTRAST = Path(__file__).with_name("report").joinpath("contrast.js").read_text("utf-8")
"""Says which texts do not stand out from what is behind them."""


def chromium() -> str:
    """Return the path of the browser; skip without one, or fail where it is required."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is not None:
        return found
    why = f"expected one of {', '.join(NAMES)} on PATH, found none: apt-get install chromium"
    if os.environ.get("SMCHECK_BROWSER") == "required":
        pytest.fail(why)
    pytest.skip(why)


@contextmanager
def started() -> Iterator[Browser]:
    """Start one browser, for all tests of a file; it ends before those of another begin."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def browsing(browser: Browser, *, javascript: bool = True) -> Iterator[Page]:
    """Open an empty page of a context without a network."""
    context = browser.new_context(java_script_enabled=javascript, offline=True)
    yield context.new_page()
    context.close()


class Opened:
    """A page that was opened from a file, and everything it should not have done."""

    def __init__(self, shown: Page) -> None:
        self.shown = shown
        self.complaints: list[str] = []
        self.requests: list[str] = []
        shown.on("console", lambda message: self.complaints.append(message.text))
        shown.on("pageerror", lambda error: self.complaints.append(str(error)))
        shown.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        shown.on("request", self.note)

    def note(self, request: Request) -> None:
        self.requests.append(request.url)

    @property
    def readout(self) -> str:
        """The present step, as it stands beside the buttons."""
        return self.shown.locator(".readout").first.inner_text()

    def text(self, selector: str) -> str:
        """Return what stands in the first element, its white space made single."""
        inside = self.shown.locator(selector).first
        is_drawn = inside.evaluate("node => node instanceof SVGElement")
        text = inside.text_content() if is_drawn else inside.inner_text()
        return " ".join((text or "").split())

    def count(self, selector: str) -> int:
        """Return how many elements there are."""
        return self.shown.locator(selector).count()


class Visits:
    """Opens pages in contexts of their own."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.opened: list[Opened] = []

    def file(self, file: Path, *, width: int = 1200, scheme: str = "light") -> Opened:
        """Open a file without a network."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            has_touch=True,
            offline=True,
        )
        context.set_default_timeout(20_000)
        opened = Opened(context.new_page())
        opened.shown.goto(file.as_uri())
        self.opened.append(opened)
        return opened

    def end(self) -> None:
        """Close everything; a page may have asked for files only, and said nothing."""
        for opened in self.opened:
            opened.shown.context.close()
            assert opened.complaints == []
            assert {url.partition(":")[0] for url in opened.requests} == {"file"}
