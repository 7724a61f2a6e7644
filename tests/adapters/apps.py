"""ABCI applications with one defect each, and correct ones beside them."""

from __future__ import annotations

import json
import threading
from typing import Any

from hypothesis import strategies as st

from smcheck.adapters import abci
from smcheck.adapters.abci import Request, Snapshot


class Votes:
    """Count votes, one for each voter. A transaction is ``b"ann yes"``."""

    interval = 1

    def __init__(self) -> None:
        self.working: dict[str, str] = {}
        self.height = 0
        self.committed: tuple[int, dict[str, str]] = (0, {})
        self.snapshots: tuple[tuple[int, bytes], ...] = ()

    def info(self) -> object:
        height, votes = self.committed
        return {"last_block_height": height, "last_block_app_hash": self._hash_of(votes)}

    def check_tx(self, tx: bytes) -> object:
        return {"code": self._code(self.committed[1], tx)}

    def finalize_block(self, request: Request) -> object:
        results = [{"code": self._vote(tx)} for tx in request.txs]
        return {"tx_results": results, "app_hash": self._hash_of(self.working)}

    def commit(self) -> None:
        self.height += 1
        self.committed = (self.height, dict(self.working))
        if self.height % self.interval == 0:
            self.snapshots += ((self.height, self._image()),)

    def query(self, path: str) -> object:
        return {"value": list(self.committed[1].values()).count(path)}

    def list_snapshots(self) -> object:
        return [Snapshot(height) for height, _ in self.snapshots]

    def load_snapshot_chunk(self, height: int) -> object:
        return dict(self.snapshots).get(height)

    def offer_snapshot(self, snapshot: Snapshot) -> bool:
        self.height = snapshot.height
        return True

    def apply_snapshot_chunk(self, chunk: bytes) -> bool:
        self.working = json.loads(chunk)
        self.committed = (self.height, dict(self.working))
        return True

    def _image(self) -> bytes:
        return json.dumps(self.working).encode()

    def _hash_of(self, votes: dict[str, str]) -> bytes:
        return repr(sorted(votes.items())).encode()

    def _code(self, votes: dict[str, str], tx: bytes) -> int:
        return int(tx.decode().split()[0] in votes)

    def _vote(self, tx: bytes) -> int:
        voter, vote = tx.decode().split()
        code = self._code(self.working, tx)
        self.working.setdefault(voter, vote)
        return code


class SparseVotes(Votes):
    """Has a snapshot of each third height only."""

    interval = 3


class ProposedVotes(Votes):
    """Works a proposed block out at once, and keeps what came under the hash of the block."""

    def __init__(self) -> None:
        super().__init__()
        self.candidates: dict[bytes, tuple[list[object], dict[str, str]]] = {}

    def prepare_proposal(self, request: Request) -> object:
        return {"txs": [tx for tx in request.txs if b"?" not in tx]}

    def process_proposal(self, request: Request) -> object:
        if any(b"?" in tx for tx in request.txs):
            return {"status": 2}
        self.candidates[request.hash] = self._worked_out(request.txs)
        return {"status": 1}

    def finalize_block(self, request: Request) -> object:
        known = self.candidates.pop(request.hash, None)
        results, self.working = known or self._worked_out(request.txs)
        self.candidates.clear()
        return {"tx_results": results, "app_hash": self._hash_of(self.working)}

    def _worked_out(self, txs: list[bytes]) -> tuple[list[object], dict[str, str]]:
        votes, results = dict(self.working), list[object]()
        for tx in txs:
            voter, vote = tx.decode().split()
            results.append({"code": self._code(votes, tx)})
            votes.setdefault(voter, vote)
        return results, votes


class ProposersVotes(Votes):
    """Counts what it proposed."""

    def prepare_proposal(self, request: Request) -> object:
        self.working["proposed"] = str(request.height)  # UPD-3
        return {"txs": request.txs}


class LateVotes(Votes):
    """Shows votes that are not committed."""

    def query(self, path: str) -> object:
        return {"value": list(self.working.values()).count(path)}  # RDC-3


class CheckedVotes(Votes):
    """Counts votes when they are checked."""

    def check_tx(self, tx: bytes) -> object:
        return {"code": self._vote(tx)}  # LKP-1


class HalfVotes(Votes):
    """Leaves those out of a snapshot who said no."""

    told = b""

    def _image(self) -> bytes:
        yes = {voter: vote for voter, vote in self.working.items() if vote == "yes"}
        return json.dumps(yes).encode()

    def info(self) -> object:
        return {"last_block_height": self.committed[0], "last_block_app_hash": self.told}

    def finalize_block(self, request: Request) -> Any:
        response: Any = super().finalize_block(request)
        self.told = response["app_hash"]
        return response

    def offer_snapshot(  # type: ignore[override]  # another form
        self, snapshot: Snapshot, app_hash: bytes
    ) -> bool:
        self.told = app_hash
        return super().offer_snapshot(snapshot)

    def apply_snapshot_chunk(self, chunk: bytes) -> bool:
        self.working = json.loads(chunk)
        self.committed = (self.height, dict(self.working))  # SAV-4
        return True


class SkippedVotes(Votes):
    """Has no result for a vote that does not count."""

    def finalize_block(self, request: Request) -> Any:
        response: Any = super().finalize_block(request)
        response["tx_results"] = [one for one in response["tx_results"] if one["code"] == 0]
        return response  # UPD-8


class RaisingVotes(Votes):
    """Raises where nobody voted so."""

    def query(self, path: str) -> object:
        return {"value": list(self.committed[1].values()).index(path)}  # LKP-4


class LockedVotes(Votes):
    """Is locked from the block until its commit, and while a transaction is checked."""

    def __init__(self) -> None:
        super().__init__()
        self.lock = threading.Lock()

    def finalize_block(self, request: Request) -> object:
        self.lock.acquire()  # PRG-1
        return super().finalize_block(request)

    def commit(self) -> None:
        super().commit()
        self.lock.release()

    def check_tx(self, tx: bytes) -> object:
        with self.lock:
            return super().check_tx(tx)


transactions = st.builds(
    "{} {}".format, st.sampled_from(["ann", "bob", "eve"]), st.sampled_from(["yes", "no", "no?"])
)


def subject(kind: type, **options: Any) -> Any:
    """Return a subject for one of the classes above."""
    return abci.subject(
        kind, transactions=transactions, queries=st.sampled_from(["yes", "no"]), **options
    )
