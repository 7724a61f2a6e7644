"""Whatever is killed, and whenever: nothing that was found is lost, and nothing is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from smcheck.campaign.records import Ended
from smcheck.campaign.store import Store
from tests.campaign.campaigns import HOSTILE, fuzz, names
from tests.campaign.faults import kill_many


@pytest.mark.dear
def test_campaign_killed_at_random_moments_loses_nothing(tmp_path: Path) -> None:
    tally = kill_many(tmp_path / "st", kills=12, seed=3)
    assert tally.supervisors >= 3
    ran = fuzz(
        tmp_path / "st", "examples/quickstart.py:inventory", f"{HOSTILE}:tame",
        "--max-examples", 25, "--seed", 1,
    )  # fmt: skip
    assert set(tally.found) <= set(names(tmp_path / "st"))
    accused = {target for target, _ in names(tmp_path / "st")}
    assert not accused & {
        f"{HOSTILE}:tame",
        f"{HOSTILE}:forks",
        "tests/fixed/kept_entry.py:subject",
    }
    assert ran.status in (0, 1)
    with Store.read(tmp_path / "st") as store:
        ended = [run.ended for run in store.runs() if HOSTILE not in str(run.targets)]
    assert Ended.RUNNING not in ended
