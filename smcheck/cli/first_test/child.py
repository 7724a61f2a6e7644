"""The process that imports the user's class and looks at it.

Says one line of JSON over a descriptor of its own: the standard streams are the module's, which
may print what it likes.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import msgspec

from smcheck.cli.first_test.look import look
from smcheck.cli.first_test.page import lay_out_page
from smcheck.errors import UsageError


class Looked(msgspec.Struct, frozen=True):
    """What came of looking at a class.

    Attributes:
        usage: What is wrong with the target, empty when nothing is.
        broken: smcheck's own traceback, empty without one.
        kind: What the class was taken for, with an article.
        decisions: Number of a line, and what is to be decided there.
        guessed: What was found out.
    """

    usage: str = ""
    broken: str = ""
    module: str = ""
    name: str = ""
    kind: str = ""
    text: str = ""
    decisions: tuple[tuple[int, str], ...] = ()
    guessed: tuple[str, ...] = ()


def answer(target: str, beside: Path) -> Looked:
    """Look at the class that ``target`` names, for a test file in ``beside``."""
    try:
        draft = look(target, beside)
        page = lay_out_page(draft, beside)
    except UsageError as error:
        return Looked(usage=" ".join(str(error).split()))
    except Exception:  # noqa: BLE001  # whatever it is, it is smcheck's own
        return Looked(broken=traceback.format_exc())
    return Looked(
        module=draft.place.module, name=draft.place.name, kind=draft.kind, text=page.text,
        decisions=page.decisions, guessed=tuple(draft.guessed),
    )  # fmt: skip


def main() -> None:
    """Answer over the descriptor that the arguments name, and end without exit handlers."""
    target, beside, descriptor = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    os.set_inheritable(descriptor, False)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(msgspec.json.encode(answer(target, beside)))
    os._exit(0)


if __name__ == "__main__":
    main()
