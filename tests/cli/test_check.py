"""``smcheck check`` with children that end in every way; each is one verdict and one status."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Ran, wait_running
from tests.cli.fake_child import HERE, line_of

Run = Callable[..., Ran]


def test_check_held_exits_0_and_says_what_was_not_checked(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "fine")
    assert ran.status == 0
    assert "fine (concurrent): held" in ran.out
    assert "not checked" in ran.out
    assert ran.only_subject()["verdict"] == "held"


def test_check_violated_exits_1(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "violated", "--seed", "7")
    assert ran.status == 1
    assert "1. UPD-4 violation  The entry is kept" in ran.out
    assert ran.report is not None
    assert ran.report["verdict"] == "violated"


def test_check_inconclusive_exits_4_and_is_never_called_held(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "inconclusive")
    assert ran.status == 4
    assert "inconclusive (regular): inconclusive" in ran.out
    assert "held" not in ran.out


@pytest.mark.parametrize(("extra", "status"), [((), 0), (("--strict",), 1)])
def test_check_counts_hazards_only_when_strict(
    smcheck_fake: Run, extra: tuple[str, ...], status: int
) -> None:
    assert smcheck_fake("check", "hazard", *extra).status == status


@pytest.mark.parametrize(
    ("target", "how"),
    [("exit", "exit status 3"), ("segfault", "SIGSEGV"), ("sigkill", "SIGKILL"),
     ("sigint", "SIGINT"), ("raise", "SIGTERM"), ("fork", "exit status 5")],
)  # fmt: skip
def test_check_names_the_line_that_ends_the_process(
    smcheck_fake: Run, target: str, how: str
) -> None:
    ran = smcheck_fake("check", target)
    assert ran.status == 1
    [finding] = ran.only_subject()["findings"]
    offset = 2 if target == "fork" else 0
    assert finding["clause"] == "UPD-8"
    assert finding["location"] == {
        "file": HERE,
        "line": line_of(target) + offset,
        "function": "Machine.update",
    }
    assert how in finding["message"]


def test_check_shows_the_last_words_of_a_machine_that_exits(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "sysexit")
    [finding] = ran.only_subject()["findings"]
    assert "SystemExit: no more" in finding["message"]


def test_check_does_not_blame_a_machine_for_dying_outside_of_operations(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "unsettled")
    assert ran.status == 4
    assert "exit status 4 outside of every operation" in ran.out
    assert "exit status 4" in ran.only_subject()["stats"]["error"]


@pytest.mark.parametrize("target", ["sleep", "pow", "regex"])
def test_check_ends_a_machine_that_hangs_and_shows_where(smcheck_fake: Run, target: str) -> None:
    ran = smcheck_fake("check", target)
    assert ran.status == 4
    error = ran.only_subject()["stats"]["error"]
    assert "gave no sign of life" in error
    assert f"{HERE}:{line_of(target)} in update" in error


def test_check_ends_a_machine_that_takes_all_memory(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "memory")
    assert ran.status == 4
    assert "took more memory than it may" in ran.only_subject()["stats"]["error"]


@pytest.mark.parametrize("target", ["print", "exec"])
def test_check_is_not_held_up_by_a_machine_that(smcheck_fake: Run, target: str) -> None:
    assert smcheck_fake("check", target).status == 4


def test_check_tells_its_own_fault_from_the_machines(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "broken")
    assert ran.status == 3
    assert "ZeroDivisionError: our own fault" in ran.err
    assert "internal error: this is a fault of smcheck" in ran.err
    assert ran.only_subject()["verdict"] == "inconclusive"


@pytest.mark.parametrize("others", [(), ("fine",)])
def test_check_refuses_a_bad_target_in_one_line(smcheck_fake: Run, others: tuple[str, ...]) -> None:
    ran = smcheck_fake("check", *others, "unresolved")
    assert ran.status == 2
    assert ran.out == ""
    assert ran.err == "smcheck: target 'unresolved': expected a file, got none\n"
    assert ran.report is None


@pytest.mark.parametrize("others", [(), ("fine",)])
@pytest.mark.parametrize(
    ("death", "how"),
    [("exit", "ended with exit status 3"), ("sysexit", "SystemExit: no more"),
     ("pow", "gave no sign of life")],
)  # fmt: skip
def test_check_refuses_a_target_whose_import_does_not_end_well(
    smcheck_fake: Run, death: str, how: str, others: tuple[str, ...]
) -> None:
    ran = smcheck_fake("check", *others, f"at-import-{death}")
    assert ran.status == 2
    assert ran.err.count("\n") == 1
    assert f"'at-import-{death}'" in ran.err
    assert how in ran.err


@pytest.mark.parametrize(
    ("targets", "status"),
    [(("fine", "inconclusive"), 4), (("inconclusive", "broken"), 3), (("broken", "violated"), 1),
     (("fine", "hazard"), 0)],
)  # fmt: skip
def test_check_of_several_exits_with_the_worst(
    smcheck_fake: Run, targets: tuple[str, ...], status: int
) -> None:
    ran = smcheck_fake("check", *targets)
    assert ran.status == status
    assert ran.report is not None
    assert [s["name"] for s in ran.report["subjects"]] == list(targets)


def test_check_x_leaves_the_targets_after_a_violation(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "-x", "violated", "fine")
    assert ran.status == 1
    assert ran.report is not None
    last = ran.report["subjects"][1]
    assert (last["verdict"], last["stats"]["partial"]) == ("inconclusive", True)


def test_check_only_leaves_out_a_death_that_was_not_asked_about(smcheck_fake: Run) -> None:
    ran = smcheck_fake("check", "exit", "--only", "LKP-1")
    assert ran.status == 4
    assert ran.only_subject()["findings"] == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("target", "status"), [("sleep", 4), ("pow", 4), ("found-then-sleep", 1)])
def test_check_interrupted_ends_within_a_second_with_what_it_has(
    start_fake: Callable[..., Any], tmp_path: Path, sent: signal.Signals, target: str, status: int
) -> None:
    process = start_fake("check", target, "--json", "report.json")
    wait_running(tmp_path)
    began_at = time.monotonic()
    process.send_signal(sent)
    out, err = process.communicate(timeout=10)
    # Promised is one second; a machine that is busy with other tests gets some more.
    assert time.monotonic() - began_at < 3.0
    assert process.returncode == status
    assert "partial" in out
    assert err == ""
    [subject] = json.loads((tmp_path / "report.json").read_text())["subjects"]
    assert subject["stats"]["partial"] is True
