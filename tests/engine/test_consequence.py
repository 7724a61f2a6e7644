"""What follows from a defect is not told as a defect of its own (CONTRACT A5)."""

from __future__ import annotations

import pytest

from smcheck.testing.check import check_subject
from smcheck.testing.options import Options
from tests import specimens

pytestmark = pytest.mark.dear


@pytest.mark.parametrize("name", ["waiting_set", "tied_leader"])
def test_what_hangs_on_the_order_of_a_set_is_no_fault_of_the_image(name: str) -> None:
    path = dict(specimens.BUGGY)[name]
    options = Options(max_examples=40, seed=1, target=f"{path}:subject")
    report = check_subject(specimens.load(path).subject, options)
    clauses = {finding.breach.clause for finding in report.findings}
    assert clauses
    assert clauses <= {"UPD-1", "UPD-2"}
