"""Recoveries of images with external files, once these are no longer where they were added."""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

from smcheck.engine.twins.ask import Ask, innermost
from smcheck.engine.twins.trial import attempt, middle, parting, trials
from smcheck.finding import Breach
from smcheck.host.replica import Replica
from smcheck.host.streams import Image
from smcheck.host.trials import Shown

CHECK = "moved-files"

_GRAIN_S = 0.1
"""The system notes the time of a change less exactly than it tells the time."""


def check_moved_files(ask: Ask) -> list[Breach]:
    """Recover with the original files in place, then without them."""
    if "snapshots" in ask.world.subject.without or not ask.world.profile.has_files:
        return []
    began_s = time.time()
    made = attempt(ask, partial(_saved, ask))
    if made is None or not made[1].files:
        return []
    donor, image = made
    whole = attempt(ask, partial(_recovered, ask, image))
    if whole is None or not whole.is_whole:
        return []  # check_restart says it
    mine = [one.original for one in image.files if _is_ours(one.original, donor, since_s=began_s)]
    if not mine:
        return []
    for path in mine:
        path.unlink(missing_ok=True)
    shown = attempt(ask, partial(_recovered, ask, image))
    if shown is None:
        return []
    ask.saw_state("FIL-2")
    if shown.came.outcome is not None:
        return [_at_old_place(CHECK, shown, f"got {shown.came.text}")]
    wrong = parting(ask, whole, shown, version=middle(ask))
    return [_at_old_place(CHECK, shown, wrong)] if wrong else []


def _is_ours(path: Path, donor: Replica, *, since_s: float) -> bool:
    """Return whether a file was made in this trial: any other one is not ours to delete."""
    try:
        place, is_new = path.resolve(strict=True), path.stat().st_mtime >= since_s - _GRAIN_S
    except OSError:
        return False
    if donor.folder is not None and place.is_relative_to(donor.folder.resolve()):
        return True
    return is_new and place.is_relative_to(Path(tempfile.gettempdir()).resolve())


def reads_own_folder(ask: Ask, check: str) -> Breach | None:
    """Return FIL-2 if recover fails for want of the files at the old place in its own folder.

    Asked where recover fails on a good image with files: they are put there for a try.
    """
    made = attempt(ask, partial(_saved, ask))
    if made is None:
        return None
    donor, image = made
    failed = attempt(ask, partial(_recovered, ask, image))
    if failed is None or failed.came.outcome is None:
        return None
    shown = attempt(ask, partial(_recovered_among, ask, image, donor))
    if shown is None or not shown.is_whole:
        return None
    return _at_old_place(check, failed, f"got {failed.came.text}")


def _saved(ask: Ask) -> tuple[Replica, Image] | None:
    makes = trials(ask)
    replica = makes.grown(middle(ask))
    image = makes.save(replica).value
    return None if image is None else (replica, image)


def _recovered(ask: Ask, image: Image) -> Shown:
    makes = trials(ask)
    replica = makes.fresh()
    return makes.show(makes.recover(replica, image), replica, middle(ask))


def _recovered_among(ask: Ask, image: Image, donor: Replica) -> Shown:
    """Recover in a folder that has the files where the donor's folder had them."""
    makes = trials(ask)
    replica = makes.fresh()
    for file in image.files:
        if donor.folder is None or replica.folder is None:
            continue
        if file.original.is_relative_to(donor.folder):
            place = replica.folder / file.original.relative_to(donor.folder)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file.file.path, place)
    return makes.show(makes.recover(replica, image), replica, middle(ask))


def _at_old_place(check: str, shown: Shown, wrong: str) -> Breach:
    outcome = shown.came.outcome
    return Breach(
        "FIL-2", check, "recover looks for an external file where it was added",
        f"expected recover to read each file at the path that it is given, {wrong} once no file "
        "was at its old place: the image may have come from another host",
        method="recover_from_snapshot", error=outcome.error if outcome else "",
        locations=innermost(outcome) if outcome else (),
    )  # fmt: skip
