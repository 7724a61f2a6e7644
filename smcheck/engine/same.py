"""Say whether a finding of today is the one that a witness was written of.

The signature decides. It is made of the text of a line, so it changes when somebody gives a
local variable or the subject another name, which mends nothing.
"""

from __future__ import annotations

import keyword
import re

from smcheck.engine.locate import source_of
from smcheck.engine.witness import Witness
from smcheck.finding import Breach, Finding, signature

_NAME = re.compile(r"""("[^"\n]*"|'[^'\n]*')|(?<![\w.])([A-Za-z_]\w*)(?!\w*\s*\()""")

_HEADS = ("def ", "async def ", "class ", "@")
"""So begins a line that was blamed for want of a more exact one."""


def is_same(witness: Witness, breach: Breach, finding: Finding) -> bool:
    """Return whether ``finding`` is the one that ``witness`` was written of.

    Args:
        witness: With the line that was blamed.
        breach: Of the finding, before it was explained; its key is that of the witness.
        finding: What the case shows now.
    """
    told, place = witness.breach, finding.location
    line = source_of(place) if place.file else ""
    named_as_then = signature(witness.subject, finding.breach, place.function, line)
    if told.signature in (finding.signature, named_as_then):
        return True
    is_there = bool(told.line) and breach.clause == told.clause and breach.error == told.error
    is_line = shape(line) == shape(told.line) or told.line.startswith(_HEADS)
    return is_there and place.function == told.function and is_line


def shape(line: str) -> str:
    """Return a line without its white space, with plain names numbered as they come.

    Names of attributes and of what is called stay: they say what the line does.

    >>> shape("total = self.total + n"), shape("so_far = self.total + n")
    ('#0=#1.total+#2', '#0=#1.total+#2')
    >>> shape("total = self.count + n") == shape("total = self.total + n")
    False
    """
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        text, name = match.groups()
        if text is not None or keyword.iskeyword(name):
            return match[0]
        return f"#{numbers.setdefault(name, len(numbers))}"

    return "".join(_NAME.sub(number, line).split())
