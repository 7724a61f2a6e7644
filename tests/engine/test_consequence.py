"""What follows from a defect is not told as a defect of its own (CONTRACT A5)."""

from __future__ import annotations

from smcheck.testing.check import Options, check_subject
from tests import specimens


def test_a_set_that_pops_otherwise_is_no_fault_of_its_image() -> None:
    path = dict(specimens.BUGGY)["waiting_set"]
    options = Options(max_examples=40, seed=1, target=f"{path}:subject")
    report = check_subject(specimens.load(path).subject, options)
    assert {finding.breach.clause for finding in report.findings} == {"UPD-2"}
