"""Write a witness, whole or not at all, and read one back, whatever somebody made of the file.

Reading takes bounded time and memory, runs nothing of what is in the file, and refuses what is
not as it was written: a digest of all the rest is the last field.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from smcheck._reading import read_witness
from smcheck._version import __version__
from smcheck._witness_names import name_for
from smcheck.engine.caught import Caught
from smcheck.engine.whereabouts import find_target
from smcheck.engine.witness_records import (
    SCHEMA,
    BreachRecord,
    Witness,
    record,
    require_sound,
)
from smcheck.engine.world import World
from smcheck.errors import UsageError
from smcheck.finding import Finding

__all__ = [
    "BreachRecord", "Witness", "digest_of", "load_witness", "record", "save_witness",
    "store", "to_bytes",
]  # fmt: skip

_FREE = frozenset({"queries", "versions"})
"""Fields that hold whatever was asked or used, under names of their own."""


_LIMIT_ITEMS = 6_000_000
"""Objects, arrays and what is in them; each takes far more memory than it takes of the file."""


class _Head(msgspec.Struct):
    """What says whether the rest of a file is for this version."""

    schema: str
    versions: dict[str, str] = {}


def save_witness(world: World, caught: Caught, finding: Finding, folder: Path) -> Finding:
    """Write the witness of a finding and return the finding with its path."""
    path = store(record(world, caught, finding), folder, clause=finding.breach.clause)
    return finding.kept_at(path)


def store(witness: Witness, folder: Path, *, clause: str) -> Path:
    """Write a witness, whole or not at all, and return its path.

    The default folder ignores itself in git.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ignore = folder.parent / ".gitignore"
    if folder.parent.name == ".smcheck" and not ignore.exists():
        ignore.write_text("*\n")
    path = folder / name_for(witness.subject, clause, witness.breach.signature)
    _write(path, to_bytes(witness))
    return path


def to_bytes(witness: Witness) -> bytes:
    """Return what the file of a witness holds."""
    digest = digest_of(json.loads(msgspec.json.encode(witness)))
    signed = msgspec.structs.replace(witness, digest=digest)
    return msgspec.json.format(msgspec.json.encode(signed), indent=1)


def digest_of(data: dict[str, Any]) -> str:
    """Return the digest of everything in a witness but the digest itself.

    White space and the order of fields do not count, so that a tool may format the file.
    """
    rest = {key: value for key, value in data.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def load_witness(path: Path) -> Witness:
    """Read a witness; its target is that of the file it speaks of, wherever that is now.

    Raises:
        UsageError: There is no such file, or it is no witness of a version that is known.
    """
    witness = _parsed(read_witness(path), path)
    target, folder = find_target(witness.target, witness.folder, near=path)
    return msgspec.structs.replace(witness, target=target, folder=folder)


def _parsed(data: bytes, path: Path) -> Witness:
    try:
        if sum(map(data.count, (b"[", b"{", b","))) > _LIMIT_ITEMS:
            raise ValueError("it has more items than a witness can have")
        head = msgspec.json.decode(data, type=_Head)
        witness = _whole(data) if head.schema == SCHEMA else None
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise UsageError(
            f"expected a witness written by smcheck, {path} is damaged: {error}: "
            "take another copy, or run smcheck check again"
        ) from error
    if witness is None:
        raise UsageError(
            f"expected a witness of schema {SCHEMA!r}, {path} has {head.schema!r:.60}: "
            "use the smcheck version that wrote it"
        )
    try:
        return require_sound(witness)
    except UsageError as error:
        raise UsageError(f"{path}: {error}{_by_another(head)}") from error


def _whole(data: bytes) -> Witness:
    witness = msgspec.json.decode(data, type=Witness)
    _check_whole(json.loads(data, object_pairs_hook=_unique), witness)
    return witness


def _check_whole(data: dict[str, Any], witness: Witness) -> None:
    """Refuse what is not as it was written.

    Files of old have no digest; a name that nobody knows is then a damaged one, and the field
    that it was would be missing without a word.

    Raises:
        ValueError: It is not.
    """
    if witness.digest:
        if witness.digest != digest_of(data):
            raise ValueError("its digest is not that of what is in it")
    elif unknown := _unknown(data, msgspec.to_builtins(witness)):
        raise ValueError(f"it has a field {unknown!r:.40}, and no digest")


def _unknown(data: Any, known: Any) -> str:  # Any: JSON
    """Return the name of a field that the records do not have, empty without one."""
    if isinstance(data, dict) and isinstance(known, dict):
        found = [key if key not in known else _unknown(data[key], known[key])
                 for key in data if key not in _FREE]  # fmt: skip
        return next(filter(None, found), "")
    if isinstance(data, list):
        return next(filter(None, map(_unknown, data, known)), "")
    return ""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:  # Any: JSON
    """Return an object; one that says a thing twice would be read in two ways."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field is there twice")
    return found


def _by_another(head: _Head) -> str:
    """Return a hint where another version wrote what is not understood, else nothing."""
    wrote = head.versions.get("smcheck", __version__)
    return "" if wrote == __version__ else f" (smcheck {wrote!r:.20} wrote it)"


def _write(path: Path, data: bytes) -> None:
    """Write beside the place and rename: never a half-written file."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".witness-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
        raise
