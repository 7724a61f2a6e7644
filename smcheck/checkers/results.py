"""Judge results that were returned earlier: they must still be what they were (RES-2). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from smcheck.checkers.updates import result_of, sound_result
from smcheck.contract.types import Result
from smcheck.finding import Breach
from smcheck.values import freeze, shorten


@dataclass(frozen=True, slots=True)
class Kept:
    """A result that somebody outside the machine still reads.

    Attributes:
        index: Index of its entry.
        answer: The object that the result is read from: an entry, or the result itself.
        result: What it was when ``update`` returned.
    """

    index: int
    answer: object
    result: Result

    def now(self) -> object:
        """Return what the result is now."""
        is_result = issubclass(type(self.answer), Result)
        return self.answer if is_result else result_of(self.answer)

    def has_changed(self) -> bool:
        """Return whether the result is another now."""
        return sound_result(self.now()) != self.result


def check_kept(kept: Iterable[Kept]) -> list[Breach]:
    """Return RES-2 for the first result that is another than when ``update`` returned."""
    for one in kept:
        if one.has_changed():
            before, now = (shorten(freeze(value).text) for value in (one.result, one.now()))
            return [Breach(
                "RES-2", "returned", "a result changes after update returned it",
                f"expected the result of index {one.index} to stay {before}, it became {now} "
                "during a later call: sessions keep results and other threads read them; set "
                "the result of an entry in the update that was given it",
                method="update",
            )]  # fmt: skip
    return []
