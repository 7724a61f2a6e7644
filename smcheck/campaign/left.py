"""Take in what a killed campaign left: findings that were not in the store yet, and last cases.

A case that was running when everything was killed may have done it. It is run again, ahead of
the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import trio

from smcheck.campaign.asked import Met
from smcheck.campaign.journal import Left, read_journal
from smcheck.campaign.running import Died, Workers
from smcheck.campaign.store.store import Store
from smcheck.cli.death import CHECK
from smcheck.engine.witness import BreachRecord, Witness
from smcheck.errors import CampaignError, InternalError, UsageError

_NOBODY = "0" * 12
"""Signature of a case that nothing is known of."""


def take_up(store: Store, journals: Path, *, is_over: Callable[[str], bool]) -> list[Left]:
    """Note the findings in the journals of runs that nobody works at any more.

    Args:
        journals: Folder of the journals; those that are taken in are removed.
        is_over: Says of the id of a run whether nobody works at it.

    Returns:
        What was asked for and did not come to its end.

    Raises:
        StoreError: The disk refuses.
    """
    found = []
    for path in sorted(journals.glob("*.jsonl")):
        left = read_journal(path)
        if left is None:
            path.unlink(missing_ok=True)
            continue
        if not is_over(left.stint.run):
            continue
        for met in left.met:
            store.note_finding(left.stint.run, met.sighting)
        found.append(left)
        path.unlink(missing_ok=True)
    for folder in journals.glob("case-*"):
        _remove(folder)
    return found


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink(missing_ok=True)
    folder.rmdir()


async def suspects(lefts: list[Left], hands: Workers) -> list[Met]:
    """Return findings of the cases that end a process also when they are run again, twice."""
    found = []
    for left in lefts:
        met = await _suspect(left, hands)
        if met is not None:
            found.append(met)
        await trio.lowlevel.checkpoint()
    return found


async def _suspect(left: Left, hands: Workers) -> Met | None:
    try:
        drafted = msgspec.json.decode(left.case, type=Witness)
    except msgspec.DecodeError:
        return None
    asked = BreachRecord("UPD-8", CHECK, "", "", "", "", _NOBODY)
    try:
        once = await hands.replay(msgspec.structs.replace(drafted, breach=asked))
    except CampaignError:
        raise
    except (UsageError, InternalError):
        return None
    if once.finding is None or once.finding.breach.check != CHECK:
        return None
    died = Died(once.reason, left.case, "", once.finding, drafted.subject, None)
    return await hands.confirm(died, left.stint, job=0)
