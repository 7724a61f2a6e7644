"""Write ``docs/real-bugs.md``: public defects of real machines, and the specimens that follow them.

python benchmarks/real_bugs.py

What happened there is told here; which specimen follows a defect, and what is to be found in it,
is taken from the ``EXPECT`` of the specimens.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "real-bugs.md"

HEAD = """# Defects of real machines

Replicated state machines that people run have had these defects, and told of them in public. Each
is followed by a small machine in `tests/buggy/`, written anew, that is wrong in the same way, and
by one of the same name in `tests/fixed/` that is not. `tests/test_detection.py` holds smcheck to
finding the first under the clause named here and to holding the second. Written by
`python benchmarks/real_bugs.py`; nothing here is written by hand.

| project | what happened | machine | clause |
|---|---|---|---|
"""

NOMAD_READ = (
    "what a reader took out of the store was changed in place, on one server and not in the log"
)
UNLOCKED = "queries read a map without the lock under which commands write to it, and crashed"
NOT_PERSISTED = "tables that came with a release were left out of the snapshot"
NOT_REBUILT = (
    "what is derived in memory was not rebuilt by a restore; only later updates came out wrong"
)
UNION = "a restore added the image to what was there, so deleted items came back on one follower"
OPENS_BEHIND = "a user's machine opened behind the index that had been recorded: panic at start"
SCRATCH = "queries left intermediate data where commands read it"
MAP_ORDER = "a map was walked while a command was applied, and the order went into sequence numbers"

HAPPENED = {
    "hashicorp/consul pull 13525":
        "the id of a peering was drawn inside the state machine: another one on each server, and "
        "another one after each restart",
    "hashicorp/nomad pull 13725": "the state store read the clock while a command was applied",
    "rqlite/rqlite issue 536": "`random()` in a replicated statement was computed by every node",
    "formancehq/ledger pull 1565":
        "the order of a map chose which error came back: equal state, different results",
    "bnb-chain/bnc-cosmos-sdk pull 385": MAP_ORDER,
    "Babylon issue 1251": MAP_ORDER,
    "valory-xyz/open-autonomy pull 1796": "a list was written in an order that differed by agent",
    "leanEthereum/leanSpec pull 904": "the union of two key views was walked, by hash seed",
    "nomic-io/nomic issue 9":
        "a float was stored, and two architectures had another last digit (here it is the order "
        "of addition that has)",
    "PySyncObj 0.3.17, ReplSet.pop":
        "`set.pop` on strings takes another member on replicas with another hash seed",
    "libp2p/go-libp2p-raft issue 69":
        "the image was encoded from the live state and held entries after its index",
    "wind-c/comqtt issue 126":
        "the map itself was handed out, and applying wrote to it while the encoder walked it",
    "weaviate/weaviate pull 11993": UNION,
    "jgroups-extras/jgroups-raft issue 301": UNION,
    "PySyncObj 0.3.17, loading a dump": "attributes that the dump lacks keep the value they had",
    "hashicorp/nomad issue 7539": NOT_PERSISTED,
    "hashicorp/nomad issue 7544": NOT_PERSISTED,
    "hashicorp/nomad pull 24412":
        "a record that an older release had written ended the restore before the others were read",
    "bnb-chain/node issue 337": NOT_REBUILT,
    "cybercongress/go-cyber issue 243": NOT_REBUILT,
    "atomix/atomix issue 1038":
        "an exception out of a restore was logged, and the replica went on without the image",
    "etcd-io/etcd issue 13766":
        "the applied index was committed in another transaction than the entries: a crash in "
        "between left an index without its data",
    "lni/dragonboat issue 410": OPENS_BEHIND,
    "lni/dragonboat issue 369": OPENS_BEHIND,
    "databendlabs/openraft pull 1999":
        "a write was acknowledged and flushed, and not yet synced to the disk",
    "deventlab/d-engine issue 371":
        "of two compare-and-set in one batch both were held against what was there before it",
    "deventlab/d-engine pull 309":
        "a batch was applied in phases, and results came in their order instead of the entries'",
    "hashicorp/nomad pull 14192": NOMAD_READ,
    "hashicorp/nomad pull 25698": NOMAD_READ,
    "hashicorp/nomad issue 23682": NOMAD_READ,
    "hashicorp/nomad pull 27548": "a job was brought into its normal form where it was read",
    "hyperledger/fabric issue 1545": SCRATCH,
    "js-abci issue 1": SCRATCH,
    "cosmos/cosmos-sdk issue 22650": UNLOCKED,
    "cosmos/cosmos-sdk issue 22368": UNLOCKED,
    "osmosis-labs/osmosis issue 1356": UNLOCKED,
    "apache/ratis pull 1106": "parts of a buffer that is not copied were kept after the call",
    "PySyncObj 0.3.17, a replicated method that raises":
        "half of the change was made before it raised, and was made again on every tick, with "
        "everything behind it waiting",
}  # fmt: skip
"""What happened, by defect, in the order of the page."""


def page() -> str:
    """Return the page as the specimens give it now."""
    return HEAD + "".join(f"{row(name, expect)}\n" for name, expect in followers())


def followers() -> list[tuple[str, dict[str, Any]]]:
    """Return name and ``EXPECT`` of every specimen that follows a defect, in the page's order."""
    given = [(path.stem, expect_of(path)) for path in (ROOT / "tests/buggy").glob("*.py")]
    places = list(HAPPENED)
    return sorted(
        ((name, expect) for name, expect in given if "after" in expect),
        key=lambda one: (places.index(one[1]["after"][0]), one[0]),
    )


def expect_of(path: Path) -> dict[str, Any]:
    """Return the ``EXPECT`` of a broken machine without running its file."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXPECT":
            expect: dict[str, Any] = ast.literal_eval(node.value)
            return expect
    raise SystemExit(f"{path}: expected an EXPECT, got none: tests/specimens.py has its form")


def row(name: str, expect: dict[str, Any]) -> str:
    """Return the line of one specimen."""
    defects = expect["after"]
    happened = dict.fromkeys(HAPPENED[defect] for defect in defects)
    projects = ", ".join(map(link, defects))
    clauses = ", ".join(sorted(expect["clauses"]))
    return f"| {projects} | {'; '.join(happened)} | `{name}` | {clauses} |"


def link(defect: str) -> str:
    """Return a defect's name, with its address where that is known."""
    named = re.fullmatch(r"([\w-]+/[\w-]+) (issue|pull) (\d+)", defect)
    if named is None:
        return defect
    repository, kind, number = named.groups()
    address = f"https://github.com/{repository}/{'issues' if kind == 'issue' else 'pull'}/{number}"
    return f"[{defect}]({address})"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), "utf-8")


if __name__ == "__main__":
    main()
