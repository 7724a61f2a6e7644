"""How replication libraries call a machine, as data: one table per library and kind.

The host engine reads these tables and knows no library by name; nothing here runs.
docs/profiles.md shows them to people.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum


class Kind(StrEnum):
    """The three kinds of machine."""

    REGULAR = "regular"
    CONCURRENT = "concurrent"
    ON_DISK = "on-disk"


_CALLS_OF = {
    "lookups": ("lookup",),
    "snapshots": ("prepare", "save", "recover"),
    "hash": ("hash",),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """How one replication library calls a machine of one kind.

    Attributes:
        methods: What the machine must have, in the order a missing one is reported. A host
            whose machines have no ``close`` never makes that call; ``commit`` is called right
            after each ``update``, and readers see nothing of it before.
        beside: Unordered pairs of operations that may be in flight together; every pair
            that is not listed is kept apart.
        batches: Whether ``update`` takes a list of entries. How the log is cut into lists
            is no input then; without, an entry is the whole of what is applied at once.
        equal_images: Whether image bytes must be equal between replicas.
        error_clause: Clause that an exception out of ``update`` breaks.
        fatal: Operations out of which an exception ends the replica. Out of another one it
            is the caller's to hear, or drops this one snapshot.
        retries_failed_update: Whether an entry whose ``update`` raised is applied again, on the
            state that the exception left.
        dense_indexes: Whether the indexes of the entries are 1, 2, 3, … without a gap.
        reuses_entries: Whether lists, entries and buffers are overwritten after ``update``.
        recovers_used: Whether an image may be recovered into an instance that is in use, and not
            only into a new one before ``open``.
        raw_images: Whether ``recover`` reads an image as it comes, in short pieces and perhaps cut
            or damaged; otherwise the host has put it together and looked at it.
        has_stop_signal: Whether long calls are given a signal that the host is closing.
        has_files: Whether an image may have external files.
        reads: Read operations with a row of their own in ``beside``, besides ``lookup``: a
            query that is a tuple and begins with such a name is one.
    """

    methods: tuple[str, ...]
    beside: frozenset[frozenset[str]]
    batches: bool
    equal_images: bool = False
    error_clause: str = "UPD-8"
    fatal: frozenset[str] = frozenset()
    retries_failed_update: bool = False
    dense_indexes: bool = False
    reuses_entries: bool = False
    recovers_used: bool = True
    raw_images: bool = False
    has_stop_signal: bool = False
    has_files: bool = False
    reads: tuple[str, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether the host makes a first call before any other one."""
        return "open" in self.methods

    @property
    def closes(self) -> bool:
        """Whether the host tells a machine that it is not needed any more."""
        return "close" in self.methods

    @property
    def commits(self) -> bool:
        """Whether the host makes a second call before an update may be seen."""
        return "commit" in self.methods

    @property
    def lacks(self) -> frozenset[str]:
        """What this host has not to offer, by the names under which clauses need it."""
        offers = {
            "batches": self.batches, "close": self.closes, "reuse": self.reuses_entries,
            "replacement": self.recovers_used, "raw images": self.raw_images,
            "files": self.has_files, "stop": self.has_stop_signal,
            "retries": self.retries_failed_update,
        }  # fmt: skip
        return frozenset(name for name, offered in offers.items() if not offered)

    def may_overlap(self, one: str, other: str) -> bool:
        """Return whether two operations, by lower-case name, may be in flight together."""
        return frozenset((one, other)) in self.beside

    def only_drops(self, operation: str) -> bool:
        """Return whether an exception out of ``operation`` costs the host one snapshot."""
        return operation in ("prepare", "save") and operation not in self.fatal

    def read_of(self, query: object) -> str:
        """Return the operation that a query is: ``lookup``, or one with a row of its own."""
        first = query[0] if isinstance(query, tuple) and query else None
        return next((name for name in self.reads if name == first), "lookup")

    def with_concurrent_hash(self) -> Profile:
        """Return the profile of a host that asks for the hash beside updates too."""
        return replace(self, beside=self.beside | _pairs("hash: update"))

    def has_overlaps(self, without: Collection[str]) -> bool:
        """Return whether any two calls may be in flight together without these capabilities."""
        gone = {name for what in without for name in _CALLS_OF.get(what, ())}
        return any(gone.isdisjoint(pair) for pair in self.beside)


def _pairs(*rows: str) -> frozenset[frozenset[str]]:
    """Read rows of the form ``"lookup: update save"``."""
    found = set()
    for row in rows:
        left, _, rights = row.partition(":")
        found |= {frozenset((left, right)) for right in rights.split()}
    return frozenset(found)


# Dragonboat: lni/dragonboat commit 076c7f6, read in internal/rsm and engine.go; CONTRACT A1
# with the noted cells as A5 decides them. Configuration changes and session entries take indexes
# that no machine sees. An error out of any call but lookup stops the process (engine.go:1169).
_STOPPING = frozenset({"open", "update", "sync", "prepare", "save", "recover", "close"})
_REGULAR = Profile(
    methods=("update", "lookup", "save_snapshot", "recover_from_snapshot", "close"),
    beside=_pairs("lookup: lookup save close hash", "hash: save hash"),
    batches=False,
    fatal=_STOPPING,
    reuses_entries=True,
    raw_images=True,
    has_stop_signal=True,
    has_files=True,
)
_CONCURRENT = Profile(
    methods=(
        *("update", "lookup", "prepare_snapshot", "save_snapshot"),
        *("recover_from_snapshot", "close"),
    ),
    beside=_pairs(
        "lookup: lookup update prepare save recover close hash",
        "save: update hash",
        "hash: prepare hash",
    ),
    batches=True,
    fatal=_STOPPING,
    reuses_entries=True,
    raw_images=True,
    has_stop_signal=True,
    has_files=True,
)
_ON_DISK = Profile(
    methods=(
        *("open", "update", "lookup", "sync", "prepare_snapshot", "save_snapshot"),
        *("recover_from_snapshot", "close"),
    ),
    beside=_pairs(
        "lookup: lookup update sync prepare save recover close hash",
        "save: update sync hash",
        "hash: prepare hash",
    ),
    batches=True,
    equal_images=True,
    fatal=_STOPPING,
    reuses_entries=True,
    raw_images=True,
    has_stop_signal=True,
)

