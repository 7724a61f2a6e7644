"""``smcheck check --html``: the page is written for every status but 2, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    "target, status, told",
    [
        ("fine", 0, "held"),
        ("violated", 1, "The entry is kept"),
        ("inconclusive", 4, "inconclusive"),
    ],
)
def test_check_writes_a_page_of_what_came(
    smcheck_fake: Run, tmp_path: Path, target: str, status: int, told: str
) -> None:
    file = tmp_path / "page.html"
    assert smcheck_fake("check", target, "--html", str(file)).status == status
    text = file.read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert told in text.partition("<main")[2].partition("</main>")[0]


def test_check_puts_all_targets_on_one_page(smcheck_fake: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    assert smcheck_fake("check", "fine", "violated", "--html", str(file)).status == 1
    text = file.read_text("utf-8")
    assert ('id="subject-1-name">fine<' in text, 'id="subject-2-name">violated<' in text) == (
        True, True
    )  # fmt: skip


def test_check_refuses_a_page_that_cannot_be_written(smcheck_fake: Run, tmp_path: Path) -> None:
    ran = smcheck_fake("check", "fine", "--html", str(tmp_path / "gone" / "page.html"))
    assert ran.status == 2
    assert "--html: expected a file that can be written" in ran.err
