"""Labels on items, asked from both sides: which labels has an item, which items a label.

What a command answers:

====================  ==================================================
``tag ITEM LABEL``    1 if the item did not have the label, else 0
``untag ITEM LABEL``  1 if the item had the label, else 0
``drop LABEL``        how many items lost the label
else                  0
====================  ==================================================

Queries are ``("labels", item)`` and ``("items", label)``; both answer a sorted list, which is
empty for what nobody has heard of.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, questions, sentences

ITEMS: tuple[str, ...] = ("cup", "hat", "map")
LABELS: tuple[str, ...] = ("blue", "old", "red")
QUESTIONS: tuple[str, ...] = ("labels", "items")


def commands() -> st.SearchStrategy[bytes]:
    """Return commands about few items and few labels."""
    return sentences(
        ["tag", ITEMS, LABELS],
        ["tag", ITEMS, LABELS],
        ["untag", ITEMS, LABELS],
        ["drop", LABELS],
    )


def queries(*, verbs: Collection[str] = QUESTIONS) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {
        "labels": ["labels", ITEMS],
        "items": ["items", LABELS],
    }
    return questions(*(forms[verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Hold the pairs of item and label, and nothing else."""

    def __init__(self) -> None:
        self._pairs: set[tuple[str, str]] = set()

    def apply(self, cmd: bytes) -> Result:
        """Apply one command and return its result."""
        before = len(self._pairs)
        match cmd.decode().split():
            case ["tag", item, label]:
                self._pairs.add((item, label))
            case ["untag", item, label]:
                self._pairs.discard((item, label))
            case ["drop", label]:
                self._pairs = {pair for pair in self._pairs if pair[1] != label}
            case _:
                return REJECTED
        return Result(abs(len(self._pairs) - before))

    def query(self, query: Any) -> object:
        """Answer one query."""
        verb, name = query
        if verb == "labels":
            return sorted(label for item, label in self._pairs if item == name)
        return sorted(item for item, label in self._pairs if label == name)
