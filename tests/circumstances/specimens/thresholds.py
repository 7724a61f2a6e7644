"""A machine that decides by thresholds; the command says which method runs.

Workers import this file by its path, so it stands alone. Most pairs of circumstances lie on the
same side of a threshold.
"""

from __future__ import annotations

import time

import smcheck
from smcheck import Entry, Result


class Deciding:
    """Keep what the method named by the command gives."""

    def __init__(self) -> None:
        self.kept: list[object] = []

    def update(self, entry: Entry) -> Result:
        self.kept.append(getattr(self, entry.cmd.decode())())
        return Result(0)

    def half_of_day(self) -> object:
        return "am" if time.time() % 86_400 < 43_200 else "pm"  # guilty

    def rule_of_2030(self) -> object:
        return time.time() > 1_900_000_000  # guilty

    def pure(self) -> object:
        return len(self.kept)

    def lookup(self, query: object) -> object:
        if query == "year":
            return time.gmtime().tm_year  # guilty
        return list(self.kept)

    def save_snapshot(self, writer: object, files: object, stopped: object) -> None:
        pass

    def recover_from_snapshot(self, reader: object, files: object, stopped: object) -> None:
        pass

    def close(self) -> None:
        pass


deciding = smcheck.Subject(machine=Deciding, commands=1, queries=1)
