"""Watch a context that shares with the machine what it was made by."""

from __future__ import annotations

from smcheck.runtime.graph import find_shared
from smcheck.values import freeze


class HandedOut:
    """What prepare returned, for as long as it may be saved.

    A context may share with its machine what never changes.

    Attributes:
        path: Of a mutable object that context and machine shared after prepare, or "".
    """

    def __init__(self, context: object = None, machine: object = None) -> None:
        path, value = find_shared(context, machine) or ("", None)
        self.path = path
        self._watched = (context, value) if path else ()
        self._texts = self._now()
        self._changed = False

    @property
    def live(self) -> str:
        """The path, once what is there was seen to be another than after prepare; or ""."""
        return self.path if self._changed else ""

    def look(self) -> None:
        """Look whether it is what it was; a later call may change it back."""
        self._changed = self._changed or self._now() != self._texts

    def _now(self) -> list[str]:
        return [freeze(value).text for value in self._watched]
