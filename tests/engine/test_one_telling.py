"""One defect under faults is one finding, also where other checks stumble over it."""

from __future__ import annotations

import pytest

from smcheck.finding import Severity
from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens

pytestmark = pytest.mark.dear


@pytest.mark.parametrize(
    ("name", "clause"),
    [
        ("prepare_lock", "PRE-4"),  # schedules drop contexts too, and then wait for ever
        ("unchecked_write", "SAV-10"),
        ("logged_restore", "REC-5"),
        ("open_journal", "FIL-1"),
        ("backpatched_length", "SAV-11"),
        ("hit_counter", "LKP-1"),  # an image or a read is another then, too
        ("default_touch", "LKP-1"),
        ("class_counter", "NEW-1"),  # twins part in whatever they are compared by
        ("module_dedup", "NEW-1"),
        ("largest_row", "PRE-5"),  # as it does on a thread, and beside a lookup
        ("live_walk", "SAV-1"),  # save falls over it, or writes it down
        ("shallow_copy", "SAV-1"),
        ("random_pick", "UPD-1"),
        ("thread_local", "THR-1"),
        ("kept_batch", "UPD-4"),
        ("index_now_and_then", "DSK-6"),
    ],
)
def test_one_defect_is_told_once(name: str, clause: str) -> None:
    path = dict(specimens.BUGGY)[name]
    options = Options(max_examples=24, seed=1, target=f"{path}:subject")
    report = check_subject(specimens.load(path).subject, options)
    found = [f.breach for f in report.findings if f.breach.severity is Severity.VIOLATION]
    assert [breach.clause for breach in found] == [clause]
