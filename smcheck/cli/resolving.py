"""Resolve targets in a child, before anything of them is searched."""

from __future__ import annotations

from collections.abc import Sequence

from smcheck.cli.listener import Listener, unresolved
from smcheck.cli.messages import Request
from smcheck.cli.supervisor import converse
from smcheck.errors import InternalError, UsageError


def resolve(targets: Sequence[str], *, listener: Listener, log: str = "") -> None:
    """Resolve all of some targets in one child, and in others where one spoils it for the rest.

    Args:
        targets: What one process can import.
        listener: Takes in what was resolved, also where not all could be.
        log: Path of a log that every subject must be able to read, empty for none.

    Raises:
        UsageError: One of them is no subject.
        InternalError: smcheck failed; the message is the traceback.
        KeyboardInterrupt: The user ended it.
    """
    before = len(listener.resolved)
    ending = converse(Request("resolve", targets=tuple(targets), log=log), listener.hear)
    if ending is None:
        raise KeyboardInterrupt
    if listener.broken:
        raise InternalError(listener.broken)
    done = len(listener.resolved) - before
    if not listener.usage and done == len(targets):
        return
    if done == 0:
        raise UsageError(listener.usage or unresolved(targets[0], ending))
    # Those ahead of it may have spoiled the process: it goes first in another one.
    listener.usage = ""
    resolve(targets[done:], listener=listener, log=log)
