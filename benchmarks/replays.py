"""Count the witnesses of the specimens that replay to their signature, here and on another Python.

    python benchmarks/replays.py --keep FOLDER                   make 100 witnesses and replay them
    python benchmarks/replays.py --keep FOLDER --python PATH     replay the same on another Python
    python benchmarks/replays.py --keep FOLDER lock_order torn_line   only some

Each check and each replay is a process of its own. Witnesses that ``FOLDER`` has already are not
made again, so a second measurement costs the replays alone.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.specimens import BUGGY

ROOT = Path(__file__).resolve().parent.parent

REPLAY = """
import sys, json
from pathlib import Path
from smcheck.cli.replay import replay_in_child
came = replay_in_child(Path(sys.argv[1]))
print(json.dumps([came.status, came.finding.signature if came.finding else "", came.reason]))
"""
"""What ``smcheck replay`` does, with the signature told."""


def main() -> None:
    """Make what is missing, replay all of it and print what differs, and the count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--keep", type=Path, required=True, help="folder of the witnesses")
    parser.add_argument("--python", default=sys.executable, help="the interpreter that replays")
    parser.add_argument("--number", type=int, default=100, help="specimens to take")
    asked = parser.parse_args()
    named = [(n, path) for n, path in BUGGY if not asked.names or n in asked.names]
    wanted = named[: asked.number]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        made = pool.map(lambda one: witness_of(one[0], one[1], asked.keep), wanted)
        witnesses = [path for path in made if path is not None]
        outcomes = list(pool.map(lambda one: replay(one, asked.python), witnesses))
    same = [said for said in outcomes if not said]
    print(*filter(None, outcomes), sep="\n")
    print(f"{len(same)} of {len(outcomes)} witnesses replay to their signature on {asked.python}")


def witness_of(name: str, path: Path, keep: Path) -> Path | None:
    """Return the first witness of one specimen, made unless it is there."""
    folder = keep.absolute() / name
    if not folder.exists():
        target = f"{path.relative_to(ROOT)}:subject"
        run(sys.executable, "-m", "smcheck", "check", target, "--seed", "1", "-x", "--time", "120s",
            "--witness", str(folder))  # fmt: skip
    return min(folder.glob("*.json"), default=None)


def replay(witness: Path, python: str) -> str:
    """Return what became of a witness in a new process, empty where it is the same."""
    wanted = json.loads(witness.read_text())["breach"]["signature"]
    ran = run(python, "-c", REPLAY, str(witness))
    if ran.returncode:
        return f"{witness.parent.name}: {(ran.stderr or ran.stdout).strip()[-200:]}"
    status, signature, reason = json.loads(ran.stdout)
    if (status, signature) == ("still fails", wanted):
        return ""
    return f"{witness.parent.name}: {status} as {signature or 'nothing'}, not {wanted}: {reason}"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository's folder, with its own modules first."""
    before = os.environ.get("PYTHONPATH", "")
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies"), before])
    return subprocess.run(
        command, capture_output=True, text=True, cwd=ROOT, check=False,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


if __name__ == "__main__":
    main()
