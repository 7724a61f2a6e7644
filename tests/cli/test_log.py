"""``smcheck check --log``: a file that is wrong is refused, what it shows needs it no more."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import MACHINE

Run = Callable[..., "subprocess.CompletedProcess[str]"]

LOGGED = f"""{MACHINE}
class Forgetful(Calm):
    def update(self, entries):
        for entry in entries:
            if bytes(entry.cmd) == b"forget it" and self.total:
                raise LookupError
        return super().update(entries)

forgetful = subject(Forgetful, commands=st.just(b"x"))
fine = subject(commands=st.just(7), encode=str.encode)
"""


@pytest.fixture
def log(tmp_path: Path, smcheck_real: Run) -> Path:
    """Return where the log is to be; machines that need one are beside it."""
    (tmp_path / "machine.py").write_text(LOGGED)
    return tmp_path / "log.jsonl"


def test_finding_of_a_log_replays_without_the_log(
    smcheck_real: Run, tmp_path: Path, log: Path
) -> None:
    log.write_text('"x"\n' * 30 + '"forget it"\n' + '"x"\n' * 30)
    ran = smcheck_real(
        "check", "machine.py:forgetful", "--log", "log.jsonl", "-x", "--max-examples", "2",
        "--seed", "1", "--json", "report.json",
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    [subject] = json.loads((tmp_path / "report.json").read_text())["subjects"]
    [finding] = subject["findings"]
    assert finding["clause"] == "UPD-8"
    witness = json.loads((tmp_path / finding["witness"]).read_text())
    assert len(witness["log"]) == 2
    log.unlink()
    again = smcheck_real("replay", finding["witness"])
    assert (again.returncode, again.stdout.splitlines()[0]) == (1, "still fails")


@pytest.mark.parametrize(
    ("targets", "text", "says"),
    [
        (
            ["forgetful"],
            None,
            "got what cannot be read (No such file",
        ),
        (["forgetful", "fine"], '"x"\n"y"\n{"value": 7}\n', "log.jsonl line 3: expected a text"),
        (["fine", "fine"], '"x"\n7\n', "log.jsonl line 2: Calm: expected encode to return"),
    ],
)
def test_wrong_log_is_refused_before_any_target_is_checked(
    smcheck_real: Run, log: Path, targets: list[str], text: str | None, says: str
) -> None:
    if text is not None:
        log.write_text(text)
    names = [f"machine.py:{target}" for target in targets]
    ran = smcheck_real("check", *names, "--log", "log.jsonl")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1), ran.stderr
    assert says in ran.stderr
