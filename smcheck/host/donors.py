"""Images of other replicas: what a machine recovers that fell behind."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.host.entries import PrivateEntries
from smcheck.host.folders import Folders
from smcheck.host.replica import Replica
from smcheck.host.streams import Image
from smcheck.plan import Command
from smcheck.runtime.threads import settle
from smcheck.subject import Subject


def donate(subject: Subject, log: Sequence[Command], *, folders: Folders) -> Image:
    """Return the image of a replica of its own that lived through ``log``."""
    donor = Replica(subject, folders=folders)
    entries = PrivateEntries(buffers=subject.buffers)
    for command in log:
        donor.update(entries.hand_out([command]))
    settle()
    return donor.save(donor.prepare())
