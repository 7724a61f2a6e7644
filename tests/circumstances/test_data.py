"""Circumstances and settings as data."""

from __future__ import annotations

from smcheck.circumstances.data import CIRCUMSTANCES, differing, taking
from smcheck.circumstances.settings import default_settings


def test_default_settings_repeat_with_the_seed() -> None:
    assert default_settings(7) == default_settings(7)
    assert default_settings(7) != default_settings(8)


def test_default_settings_differ_in_every_circumstance_of_a_process() -> None:
    for seed in range(50):
        first, *others = default_settings(seed, count=3)
        names = {c.name for other in others for c in differing(first, other)}
        assert names == {c.name for c in CIRCUMSTANCES if c.fields and c.on_by_default}


def test_default_settings_are_recorded_hash_seeds_and_impossible_process_ids() -> None:
    for setting in default_settings(3, count=4):
        assert 1 <= setting.hash_seed <= 4_294_967_295
        assert setting.process_id > 4_194_304, "a real process could be killed by mistake"


def test_default_settings_clocks_are_days_apart() -> None:
    one, other = default_settings(5)
    assert abs(one.wall_s - other.wall_s) > 86_400


def test_taking_changes_one_circumstance_only() -> None:
    one, other = default_settings(0)
    [clock] = [c for c in CIRCUMSTANCES if c.name == "clock"]
    assert [c.name for c in differing(one, taking(one, clock, other))] == ["clock"]


def test_circumstances_have_distinct_names_and_fields() -> None:
    fields = [field for c in CIRCUMSTANCES for field in c.fields]
    assert len(fields) == len(set(fields))
    assert len({c.name for c in CIRCUMSTANCES}) == len(CIRCUMSTANCES)
