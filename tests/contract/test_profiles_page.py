"""The page about the profiles shows what the tables hold."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_page_is_what_the_command_writes() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / "profiles_page.py"],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    page = (ROOT / "docs" / "profiles.md").read_text("utf-8")
    assert f"<!-- profiles: begin -->\n{done.stdout}<!-- profiles: end -->" in page


def test_page_shows_a_cell_as_the_library_has_it() -> None:
    page = (ROOT / "docs" / "profiles.md").read_text("utf-8")
    _, _, abci = page.partition("### cometbft, concurrent\n")
    table = abci.partition("###")[0]
    assert "| **check_tx** | · | yes | · | yes | · | yes | yes | · | · |" in table
