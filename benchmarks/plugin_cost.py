"""What the pytest plugin costs a run without contract tests: python -m benchmarks.plugin_cost.

Each round starts pytest on an empty test twice, without any plugin and with this one, in turn,
and takes the processor time of the whole process. Of both the fastest round counts, for whatever
else the computer does only adds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 25
PROGRAM = """
import time
import pytest, sys
assert pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]) == 0
print("TOOK", time.process_time())
"""
ROOT = Path(__file__).parents[1]


def seconds(folder: Path, *arguments: str) -> float:
    """Return the processor time of one run."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "strategies")])
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=folder, check=True, text=True,
        capture_output=True,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": path},
    )  # fmt: skip
    return float(ran.stdout.split("TOOK ")[1])


def main() -> None:
    """Measure and print one line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "test_it.py").write_text("def test_nothing(): pass\n")
        (folder / "pyproject.toml").write_text('[project]\nname = "other"\n')
        pairs = [
            (seconds(folder), seconds(folder, "-p", "smcheck.pytest_plugin")) for _ in range(ROUNDS)
        ]
    without, beside = (min(one) for one in zip(*pairs, strict=True))
    print(
        f"pytest alone {without * 1e3:.1f} ms, with the plugin {beside * 1e3:.1f} ms: "
        f"{(beside - without) * 1e3:+.1f} ms, {beside / without:.3f} times"
    )


if __name__ == "__main__":
    main()
