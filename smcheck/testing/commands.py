"""Draw commands: the subject's own, and where it takes any bytes those that no grammar has.

Nothing below this door knows how a command was drawn; a command only says who made it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import hypothesis.strategies as st

from smcheck.plan import Command
from smcheck.subject import Subject
from smcheck.testing.validate import encoded

HUGE_BYTES = 1 << 16
_ADDED_OF = 4
_KINDS = ("empty", "noise", "cut", "extended", "flipped", "not utf-8") * 5 + ("huge",)
_NOT_UTF_8 = (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80\x00")


@dataclass(frozen=True, slots=True)
class Added:
    """A command that the host adds for a subject that takes any bytes."""

    cmd: bytes


def commands_of(subject: Subject) -> st.SearchStrategy[Any]:
    """Return the subject's commands, one in four ``Added`` where it takes any bytes."""
    return _any_commands(subject) if subject.any_bytes else subject.commands


def command_of(subject: Subject, drawn: Any, *, index: int) -> Command:
    """Return what was drawn as an entry of the log.

    Raises:
        UsageError: What was drawn is not ``bytes`` (after ``encode``).
    """
    if isinstance(drawn, Added):
        return Command(index, drawn.cmd, added=True)
    return Command(index, encoded(subject, drawn))


@st.composite
def _any_commands(draw: st.DrawFn, subject: Subject) -> Any:
    if draw(st.integers(1, _ADDED_OF)) < _ADDED_OF:
        return draw(subject.commands)
    return Added(draw(_strange_commands(subject)))


@st.composite
def _strange_commands(draw: st.DrawFn, subject: Subject) -> bytes:
    """Draw an empty command, noise, or one of the subject's own with something done to it."""
    kind = draw(st.sampled_from(_KINDS))
    if kind == "empty":
        return b""
    if kind == "noise":
        return draw(st.binary(min_size=1, max_size=8))
    own = encoded(subject, draw(subject.commands)) or b"\x00"
    if kind == "huge":
        return (own * (HUGE_BYTES // len(own) + 1))[:HUGE_BYTES]
    if kind == "extended":
        return own + draw(st.binary(min_size=1, max_size=4))
    place = draw(st.integers(0, len(own) - 1))
    if kind == "cut":
        return own[:place]
    if kind == "flipped":
        flipped = own[place] ^ (1 << draw(st.integers(0, 7)))
        return own[:place] + bytes([flipped]) + own[place + 1 :]
    return own[:place] + draw(st.sampled_from(_NOT_UTF_8)) + own[place:]
