"""One ABCI application, called like a concurrent machine whose entries are whole blocks.

Nothing here is code under test: what a finding names is a line of the user's class. What happens
around the calls is what CometBFT does: blocks that were rejected are never decided, a node that
syncs from a snapshot is checked by the app hash and then given the blocks behind it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from smcheck.adapters._abci_shape import (
    Shape,
    Snapshot,
    is_bare,
    present,
    read,
    value_of,
    verdict,
)
from smcheck.adapters._calls import as_bytes, result_of
from smcheck.contract.types import (
    Entry,
    Reader,
    Result,
    SnapshotAborted,
    SnapshotFile,
    Writer,
)
from smcheck.host.adapted import Adapted
from smcheck.values import from_json, to_json

_GENESIS_S = 1_700_000_000
_PROPOSERS = 3
_TX = ("code", "data", "gas_wanted", "gas_used", "codespace")
"""Fields of a transaction's result on which replicas must agree; log, info and events are free."""
_ANSWER = ("code", "index", "key", "value", "proof_ops", "height", "codespace")
_UPDATES = ("validator_updates", "consensus_param_updates")


class Refused(Exception):
    """CometBFT would not take this response and ends the process."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A block that was finalized and waits for its commit."""

    cmd: bytes
    app_hash: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot that the application lists, and the blocks behind it that are committed."""

    snapshot: Snapshot
    app_hash: bytes
    blocks: tuple[bytes, ...]


class AbciMachine(Adapted):
    """Finalize and commit blocks, answer queries, hand out snapshots and sync from one."""

    METHODS: ClassVar[Mapping[str, str]] = {
        "open": "init_chain",
        "update": "finalize_block",
        "lookup": "query",
        "prepare_snapshot": "list_snapshots",
        "save_snapshot": "load_snapshot_chunk",
        "recover_from_snapshot": "apply_snapshot_chunk",
        "get_hash": "finalize_block",
    }

    def __init__(
        self, app: Any, shape: Shape, *, replica_id: int = 1, genesis: bytes = b""
    ) -> None:
        self.app = app
        self._shape = shape
        self._replica_id = replica_id
        self._genesis = genesis
        self._height = 0
        self._blocks: dict[int, bytes] = {}
        self._hashes: dict[int, bytes] = {}
        self._decided: Decided | None = None

    @property
    def adapted(self) -> object:
        """The application."""
        return self.app

    def open(self, stopped: object) -> int:
        """Begin a chain; a node that syncs is never asked to."""
        self._ask("info")
        response = self._ask("init_chain", app_state_bytes=self._genesis, time=_GENESIS_S)
        self._hashes = {0: _hash(read(response, "app_hash"))}
        return 0

    def update(self, entry: Entry) -> Result:
        """Propose a block, and finalize it unless it is rejected."""
        self._decided = None
        block = _block(entry.cmd, self._height + 1)
        if not self._is_decided(block):
            return Result(1, b"rejected")
        return self._finalize(block, entry.cmd)

    def commit(self) -> None:
        """Commit the block that was finalized last."""
        if self._decided is None:
            return
        self._ask("commit")
        self._height += 1
        self._blocks = {**self._blocks, self._height: self._decided.cmd}
        self._hashes = {**self._hashes, self._height: self._decided.app_hash}
        self._decided = None

    def lookup(self, query: object) -> object:
        """Make the call that a query stands for: query, info or check_tx."""
        assert isinstance(query, tuple)  # the subject's own strategy drew it
        name, *asked = query
        if name == "check_tx":
            self._ask("check_tx", tx=asked[0])
            return None  # each node checks against a state of its own
        if name == "info":
            return read(self._ask("info"), "last_block_height", 0)
        response = self._shape.call(self.app, "query", **_query(asked[0]))
        return response if is_bare(response) else present(response, _ANSWER)

    def get_hash(self) -> int:
        """Return a number for the app hash of the last block."""
        app_hash = self._hashes.get(self._height, b"")
        return int.from_bytes(hashlib.sha256(app_hash).digest()[:8], "big")

    def prepare_snapshot(self) -> object:
        """List the snapshots and take the newest one of a height that is committed."""
        now = self._height
        listed = value_of(self._ask("list_snapshots"), "snapshots")
        known = [_snapshot(one) for one in listed or ()]
        usable = [one for one in known if 0 < one.height <= now and one.height in self._hashes]
        if not usable:
            raise SnapshotAborted(f"no snapshot is listed up to height {now}")
        newest = max(usable, key=lambda one: (one.height, one.format))
        behind = tuple(self._blocks[height] for height in range(newest.height + 1, now + 1))
        return Listed(newest, self._hashes[newest.height], behind)

    def save_snapshot(
        self, context: Listed, writer: Writer, files: object, stopped: object
    ) -> None:
        """Load every chunk, as for a peer that asks."""
        snapshot = context.snapshot
        chunks = [self._chunk(snapshot, number) for number in range(snapshot.chunks)]
        image = [asdict(snapshot), context.app_hash, chunks, list(context.blocks)]
        left = json.dumps(to_json(image), separators=(",", ":")).encode()
        while left:
            left = left[writer.write(left) :]

    def recover_from_snapshot(
        self, reader: Reader, files: Sequence[SnapshotFile], stopped: object
    ) -> None:
        """Offer the snapshot, apply its chunks, and go on with the blocks behind it."""
        image: Any = from_json(json.loads(b"".join(iter(reader.read, b""))))
        fields, app_hash, chunks, blocks = image
        snapshot = Snapshot(**fields)
        self._sync(snapshot, app_hash, chunks)
        self._height, self._hashes = snapshot.height, {snapshot.height: app_hash}
        for cmd in blocks:
            self._finalize(_block(cmd, self._height + 1), cmd)
            self.commit()

    def _ask(self, method: str, **fields: object) -> object:
        """Call a method if the application has it."""
        return self._shape.call(self.app, method, **fields) if self._shape.has(method) else None

    def _is_decided(self, block: dict[str, Any]) -> bool:
        """Return whether the group decides on a block: nobody finalizes one that is rejected.

        Who proposes depends on the replica, so the rest must not.
        """
        if self._shape.has("prepare_proposal") and self._proposes(block["height"]):
            prepared = value_of(self._shape.call(self.app, "prepare_proposal", **block), "txs")
            self._accepts(block | {"txs": list(prepared or ())})
        return self._accepts(block)

    def _proposes(self, height: int) -> bool:
        return height % _PROPOSERS == self._replica_id % _PROPOSERS

    def _accepts(self, block: dict[str, Any]) -> bool:
        if not self._shape.has("process_proposal"):
            return True
        said = verdict(self._shape.call(self.app, "process_proposal", **block), "status")
        if said not in ("ACCEPT", "REJECT"):
            raise Refused(f"process_proposal answered {said}, expected ACCEPT or REJECT")
        return said == "ACCEPT"

    def _finalize(self, block: dict[str, Any], cmd: bytes) -> Result:
        response = self._shape.call(self.app, "finalize_block", **block)
        results = list(read(response, "tx_results") or ())
        if len(results) != len(block["txs"]):
            count = len(block["txs"])
            raise Refused(f"finalize_block gave {len(results)} tx_results to {count} transactions")
        self._decided = Decided(cmd, _hash(read(response, "app_hash")))
        told: list[object] = [present(one, _TX) for one in results]
        updates = present(response, _UPDATES)
        return result_of([*told, updates] if updates else told)

    def _chunk(self, snapshot: Snapshot, number: int) -> bytes:
        response = self._shape.call(
            self.app, "load_snapshot_chunk",
            height=snapshot.height, format=snapshot.format, chunk=number,
        )  # fmt: skip
        chunk = value_of(response, "chunk")
        if not chunk:  # on the wire one that is missing and one of no bytes are the same
            raise SnapshotAborted(f"chunk {number} of height {snapshot.height} is gone")
        return bytes(memoryview(chunk))

    def _sync(self, snapshot: Snapshot, app_hash: bytes, chunks: Sequence[bytes]) -> None:
        offered = self._shape.call(
            self.app, "offer_snapshot", snapshot=snapshot, app_hash=app_hash
        )  # fmt: skip
        _require_accepted("offer_snapshot", verdict(offered, "result"))
        for number, chunk in enumerate(chunks):
            applied = self._shape.call(self.app, "apply_snapshot_chunk", index=number, chunk=chunk)
            _require_accepted(f"apply_snapshot_chunk {number}", verdict(applied, "result"))
        if not self._shape.has("info"):
            return
        info = self._ask("info")
        height, told = read(info, "last_block_height", 0), _hash(read(info, "last_block_app_hash"))
        if (height, told) != (snapshot.height, app_hash):
            raise Refused(
                f"after the last chunk info tells height {height} and app hash {told.hex()}, "
                f"expected {snapshot.height} and {app_hash.hex()}"
            )


def _require_accepted(what: str, said: str) -> None:
    if said != "ACCEPT":
        raise Refused(f"{what} answered {said} to a snapshot of the same application")


def encode_block(txs: Sequence[object]) -> bytes:
    """Return the command that is a block of these transactions."""
    return json.dumps(to_json([as_bytes(tx) for tx in txs]), separators=(",", ":")).encode()


def decode_block(cmd: bytes) -> list[bytes]:
    """Return the transactions of a block; an empty command is a block of none."""
    txs: Any = from_json(json.loads(cmd)) if cmd else []
    return list(txs)


def _block(cmd: bytes, height: int) -> dict[str, Any]:
    """Return the fields of a block that every replica is given."""
    return {
        "txs": decode_block(cmd),
        "height": height,
        "time": _GENESIS_S + height,
        "hash": hashlib.sha256(b"%d:" % height + cmd).digest(),
        "proposer_address": b"%020d" % (height % _PROPOSERS),
    }


def _query(asked: object) -> dict[str, object]:
    """Return the fields of a query: of a path, of data, of both, or as they are."""
    if isinstance(asked, dict):
        return dict(asked)
    if isinstance(asked, tuple):
        path, data = asked
        return {"path": path, "data": data}
    return {"data": asked} if isinstance(asked, bytes) else {"path": asked}


def _snapshot(listed: object) -> Snapshot:
    if isinstance(listed, Snapshot):
        return listed
    return Snapshot(
        int(read(listed, "height", 0)),
        int(read(listed, "format", 0) or 0),
        int(read(listed, "chunks", 1)),
        bytes(read(listed, "hash") or b""),
        bytes(read(listed, "metadata") or b""),
    )


def _hash(app_hash: Any) -> bytes:
    return app_hash.encode() if isinstance(app_hash, str) else bytes(memoryview(app_hash or b""))
