"""Check an ABCI 2.0 application: a small chain of payments, broken and mended.

The lesson: a block counts when it is committed and not before, every node must come to the same
app hash, and what a node checks for its own mempool changes nothing that counts.

    smcheck check examples/abci.py:payments          three violations
    smcheck check examples/abci.py:payments_mended   held
"""

import hashlib
import json
from typing import Any

from hypothesis import strategies as st

from smcheck.adapters import abci
from smcheck.adapters.abci import Request, Snapshot

ACCEPT = 1
FUNDS = {"ann": 5, "bob": 5}


class Payments:
    """Move coins between accounts. A transaction is ``b"ann eve 3"``."""

    def __init__(self) -> None:
        self.height = 0
        self.balances: dict[str, int] = {}
        self.snapshots: tuple[bytes, ...] = ()

    def init_chain(self, request: Request) -> object:
        self.balances = dict(FUNDS)
        return {"app_hash": self._app_hash()}

    def info(self) -> object:
        return {"last_block_height": self.height, "last_block_app_hash": self._app_hash()}

    def check_tx(self, tx: bytes) -> object:
        # defect: a node pays out what was only offered to it (LKP-1)
        return {"code": self._pay(tx)}

    def finalize_block(self, request: Request) -> object:
        # defect: queries see the payments before the block is committed (RDC-3)
        results = [{"code": self._pay(tx)} for tx in request.txs]
        return {"tx_results": results, "app_hash": self._app_hash()}

    def commit(self) -> None:
        self.height += 1
        self.snapshots += (json.dumps(self.balances).encode(),)

    def query(self, path: str) -> object:
        return {"value": str(self.balances.get(path, 0)).encode()}

    def _pay(self, tx: bytes) -> int:
        payer, payee, coins = tx.decode().split()
        left = self.balances.get(payer, 0) - int(coins)
        if left < 0:
            return 1  # not enough
        self.balances[payer] = left
        self.balances[payee] = self.balances.get(payee, 0) + int(coins)
        return 0

    def _app_hash(self) -> bytes:
        # defect: a set has another order in every process (HSH-1)
        return hashlib.sha256(repr(set(self.balances.items())).encode()).digest()

    def list_snapshots(self) -> list[Snapshot]:
        return [Snapshot(height) for height in range(1, len(self.snapshots) + 1)]

    def load_snapshot_chunk(self, height: int) -> bytes:
        return self.snapshots[height - 1]

    def offer_snapshot(self, snapshot: Snapshot) -> int:
        self.height = snapshot.height
        self.snapshots = (b"",) * self.height  # those before are for others to hand out
        return ACCEPT

    def apply_snapshot_chunk(self, chunk: bytes) -> int:
        self.balances = json.loads(chunk)
        return ACCEPT


class MendedPayments(Payments):
    """The same without the defects: what is being worked out is kept apart until commit."""

    def __init__(self) -> None:
        super().__init__()
        self.committed: tuple[int, dict[str, int], bytes] = (0, {}, b"")

    def init_chain(self, request: Request) -> object:
        super().init_chain(request)
        self.committed = (0, dict(self.balances), self._app_hash())
        return {"app_hash": self.committed[2]}

    def info(self) -> object:
        height, _, app_hash = self.committed
        return {"last_block_height": height, "last_block_app_hash": app_hash}

    def check_tx(self, tx: bytes) -> object:
        payer, _, coins = tx.decode().split()
        _, balances, _ = self.committed
        return {"code": int(balances.get(payer, 0) < int(coins))}

    def commit(self) -> None:
        super().commit()
        self.committed = (self.height, dict(self.balances), self._app_hash())

    def query(self, path: str) -> object:
        _, balances, _ = self.committed
        return {"value": str(balances.get(path, 0)).encode()}

    def _app_hash(self) -> bytes:
        return hashlib.sha256(repr(sorted(self.balances.items())).encode()).digest()

    def apply_snapshot_chunk(self, chunk: bytes) -> int:
        self.balances = json.loads(chunk)
        self.committed = (self.height, dict(self.balances), self._app_hash())
        return ACCEPT


accounts = st.sampled_from(["ann", "bob", "eve"])
transactions = st.builds("{} {} {}".format, accounts, accounts, st.integers(1, 3))


def _subject(kind: type[Any], name: str) -> Any:
    return abci.subject(kind, transactions=transactions, queries=accounts, name=name)


payments = _subject(Payments, "payments")
payments_mended = _subject(MendedPayments, "payments_mended")
