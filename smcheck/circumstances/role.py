"""What this process is for: a twin starts no twins of its own."""

from __future__ import annotations

from smcheck.errors import UsageError

_is_twin = False


def become_twin() -> None:
    """Note that this process is a worker, before it imports the user's file."""
    global _is_twin
    _is_twin = True


def require_no_twin() -> None:
    """Refuse to start workers in a worker.

    Raises:
        UsageError: The user's file starts a check when it is imported; each of the processes
            would do that again.
    """
    if _is_twin:
        raise UsageError(
            "expected a file that only defines the subject when it is imported, it starts a "
            'check: put the call under `if __name__ == "__main__":`'
        )
