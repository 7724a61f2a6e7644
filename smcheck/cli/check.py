"""``smcheck check``: hold subjects to the contract, one child process each.

Puts the parts together: options, children, reports, files. It never imports the user's code.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import click

from smcheck.circumstances.pythons import with_python
from smcheck.circumstances.settings import choose
from smcheck.cli.death import CHECK
from smcheck.cli.journal import keep_witness
from smcheck.cli.known import look_after_known
from smcheck.cli.listener import Listener, Settled, count_hazards, settle
from smcheck.cli.messages import CheckOptions, Request, Resolved
from smcheck.cli.options import circumstances, clause_ids, count, duration, path
from smcheck.cli.progress import ProgressBar
from smcheck.cli.resolving import resolve
from smcheck.cli.status import Exit, internal_error, status_of, worst
from smcheck.cli.supervisor import converse
from smcheck.cli.terminal import complain, emit, emit_lines
from smcheck.errors import InternalError, UsageError
from smcheck.finding import Report, SubjectReport, Verdict
from smcheck.report.data import blank, encode
from smcheck.report.files import (
    DEFAULT_WITNESS_DIR,
    require_folder,
    require_writable,
    write_whole,
)
from smcheck.report.github import annotations_of, harmless, is_on_github
from smcheck.report.text import subject_report

SCHEDULES = 20


@click.command()
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option(
    "--time",
    "seconds",
    callback=duration,
    metavar="DURATION",
    help="Search for so long: 10s, 500ms, 2m, 1h.",
)
@click.option(
    "--max-examples",
    callback=count(1, 10**9),
    metavar="N",
    help="Draw at most N plans; 100 without --time, else as many as fit.",
)
@click.option(
    "--schedules",
    callback=count(1, 10**6),
    metavar="N",
    default=str(SCHEDULES),
    help=f"Run each plan under N further schedules (default {SCHEDULES}).",
)
@click.option(
    "--seed",
    callback=count(0, 2**63 - 1),
    metavar="N",
    help="Repeat the search of this seed; random and printed unless given.",
)
@path(
    "--log", "log_path", "Try the commands of this file first, JSON lines in the order of the log."
)
@click.option(
    "--only",
    callback=clause_ids,
    metavar="IDS",
    help="Report these clauses only, such as UPD-4,LKP-1.",
)
@path("--json", "json_path", "Write the report as JSON.")
@path("--html", "html_path", "Write the report as a page that a browser opens without a network.")
@path(
    "--witness", "witness_dir", "Keep witnesses there (default .smcheck/witnesses).", metavar="DIR"
)
@click.option(
    "--vary",
    multiple=True,
    callback=circumstances,
    metavar="NAME",
    help="Vary this circumstance too; `smcheck circumstances` lists them.",
)
@click.option(
    "--dont-vary",
    multiple=True,
    callback=circumstances,
    metavar="NAME",
    help="Do not vary this circumstance; then nothing is held for sure.",
)
@click.option("--strict/--no-strict", help="Let hazards count as violations.")
@click.option("-v", "--verbose", is_flag=True, help="Leave nothing of a finding out.")
@click.option("-x", "stop_on_first", is_flag=True, help="Stop at the first violation.")
def check(
    targets: tuple[str, ...], seconds: float | None, max_examples: int | None, schedules: int,
    seed: int | None, log_path: Path | None, only: tuple[str, ...], json_path: Path | None,
    html_path: Path | None, witness_dir: Path | None, vary: dict[str, str],
    dont_vary: dict[str, str], strict: bool, verbose: bool, stop_on_first: bool,
) -> int:  # fmt: skip
    """Hold each TARGET to the contract.

    A TARGET is path/to/file.py:name or package.module:name, a smcheck.Subject.
    """
    if json_path is not None:
        require_writable(json_path, "--json")
    if html_path is not None:
        require_writable(html_path, "--html")
    options = CheckOptions(
        seconds=seconds,
        max_examples=max_examples,
        schedules=schedules,
        seed=secrets.randbelow(2**31) if seed is None else seed,
        only=only,
        stop_on_first=stop_on_first,
        witness_dir=_witness_dir(witness_dir),
        vary=with_python(vary),
        dont_vary=tuple(dont_vary),
    )
    choose(vary, frozenset(dont_vary))  # refuses what is both
    log = str(log_path or "")
    run = CheckRun(targets, options, strict=strict, is_whole=verbose, log=log)
    status = run.run()
    if json_path is not None:
        write_whole(json_path, encode(run.report), option="--json")
    if html_path is not None:
        # Late: a check without a page does not wait for the templates.
        from smcheck.report.page import page

        write_whole(html_path, page(run.report.subjects).encode(), option="--html")
    return status


def _witness_dir(given: Path | None) -> str | None:
    """Try the folder now: finding out after the search would lose what it found."""
    if given is not None:
        require_folder(given, "--witness")
        return str(given)
    try:
        require_folder(DEFAULT_WITNESS_DIR, "--witness")
    except UsageError as error:
        # A read-only checkout can be checked all the same.
        complain(f"smcheck: no witnesses will be written: {error}")
        return None
    return str(DEFAULT_WITNESS_DIR)


@dataclass(slots=True)
class CheckRun:
    """Check targets one after the other and keep what came of each."""

    targets: tuple[str, ...]
    options: CheckOptions
    strict: bool = False
    is_whole: bool = False
    log: str = ""
    report: Report = field(default_factory=Report)
    statuses: list[Exit] = field(default_factory=list)
    resolved: dict[str, Resolved] = field(default_factory=dict)
    is_interrupted: bool = False

    def run(self) -> Exit:
        """Check everything and return the exit status.

        Raises:
            UsageError: A target is wrong; with several, before any is checked.
        """
        if len(self.targets) > 1:
            self._guard(self._resolve_all)
        for target in self.targets:
            if why := self._why_stopped():
                self._skip(target, why)
            else:
                self._guard(lambda target=target: self._check(target))  # type: ignore[misc]  # mypy cannot infer lambdas with defaults
        if len(self.targets) > 1:
            emit("", _summary(self.report))
        return self._status()

    def _guard(self, act: Callable[[], None]) -> None:
        try:
            act()
        except KeyboardInterrupt:
            self.is_interrupted = True

    def _resolve_all(self) -> None:
        """Resolve every target in one child, before any machine is checked."""
        listener = Listener()
        try:
            resolve(self.targets, listener=listener, log=self.log)
        except InternalError as error:
            complain(internal_error(str(error)))
            self.statuses.append(Exit.INTERNAL)
        finally:
            self.resolved = {one.target: one for one in listener.resolved}

    def _check(self, target: str) -> None:
        began_at = time.monotonic()
        with ProgressBar(target, self.options) as bar:
            listener = Listener(tell=bar.show, debugs=bar.give_way)
            request = Request("check", targets=(target,), options=self.options, log=self.log)
            ending = converse(request, listener.hear)
        self.is_interrupted |= ending is None
        seconds = time.monotonic() - began_at
        settled = settle(listener, ending, self.options, name=target, seconds=seconds)
        try:
            self._witness_death(settled.report, listener.case)
            if ending is not None and not settled.broken:
                self._look_after_known(settled.report, listener.resolved)
        finally:
            self._keep(settled)

    def _look_after_known(self, report: SubjectReport, resolved: list[Resolved]) -> None:
        """Replay what is stored of findings that the subject says are known."""
        folder = self.options.witness_dir
        for one in resolved[:1] if folder else ():
            look_after_known(report, one, Path(folder or ""), only=self.options.only)

    def _witness_death(self, report: SubjectReport, case: str) -> None:
        """Write the witness that a dead child could not write."""
        folder = self.options.witness_dir
        for number, finding in enumerate(report.findings):
            if finding.breach.check == CHECK and not finding.witness and case and folder:
                report.findings[number] = keep_witness(case, finding, Path(folder))

    def _keep(self, settled: Settled) -> None:
        """Take the outcome of one subject in, then print it."""
        report = settled.report
        if self.strict:
            count_hazards(report)
        self.statuses.append(status_of(report.verdict))
        if settled.broken:
            self.statuses.append(Exit.INTERNAL)
            complain(internal_error(settled.broken))
        separator = [""] if self.report.subjects else []
        self.report.subjects.append(report)
        on_github = is_on_github()
        emit(
            *separator, subject_report(report, is_whole=self.is_whole),
            edit=harmless if on_github else None,
        )  # fmt: skip
        if on_github:
            emit_lines(annotations_of(report.findings))

    def _why_stopped(self) -> str:
        if self.is_interrupted:
            return "not checked: interrupted"
        if Exit.INTERNAL in self.statuses and not self.report.subjects:
            return "not checked: smcheck failed while it resolved the targets"
        if self.options.stop_on_first and Exit.VIOLATED in self.statuses:
            return "not checked: -x stops at the first violation"
        return ""

    def _skip(self, target: str, why: str) -> None:
        known = self.resolved.get(target)
        report = blank(known.name, known.kind) if known else blank(target, "")
        report.stats.partial, report.stats.seed = True, self.options.seed
        report.reasons.append(why)
        self._keep(Settled(report))

    def _status(self) -> Exit:
        if self.is_interrupted:
            self.statuses.append(Exit.INCONCLUSIVE)
            self.report.subjects[-1].stats.partial = True
        return worst(self.statuses)


def _summary(report: Report) -> str:
    counts = [(sum(s.verdict is verdict for s in report.subjects), verdict) for verdict in Verdict]
    told = ", ".join(f"{count} {verdict}" for count, verdict in counts if count)
    return f"{len(report.subjects)} subjects: {told}"
