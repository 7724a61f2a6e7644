"""Stand in for the child: the target says what happens, no machine is searched.

Uses the real child's channel, board, stacks and guards, so that the parent is tested against
what a real child does when it dies.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

from smcheck.cli import child
from smcheck.cli.messages import CheckOptions, Resolved
from smcheck.errors import UsageError
from smcheck.finding import (
    Breach,
    ClauseStatus,
    Finding,
    Location,
    Severity,
    SubjectReport,
    Verdict,
)
from smcheck.host.board import Board
from smcheck.report.data import blank

HERE = str(Path(__file__).absolute())


class Machine:
    """Does to the process what its command says."""

    def update(self, cmd: str) -> None:
        """Do it."""
        if cmd == "exit":
            os._exit(3)
        elif cmd == "segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        elif cmd == "sigkill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif cmd == "sigint":
            os.kill(os.getpid(), signal.SIGINT)
        elif cmd == "raise":
            signal.raise_signal(signal.SIGTERM)
        elif cmd == "sysexit":
            print("giving up", file=sys.stderr)
            sys.exit("no more")
        elif cmd == "sleep":
            time.sleep(60)
        elif cmd == "pow":
            pow(3, 10**9)
        elif cmd == "regex":
            re.match(r"(a+)+$", "a" * 60 + "b")
        elif cmd == "fork":
            if os.fork() == 0:
                time.sleep(60)
            os._exit(5)
        elif cmd == "exec":
            os.execv("/bin/sleep", ["sleep", "60"])
        elif cmd == "print":
            while True:
                print("x" * 1000)
                print("y" * 1000, file=sys.stderr)
        elif cmd == "memory":
            self.held = [bytearray(1 << 20) for _ in range(600)]
            time.sleep(60)


def line_of(cmd: str) -> int:
    """Return the line that does ``cmd``."""
    lines = Path(HERE).read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if f'cmd == "{cmd}"' in line) + 1


def finding(clause: str = "UPD-4", severity: Severity = Severity.VIOLATION) -> Finding:
    """Return a finding in this file."""
    breach = Breach(clause, "retained", "The entry is kept", "expected a, got b",
                    severity=severity, evidence=(("path", "machine._log[0]"),))  # fmt: skip
    location = Location(HERE, 41, "Machine.update")
    return Finding(breach, location, signature="0123456789ab")


def report_of(target: str, *found: Finding) -> SubjectReport:
    """Return a report that names ``target``."""
    report = blank(target, "concurrent")
    report.findings = list(found)
    report.clauses["UPD-1"] = ClauseStatus(7, Verdict.HELD)
    report.verdict = Verdict.VIOLATED if found else Verdict.HELD
    report.stats.examples, report.stats.schedules, report.stats.operations = 100, 2000, 30000
    return report


def survey(target: str, **ignored: object) -> tuple[Resolved, object]:
    """Resolve a target; some do not let themselves."""
    if target == "unresolved":
        raise UsageError("target 'unresolved': expected a file,\n got none")
    if target.startswith("at-import-"):
        Machine().update(target.removeprefix("at-import-"))
    methods = {"update": Location(HERE, 36, "Machine.update")}
    return Resolved(target, target, "concurrent", methods, (HERE,)), None


def check(
    subject: object, target: str, log: tuple[()], options: CheckOptions, channel: child.Channel,
    board: Board,
) -> SubjectReport:  # fmt: skip
    """Do what the target says, during an update."""
    reporter = child.Reporter(channel)
    if target == "broken":
        raise ZeroDivisionError("our own fault")
    if target == "violated":
        return report_of(target, finding())
    if target == "hazard":
        report = report_of(target, finding(severity=Severity.HAZARD))
        report.verdict = Verdict.HELD
        return report
    if target == "inconclusive":
        report = blank(target, "regular")
        report.reasons.append("the time ran out")
        return report
    if target == "found-then-sleep":
        reporter.finding(report_of(target, finding()), finding())
        target = "sleep"
    else:
        reporter.progress(report_of(target))
    if target == "unsettled":
        os._exit(4)
    board.begin("update")
    Path("running").touch()
    Machine().update(target)
    board.end()
    return report_of(target)


def main() -> None:
    """Be the child."""
    child.__dict__["survey"] = survey
    child.__dict__["_check"] = check
    child.main()


if __name__ == "__main__":
    main()
