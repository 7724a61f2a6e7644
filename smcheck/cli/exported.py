"""Write a stored case as a small pytest file.

Whatever comes out of the witness gets into the file as a literal, or as a comment without a line
break: what somebody wrote into a witness must not become code. Knows texts only, no file.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from smcheck._version import __version__
from smcheck.contract.clauses import CLAUSES
from smcheck.engine.whereabouts import find_target, is_file
from smcheck.engine.witness import Witness
from smcheck.testing.case import Case, case_of

WIDTH = 98
_LIMIT_COMMENT = 90
_LIMIT_MESSAGE = 600

_HEAD = '''"""One finding as a regression test, exported by smcheck {version}.

It fails as long as the machine breaks {clause} in this way, and passes once that is mended.
Everything in the case may be edited: commands, queries, operations, where a task is interrupted.
"""

import smcheck

{told}
CASE = smcheck.Case(
{body}
)


def test_{name}() -> None:
    smcheck.reproduce({target}, CASE, near=__file__)
'''


def exported(witness: Witness, target: str) -> str:
    """Return the text of a pytest file.

    Args:
        witness: What is to be reproduced.
        target: Of its subject, for whoever runs the file.
    """
    case = case_of(witness)
    breach = witness.breach
    told = [*_comment(breach.title), "#", *_comment(breach.message[:_LIMIT_MESSAGE])]
    return _HEAD.format(
        version=__version__,
        clause=CLAUSES[breach.clause].id,
        told="\n".join(told),
        body="\n".join(_body(case, witness)),
        name="_".join(map(_slug, (witness.subject, breach.clause, breach.signature))),
        target=literal(target),
    )


def target_from(target: str, folder: str, near: Path) -> str:
    """Return a target as a file at ``near`` finds it: relative to a folder above, else absolute."""
    place, _, name = target.rpartition(":")
    if not is_file(place):
        return target
    path = Path(folder, place).absolute()
    for base in (*near.parents, Path.cwd()):
        if path.is_relative_to(base) and len(base.parts) > 1:
            found, at = find_target(f"{path.relative_to(base)}:{name}", "", near=near)
            if Path(at, found.rpartition(":")[0]) == path:
                return found
    return f"{path}:{name}"


def literal(value: object) -> str:
    r"""Return the text of plain data; reading the witness has kept out whatever is none.

    >>> print(literal((b"a", [float("nan")], {"k": "line\u2028break"})))
    (b'a', [float('nan')], {'k': 'line\u2028break'})
    """
    kind = type(value)
    if isinstance(value, float) and kind is float:
        return repr(value) if math.isfinite(value) else f"float({str(value)!r})"
    if isinstance(value, int) and kind is int:
        return hex(value) if abs(value) >= 1 << 64 else repr(value)
    if isinstance(value, tuple) and kind is tuple:
        items = [literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(value, list) and kind is list:
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict) and kind is dict:
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    if value is None or kind in (bool, str, bytes):
        return repr(value)
    raise TypeError(f"expected plain data, got {kind.__qualname__}")


def _body(case: Case, witness: Witness) -> Iterator[str]:
    """Yield the lines between the brackets of the case."""
    for name in ("subject", "clause", "check", "signature", "method", "error", "raised_in", "at",
                 "hash_seed", "seed"):  # fmt: skip
        value = getattr(case, name)
        if value not in ("", ("", "")):
            yield f"    {name}={literal(value)},"
    for name in ("vary", "dont_vary"):
        if getattr(case, name):
            yield f"    {name}={literal(getattr(case, name))},"
    words = [record.text for record in witness.log]
    yield from _several("log", case.log, words)
    if case.queries:
        yield from _several("queries", case.queries)
    yield "    tasks={"
    for task, operations in case.tasks.items():
        yield f"        {literal(task)}: ["
        yield from (f"            {literal(operation)}," for operation in operations)
        yield "        ],"
    yield "    },"
    if case.schedule:
        yield from _several("schedule", case.schedule)


def _several(name: str, values: Sequence[object], words: Sequence[str] = ()) -> Iterator[str]:
    """Yield a field that is a list, one item a line, some with a few words for people."""
    yield f"    {name}=["
    for number, value in enumerate(values):
        text = words[number] if number < len(words) else ""
        said = f"  # {_shown(text)[:_LIMIT_COMMENT]}" if text else ""
        yield f"        {literal(value)},{said}"
    yield "    ],"


def _comment(text: str) -> list[str]:
    lines = textwrap.wrap(_shown(text), WIDTH - 2) or [""]
    return [f"# {line}".rstrip() for line in lines]


def _shown(text: str) -> str:
    """Return a text in which nothing ends a line or hides: as ``repr`` writes it."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()[:40]).strip("_") or "subject"
