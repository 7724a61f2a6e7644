"""Show the profiles of replication libraries as tables and write them into the docs.

Run from the root of a checkout. Prints the tables; with ``--write`` it puts them between the
markers in ``docs/profiles.md`` too.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from smcheck.contract.profiles import PROFILES, Profile

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "profiles.md"
BEGIN = "<!-- profiles: begin -->\n"
END = "<!-- profiles: end -->"
ORDER = (
    "open", "update", "commit", "sync", "lookup", "check_tx", "prepare", "save", "recover", "hash",
    "close",
)  # fmt: skip
FACTS = {
    "`update` takes a list of entries": "batches",
    "indexes are 1, 2, 3, … without a gap": "dense_indexes",
    "list and entries are reused after `update`": "reuses_entries",
    "an entry whose `update` raised is applied again": "retries_failed_update",
    "an image may replace the state of an instance in use": "recovers_used",
    "images are equal to the byte": "equal_images",
    "`recover` reads images as they come, also cut or damaged ones": "raw_images",
    "an image may have files": "has_files",
    "there is a stop signal": "has_stop_signal",
}
"""Attributes that are yes or no, and how the page puts them."""


def text() -> str:
    """Return who may be beside whom in each profile, and a table of all other facts."""
    profiles = {f"{name}, {kind}": p for name in PROFILES for kind, p in PROFILES[name].items()}
    lines = [f"\n### {name}\n\n{_matrix(profile)}" for name, profile in profiles.items()]
    return "\n".join([*lines, "\n### All other facts\n", *_facts(profiles), ""])


def _matrix(profile: Profile) -> str:
    names = _operations(profile)
    rows = [f"| | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|"]
    for row in names:
        marks = ["yes" if profile.may_overlap(row, column) else "·" for column in names]
        rows.append(f"| **{row}** | {' | '.join(marks)} |")
    return "\n".join(rows)


def _operations(profile: Profile) -> list[str]:
    beside = {name for pair in profile.beside for name in pair}
    had = beside | {method.partition("_")[0] for method in profile.methods}
    return [name for name in ORDER if name in had]


def _facts(profiles: dict[str, Profile]) -> Iterator[str]:
    yield f"| | {' | '.join(profiles)} |"
    yield "|---" * (len(profiles) + 1) + "|"
    fatal = [
        ", ".join(f"`{name}`" for name in _operations(profile) if name in profile.fatal)
        for profile in profiles.values()
    ]
    yield f"| an exception ends the replica out of | {' | '.join(fatal)} |"
    for says, attribute in FACTS.items():
        marks = ["yes" if getattr(p, attribute) else "no" for p in profiles.values()]
        yield f"| {says} | {' | '.join(marks)} |"


def main() -> None:
    """Print, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the tables into the docs")
    tables = text()
    if parser.parse_args().write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        _, _, after = rest.partition(END)
        PAGE.write_text(f"{before}{BEGIN}{tables}{END}{after}", "utf-8")
    print(tables, end="")


if __name__ == "__main__":
    main()
