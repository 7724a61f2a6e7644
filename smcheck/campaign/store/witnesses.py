"""Write the witnesses of a store as files, for ``smcheck replay`` and for whoever wants one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from smcheck._reading import read_file
from smcheck._witness_names import name_for
from smcheck.campaign.records import StoredFinding
from smcheck.campaign.store.store import Store
from smcheck.campaign.store.trouble import damaged, telling
from smcheck.report.files import write_whole

Key = tuple[str, str]
"""Target and name of a finding."""


def write_witnesses(
    store: Store, folder: Path, *, findings: Sequence[StoredFinding] | None = None
) -> dict[Key, Path]:
    """Write the witness of each finding that has one, where it is not there yet.

    Args:
        store: Whose findings they are.
        folder: Where the files go.
        findings: In the order in which they were met, all of each signature; all of the store
            unless given.

    A file that is there and is another one is written over: the store is the truth. Subjects
    of one name, such as those of a copied file, may share a name of a witness too: the finding
    that was met first has it then, and those of other targets end in 8 digits of their target.

    Returns:
        Where each is.

    Raises:
        UsageError: The disk or the folder refuses, or a name in the store is none of a file.
    """
    with telling(folder):
        folder.mkdir(parents=True, exist_ok=True)
    found: dict[Key, Path] = {}
    taken: set[Path] = set()
    for finding in store.findings() if findings is None else findings:
        if finding.witness:
            path = folder / _name(finding, store)
            if path in taken:
                path = path.with_name(f"{path.stem}-{_digest(finding.target)}.json")
            if not _holds(path, finding.witness):
                write_whole(path, finding.witness, option="--store")
            taken.add(path)
            found[finding.target, finding.signature] = path
    return found


def _name(finding: StoredFinding, store: Store) -> str:
    clause = finding.finding.breach.clause
    name = name_for(finding.subject, clause, finding.signature)
    if "\0" in name or Path(name).name != name:
        raise damaged(store.database.path, f"a finding is called {finding.signature!r:.40}")
    return name


def _digest(target: str) -> str:
    return hashlib.sha256(target.encode()).hexdigest()[:8]


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_file(path) == data
    except (OSError, ValueError):
        return False
