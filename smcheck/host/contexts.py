"""Watch a context that shares with the machine what it was made by."""

from __future__ import annotations

from smcheck.host.streams import ImageWriter
from smcheck.runtime.graph import find_shared
from smcheck.values import freeze

_LOOKS = 16
"""So many writes of one save are looked at."""


class HandedOut:
    """What prepare returned, for as long as it may be saved.

    A context may share with its machine what never changes.

    Attributes:
        path: Of the first mutable object that context and machine shared after prepare, or "".
        live: Of the first of them, once it was seen to be another than after prepare; or "".
    """

    def __init__(self, context: object = None, machine: object = None) -> None:
        self._watched = list(find_shared(context, machine))
        self.path = self._watched[0][0] if self._watched else ""
        self.live = ""
        self._texts = self._now()

    def look(self) -> None:
        """Look whether all is what it was; a later call may change it back."""
        if self.live:
            return
        pairs = zip(self._watched, self._now(), self._texts, strict=True)
        self.live = next((path for (path, _), now, then in pairs if now != then), "")

    def note(self, error: RuntimeError) -> None:
        """Take in what save raised: only what is changed meanwhile ends an iteration so."""
        if "during iteration" in str(error):
            self.live = self.live or self.path

    def writer(self) -> ImageWriter | None:
        """Return a writer for a save of it that looks whenever it is given something."""
        return _LookingWriter(self) if self._watched else None

    def _now(self) -> list[str]:
        return [freeze(value).text for _, value in self._watched]


class _LookingWriter(ImageWriter):
    """Look at what was handed out while its image is made: later it may be as it was."""

    __slots__ = ("_handed_out", "_left")

    def __init__(self, handed_out: HandedOut) -> None:
        super().__init__()
        self._handed_out, self._left = handed_out, _LOOKS

    def write(self, data: bytes) -> int:
        """Take all of ``data``."""
        if self._left:
            self._left -= 1
            self._handed_out.look()
        return super().write(data)
