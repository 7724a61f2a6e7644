"""``smcheck replay``: run one stored failure again, in a child."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from rich.console import RenderableType

from smcheck._reading import read_witness
from smcheck.circumstances.data import is_hash_seed
from smcheck.cli.death import CHECK, explain
from smcheck.cli.listener import Listener
from smcheck.cli.messages import Replayed, Request
from smcheck.cli.options import path
from smcheck.cli.progress import Waiting
from smcheck.cli.status import Exit, internal_error
from smcheck.cli.supervisor import Ending, converse
from smcheck.cli.terminal import complain, emit
from smcheck.errors import InternalError, UsageError
from smcheck.finding import SubjectReport, Verdict
from smcheck.report.files import require_writable, write_whole
from smcheck.report.finding_text import finding_report
from smcheck.report.plain import visible

_STATUSES = {
    "fixed": Exit.HELD,
    "still fails": Exit.VIOLATED,
    "fails differently": Exit.DIFFERENT,
    "cannot be replayed": Exit.INCONCLUSIVE,
}
_VERDICTS = {
    "fixed": Verdict.HELD, "still fails": Verdict.VIOLATED, "fails differently": Verdict.VIOLATED,
}  # fmt: skip


class _StoredBreach(msgspec.Struct):
    signature: str = ""
    check: str = ""


class Peeked(msgspec.Struct):
    """What the parent must know of a witness; the child reads and judges all of it."""

    hash_seed: str = "0"
    breach: _StoredBreach = msgspec.field(default_factory=_StoredBreach)


@click.command()
@click.argument("witness", type=click.Path(path_type=Path), metavar="WITNESS")
@click.option(
    "--target",
    metavar="TARGET",
    default="",
    help="Where the subject is now, if its file was moved or it has another name.",
)
@click.option(
    "--pdb",
    "stops",
    is_flag=True,
    help="Then run it once more and stop in a debugger, at the line at fault.",
)
@path(
    "--html", "html_path", "Write what it shows as a page that a browser opens without a network."
)
@click.option("-v", "--verbose", is_flag=True, help="Leave nothing of the finding out.")
def replay(witness: Path, target: str, stops: bool, html_path: Path | None, verbose: bool) -> int:
    """Run the failure in the file WITNESS again, exactly.

    Exit status: 0 fixed, 1 still fails, 5 fails differently, 4 cannot be replayed.
    """
    if html_path is not None:
        require_writable(html_path, "--html")
    try:
        outcome = replay_in_child(witness, target=target, stops=stops, is_whole=verbose)
    except InternalError as error:
        complain(internal_error(str(error)))
        return Exit.INTERNAL
    if not outcome.is_told:
        emit(*outcome_text(outcome, is_whole=verbose))
    if html_path is not None:
        write_whole(html_path, _page(witness, outcome).encode(), option="--html")
    return _STATUSES.get(outcome.status, Exit.INCONCLUSIVE)


def _page(witness: Path, outcome: Replayed) -> str:
    """Return the page of what a replay shows."""
    # Late: a replay without a page does not wait for the templates.
    from smcheck.report.page import page

    report = SubjectReport(witness.name, "")
    report.verdict = _VERDICTS.get(outcome.status, Verdict.INCONCLUSIVE)
    report.findings = [outcome.finding] if outcome.finding is not None else []
    reason = f": {outcome.reason}" if outcome.reason else ""
    report.reasons = [f"{outcome.status}{reason}"]
    return page([report])


def replay_in_child(
    witness: Path, *, target: str = "", stops: bool = False, is_whole: bool = False
) -> Replayed:
    """Replay a witness in a process with the hash seed it was found under.

    Args:
        witness: Path of the file.
        target: Where the subject is now, empty for where the witness says.
        stops: Open a debugger afterwards, where the case goes wrong; the outcome is told before.
        is_whole: Leave nothing out when it is told so.

    Raises:
        UsageError: The file, or the target it names, is not what it must be.
        InternalError: smcheck failed; the message is the traceback.
        KeyboardInterrupt: The user ended it.
    """
    stored = peek(witness)
    request = Request(
        "replay", witness=str(witness), stops=stops, is_whole=is_whole,
        targets=(target,) if target else (),
    )  # fmt: skip
    with Waiting(f"replaying {witness.name}") as waiting:
        listener = Listener(debugs=waiting.give_way)
        ending = converse(request, listener.hear, hash_seed=stored.hash_seed)
    if ending is None and listener.replayed is None:
        raise KeyboardInterrupt
    return outcome_of(listener, ending, stored)


def outcome_of(listener: Listener, ending: Ending | None, stored: Peeked) -> Replayed:
    """Return what became of a replay, by what its child said and how it ended.

    Raises:
        UsageError: The file, or the target it names, is not what it must be.
        InternalError: smcheck failed; the message is the traceback.
    """
    if listener.replayed is not None:
        return listener.replayed
    if listener.usage:
        raise UsageError(listener.usage)
    if listener.broken or ending is None:
        raise InternalError(listener.broken or "a child that was not waited for said nothing")
    return _judge_end(ending, listener, stored)


def peek(witness: Path) -> Peeked:
    """Read what the parent needs; whether what is in the file is sound is the child's to say.

    Raises:
        UsageError: There is no file to read.
    """
    try:
        stored = msgspec.json.decode(read_witness(witness), type=Peeked)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return Peeked()
    # Python would not start with another one, and nobody could say what is wrong with it.
    return stored if is_hash_seed(stored.hash_seed) else Peeked(breach=stored.breach)


def _judge_end(ending: Ending, listener: Listener, stored: Peeked) -> Replayed:
    """Judge a replay that its process did not survive: that may be what was stored."""
    resolved = listener.resolved[-1] if listener.resolved else None
    # What took too long or too much then, and does so again, has done it twice.
    death = explain(ending, resolved, is_strict=stored.breach.check == CHECK)
    if death.finding is None:
        return Replayed("cannot be replayed", reason=death.reason)
    is_same = death.finding.signature == stored.breach.signature
    return Replayed("still fails" if is_same else "fails differently", death.finding)


def outcome_text(outcome: Replayed, *, is_whole: bool = False) -> list[RenderableType]:
    """Return what a person reads of a replay: the status, the reason, the finding."""
    reason = f": {visible(outcome.reason)}" if outcome.reason else ""
    head: list[RenderableType] = [f"{outcome.status}{reason}"]
    if outcome.finding is None:
        return head
    return [*head, "", finding_report(outcome.finding, is_whole=is_whole)]
