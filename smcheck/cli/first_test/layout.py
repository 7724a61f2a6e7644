"""Lay out Python expressions in lines, as a formatter would leave them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 100
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Bracket:
    """Something in brackets: ``before``, items with commas, ``after``."""

    before: str
    items: tuple[Expression, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Named:
    """An item with a key or a keyword before it."""

    before: str
    item: Expression


Expression = str | Bracket | Named


def call(function: str, *args: Expression, then: str = "") -> Bracket:
    """Return a call, with ``then`` behind its closing bracket."""
    return Bracket(f"{function}(", args, f"){then}")


def table(items: Sequence[tuple[str, Expression]]) -> Bracket:
    """Return a dictionary of keys and values."""
    return Bracket("{", tuple(Named(f"{quoted(key)}: ", value) for key, value in items), "}")


def behind(expression: Expression, then: str) -> Expression:
    """Return an expression with something behind it."""
    if isinstance(expression, Bracket):
        return Bracket(expression.before, expression.items, expression.after + then)
    assert isinstance(expression, str)
    return expression + then


def flat(expression: Expression) -> str:
    """Return an expression on one line."""
    if isinstance(expression, str):
        return expression
    if isinstance(expression, Named):
        return expression.before + flat(expression.item)
    return expression.before + ", ".join(map(flat, expression.items)) + expression.after


def lay_out(expression: Expression, *, before: str = "", after: str = "", depth: int = 0) -> str:
    """Return an expression in as few lines as its length allows.

    Args:
        before: What stands before it on the first line, without indentation.
        after: What stands behind it on the last line.
        depth: Levels of indentation.
    """
    indent = INDENT * depth
    line = f"{indent}{before}{flat(expression)}{after}"
    if len(line) <= WIDTH or isinstance(expression, str):
        return line
    if isinstance(expression, Named):
        return lay_out(expression.item, before=before + expression.before, after=after, depth=depth)
    if not expression.items:
        return line
    inner = [lay_out(item, after=",", depth=depth + 1) for item in expression.items]
    return "\n".join(
        [f"{indent}{before}{expression.before}", *inner, f"{indent}{expression.after}{after}"]
    )


def quoted(value: object) -> str:
    """Return a literal with double quotes where a formatter would use them.

    >>> print(quoted("a"), quoted(b"a"), quoted(("a", 1)), quoted('"'))
    "a" b"a" ("a", 1) '"'
    """
    if isinstance(value, tuple):
        inner = ", ".join(map(quoted, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)}: {quoted(v)}" for k, v in value.items()) + "}"
    text = repr(value)
    if isinstance(value, (str, bytes)) and text.endswith("'") and '"' not in text:
        prefix, _, inner = text.partition("'")
        return f'{prefix}"{inner[:-1]}"'
    return text