# PySyncObj: bakwc/PySyncObj 0.3.17, pysyncobj/syncobj.py and serializer.py. It takes no lock;
# updates and dumps run on the ticking thread, reads wherever they are called. An exception out
# of a method leaves the entry unapplied and the next tick begins with it (lines 717 to 725);
# one out of pickling in memory comes again on each tick (line 1470). The leader's no-op and
# membership entries take indexes. A dump is loaded into the running object (line 1024), and an
# exception meanwhile is logged and swallowed (line 1472); a cut one fails in gzip before the
# object is touched (serializer.py, deserialize). ``_destroy`` is all that is a close.
_PYSYNCOBJ = Profile(
    methods=("update", "lookup", "save_snapshot", "recover_from_snapshot", "close"),
    beside=_pairs("lookup: lookup update save recover close hash", "hash: hash"),
    batches=False,
    fatal=frozenset({"update", "save"}),
    retries_failed_update=True,
)

# hashicorp/raft: commit 1837036, fsm.go, snapshot.go and raft.go. One goroutine calls Apply,
# Snapshot and Restore (runFSM), another one Persist and Release (takeSnapshot), so Persist runs
# beside Apply. By the code also beside Restore; the comment on Restore promises that nothing
# does. Reads are the user's own and take no turn. Apply returns any value, an error too, and a
# panic ends the process; an error of Snapshot or Persist drops this snapshot and is logged
# (runSnapshots); one of Restore panics or stops the start (restoreUserSnapshot,
# restoreSnapshot), except while a leader installs it, who then sends it again. The file store
# compares a checksum before Restore (file_snapshot.go, Open). There is no close, no stop signal
# and no file. Barriers, no-ops and configurations take indexes.
_FSM = Profile(
    methods=("update", "lookup", "prepare_snapshot", "save_snapshot", "recover_from_snapshot"),
    beside=_pairs(
        "lookup: lookup update prepare save recover hash",
        "save: update",
        "hash: hash",
    ),
    batches=False,
    fatal=frozenset({"update", "recover"}),
)

# CometBFT: cometbft/cometbft commit 5bba72c, spec/abci: abci++_app_requirements.md (Connection
# State, Crash Recovery, State Sync), abci++_basic_concepts.md (Returning Errors) and
# abci++_comet_expected_behavior.md (the grammar). Four connections run beside each other and
# each has one call in flight: consensus (open is InitChain, update is FinalizeBlock, then
# commit), mempool (check_tx), query (lookup) and snapshot (prepare is ListSnapshots, save is
# LoadSnapshotChunk, recover is OfferSnapshot and ApplySnapshotChunk). The mempool is locked
# while commit runs and has nothing to do before a state sync is over. An error out of any call
# ends the process. Every replica is given the same blocks, numbered without a gap, so an entry is
# a block. Only a node without any state is synced, in place of InitChain, and has nothing yet to
# be asked for; what came of it is compared with the app hash that the group agreed on. Snapshots
# of one height must be equal to the byte.
_ABCI = Profile(
    methods=(
        *("open", "update", "commit", "lookup", "prepare_snapshot", "save_snapshot"),
        "recover_from_snapshot",
    ),
    beside=_pairs(
        "lookup: update commit prepare save check_tx hash",
        "check_tx: update prepare save",
        "prepare: update commit",
        "save: update commit",
    ),
    batches=False,
    equal_images=True,
    fatal=frozenset(
        {"open", "update", "commit", "lookup", "check_tx", "prepare", "save", "recover"}
    ),
    dense_indexes=True,
    recovers_used=False,
    reads=("check_tx",),
)

PROFILES: dict[str, dict[Kind, Profile]] = {
    "dragonboat": {
        Kind.REGULAR: _REGULAR, Kind.CONCURRENT: _CONCURRENT, Kind.ON_DISK: _ON_DISK,
    },
    "hashicorp-raft": {Kind.CONCURRENT: _FSM},
    "hashicorp-raft-batching": {Kind.CONCURRENT: replace(_FSM, batches=True)},
    "pysyncobj": {Kind.REGULAR: _PYSYNCOBJ},
    "cometbft": {Kind.CONCURRENT: _ABCI},
}  # fmt: skip
"""Profiles by name of the library, then by kind of machine.

A hashicorp/raft FSM that has ``ApplyBatch`` is given lists instead of single entries.
"""


def kind_of(machine: object) -> Kind:
    """Return the kind that the methods of a machine, or of its class, speak for."""
    if has_method(machine, "open") and has_method(machine, "sync"):
        return Kind.ON_DISK
    return Kind.CONCURRENT if has_method(machine, "prepare_snapshot") else Kind.REGULAR


def has_method(machine: object, name: str) -> bool:
    """Return whether a machine means to have a method: one that has any name says nothing."""
    return hasattr(machine, name) and (
        not hasattr(machine, _NOBODYS_NAME)
        or inspect.getattr_static(machine, name, None) is not None
    )


_NOBODYS_NAME = "a_name_that_no_machine_has"
