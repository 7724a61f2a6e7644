"""Put what the user's own code raised in one line: what, what it said, where.

For code that is not the machine's: modules on import, factories, models, strategies and the
other helpers of a subject. What goes wrong there is a wrong call, not a finding.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from smcheck.errors import UsageError

P = ParamSpec("P")
T = TypeVar("T")

_LIMIT_CHARS = 200
_HERE = Path(__file__).parent


def said(error: BaseException) -> str:
    """Return type and text of an exception on one line, also where the text cannot be had."""
    kind = type(error).__name__
    try:
        text = " ".join(str(error).split())[:_LIMIT_CHARS]
    except (Exception, SystemExit):  # noqa: BLE001  # the text of what was raised already
        text = "its text cannot be had, for __str__ raises too"
    return f"{kind}: {text}" if text else kind


def line_of(error: BaseException, root: Path | None = None) -> str:
    """Return the user's innermost line, which says more than one inside a library.

    Args:
        error: As it was caught.
        root: Folder of the user's code; without one, whatever is not installed is.
    """
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename} line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    real = [frame for frame in frames if not frame.filename.startswith("<frozen")]
    own = [frame for frame in real if _is_own(Path(frame.filename), root)]
    last = (own or real or frames)[-1]
    return f"{last.filename} line {last.lineno}"


def _is_own(file: Path, root: Path | None) -> bool:
    if "site-packages" in file.parts:
        return False
    return file.is_relative_to(root) if root else not file.is_relative_to(_HERE)


def helper_fault(owner: str, what: str, error: BaseException) -> UsageError:
    """Return the refusal of a subject whose ``what`` raised ``error``."""
    return UsageError(
        f"{owner}: expected {what} to return, it raised {said(error)} at {line_of(error)}: mend it"
    )


def ask_helper(
    owner: str, what: str, helper: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call something of a subject that is not its machine.

    Args:
        owner: Name of the subject.
        what: The helper as the message names it, such as ``model.apply``.
        helper: What is called, with the remaining arguments.

    Raises:
        UsageError: It raised; the line says what and where.
    """
    try:
        return helper(*args, **kwargs)
    except UsageError:
        raise
    except (Exception, SystemExit) as error:
        raise helper_fault(owner, what, error) from error
