"""An object whose methods touch one thing each."""

from __future__ import annotations


class Odd:
    """Refuse to be printed."""

    def __init__(self) -> None:
        self.size = 3

    def __repr__(self) -> str:
        raise AssertionError("nobody may ask")


class Shelf:
    """Keep a few things."""

    def __init__(self) -> None:
        self.count = 0
        self.stock: dict[str, int] = {}
        self.notes: list[str] = []
        self.odd = Odd()

    def add(self) -> None:
        self.count = self.count + 1

    def put(self) -> None:
        self.stock["pear"] = 3

    def note(self) -> None:
        self.notes.append("a")

    def show(self) -> object:
        return self.odd
