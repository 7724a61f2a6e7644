"""The text of a store for a terminal."""

from __future__ import annotations

from pathlib import Path

from smcheck.campaign.report.reading import CampaignView
from smcheck.campaign.report.table import store_table
from smcheck.report.text import plain_text
from tests.campaign.report import kept_cases as kept

ROOT = Path(__file__).parents[3]


def text_of(view: CampaignView, *, is_whole: bool = False) -> str:
    return plain_text(store_table(view, root=ROOT, is_whole=is_whole))


def test_store_table_tells_a_finding_in_five_lines() -> None:
    text = text_of(kept.one_night(kept.stored(count=3)))
    assert text.split("\n\n")[1] == (
        "new       BAT-6 violation  Bank: A lookup saw half of a batch\n"
        "   tests/buggy/half_transfer.py:29 in Bank.lookup\n"
        "   met 3 times, first 2026-01-05 23:00 UTC, last 2026-01-05 23:00 UTC\n"
        "   smcheck replay .smcheck/witnesses/bank-bat-6.json"
    )


def test_store_table_begins_with_how_many_there_are() -> None:
    first, *_ = text_of(kept.three_nights()).splitlines()
    assert first == "6 findings in 3 runs: 2 new, 1 returned, 2 known, 1 fixed"


def test_store_table_puts_what_is_new_first() -> None:
    lines = text_of(kept.three_nights()).splitlines()
    statuses = ("new", "returned", "known", "fixed")
    told = [line.split()[0] for line in lines if line.startswith(statuses)]
    assert told == ["new", "new", "returned", "known", "known", "fixed"]


def test_store_table_ends_with_subjects_and_lost_cases() -> None:
    lines = text_of(kept.three_nights()).splitlines()
    [bank] = [line for line in lines if line.startswith("Bank ")]
    assert bank.split()[:6] == ["Bank", "39,600", "33,962,500", "329,760,000", "11", "h"]
    assert lines[-1] == "1 case lost: their workers ended, and did not do so again"


def test_store_table_is_as_wide_as_a_terminal() -> None:
    assert max(map(len, text_of(kept.three_nights()).splitlines())) <= 100


def test_store_table_leaves_nothing_out_when_asked() -> None:
    text = text_of(kept.three_nights(), is_whole=True)
    assert "before self.balances[payee] is read; reader 1 goes on" in text
    assert 'File "/srv/ledger.py", line 12 in update' in text


def test_store_table_says_what_cannot_be_replayed() -> None:
    text = text_of(CampaignView(trouble="no finding says how it is replayed: the disk is full"))
    assert "No finding says how it is replayed: the disk is full" in text


def test_store_table_of_nothing_says_so() -> None:
    assert text_of(CampaignView()) == "no finding in 0 runs"


def test_store_table_of_hostile_texts_has_no_line_of_theirs() -> None:
    text = text_of(kept.one_night(kept.stored(subject="a\n::error::b\x1b[2J")))
    assert "a\\n::error::b\\x1b[2J: A lookup saw half of a batch" in text
