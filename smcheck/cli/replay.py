"""``smcheck replay``: run one stored failure again, in a child."""

from __future__ import annotations

from pathlib import Path

import click

from smcheck.cli.death import explain
from smcheck.cli.listener import Listener
from smcheck.cli.messages import Replayed, Request
from smcheck.cli.status import Exit, internal_error
from smcheck.cli.supervisor import Ending, converse
from smcheck.cli.terminal import complain, emit
from smcheck.errors import UsageError
from smcheck.report.text import finding_report, visible

_STATUSES = {
    "fixed": Exit.HELD,
    "still fails": Exit.VIOLATED,
    "fails differently": Exit.DIFFERENT,
    "cannot be replayed": Exit.INCONCLUSIVE,
}


@click.command()
@click.argument("witness", type=click.Path(path_type=Path), metavar="WITNESS")
def replay(witness: Path) -> int:
    """Run the failure in the file WITNESS again, exactly.

    Exit status: 0 fixed, 1 still fails, 5 fails differently, 4 cannot be replayed.
    """
    listener = Listener()
    request = Request("replay", witness=str(witness))
    ending = converse(request, listener.hear)
    if listener.usage:
        raise UsageError(listener.usage)
    if listener.broken:
        complain(internal_error(listener.broken))
        return Exit.INTERNAL
    outcome = listener.replayed or _unfinished(ending)
    _print(outcome)
    return _STATUSES.get(outcome.status, Exit.INCONCLUSIVE)


def _unfinished(ending: Ending | None) -> Replayed:
    reason = "interrupted" if ending is None else explain(ending, None).reason
    return Replayed("cannot be replayed", reason=reason)


def _print(outcome: Replayed) -> None:
    reason = f": {visible(outcome.reason)}" if outcome.reason else ""
    emit(f"{outcome.status}{reason}")
    if outcome.finding is not None:
        emit("", finding_report(outcome.finding))
