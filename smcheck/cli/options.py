"""Read the values of options; each refusal says what was expected, what came and what to do."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from smcheck.circumstances.data import ANOTHER_PYTHON, CIRCUMSTANCES
from smcheck.configuration import FILE, TABLE, Value
from smcheck.contract.clauses import CLAUSES

F = TypeVar("F", bound=Callable[..., Any])
_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(ms|s|m|h)", re.ASCII)


def path(flag: str, name: str, text: str, *, metavar: str = "FILE") -> Callable[[F], F]:
    """Return an option whose value is the name of a file or folder."""
    return click.option(flag, name, type=_Named(path_type=Path), metavar=metavar, help=text)


class _Named(click.Path):
    """A path that has a name: an empty one comes of a variable that nobody set."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:  # click has it so
        """Return the path."""
        if value == "":
            self.fail(
                "expected the name of a file or folder, got an empty one: name it", param, ctx
            )
        return super().convert(value, param, ctx)


def duration(context: click.Context, option: click.Parameter, value: str | None) -> float | None:
    """Read a length of time, for a click option."""
    if value is None:
        return None
    seconds = seconds_of(value)
    if seconds is None:
        raise click.BadParameter(
            f"expected a length of time such as 10s, 500ms, 2m or 1h, got {value!r}: "
            "write a number above 0 and a unit"
        )
    return seconds


def seconds_of(text: str) -> float | None:
    """Return the seconds that ``text`` says, ``None`` if it is no length of time above 0.

    >>> seconds_of("1h30m"), seconds_of("500ms"), seconds_of("12"), seconds_of("-1s")
    (5400.0, 0.5, 12.0, None)
    """
    parts = _PART.findall(text.strip())
    if parts and "".join(number + unit for number, unit in parts) == text.strip():
        seconds = sum(float(number) * _UNITS_S[unit] for number, unit in parts)
    elif re.fullmatch(r"\d+(\.\d+)?|\.\d+", text.strip(), re.ASCII):
        seconds = float(text)
    else:
        return None
    return seconds if seconds > 0 and math.isfinite(seconds) else None


def count(least: int, most: int) -> Callable[..., int | None]:
    """Return a reader of whole numbers from ``least`` to ``most``, for a click option."""

    def read(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
        if value is None:
            return None
        number = int(value) if re.fullmatch(r"-?\d{1,30}", value.strip(), re.ASCII) else None
        if number is None or not least <= number <= most:
            raise click.BadParameter(
                f"expected a whole number from {least} to {most:,}, got {value!r}: "
                "write one in digits"
            )
        return number

    return read


def defaults_of(command: click.Command, table: Mapping[str, Value]) -> dict[str, object]:
    """Return what a project's table says, as defaults of the parameters of ``command``.

    Texts, for each is read as if it had been typed.
    """
    return {
        parameter.name or "": _typed(table[key], is_many=parameter.multiple)
        for parameter in command.params
        for key in (one.removeprefix("--") for one in parameter.opts)
        if key in table and isinstance(parameter, click.Option)
    }


def _typed(value: Value, *, is_many: bool) -> object:
    if isinstance(value, bool) or is_many:
        return value
    return ",".join(value) if isinstance(value, list) else str(value)


def whence(error: click.BadParameter) -> str:
    """Return where a refused value came from, if nobody typed it."""
    context, parameter = error.ctx, error.param
    if context is None or parameter is None or parameter.name is None:
        return ""
    source = context.get_parameter_source(parameter.name)
    is_ours = source is click.core.ParameterSource.DEFAULT_MAP
    return f" ({TABLE} in {FILE})" if is_ours else ""


def clause_ids(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[str, ...]:
    """Read ids of clauses with commas between them, as the contract spells them, each once."""
    if value is None:
        return ()
    ids = [part.strip().upper() for part in value.split(",") if part.strip()]
    if not ids:
        raise click.BadParameter("expected clause ids such as UPD-4,LKP-1, got none: name one")
    for one in ids:
        if one not in CLAUSES:
            raise click.BadParameter(unknown_clause(one))
    return tuple(dict.fromkeys(ids))


def circumstances(
    context: click.Context, option: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    """Read names of circumstances, each once and as the table has it, with what stands behind =."""
    found: dict[str, str] = {}
    for text in value:
        given, _, wanted = text.partition("=")
        names = [c.name for c in CIRCUMSTANCES if _plain(c.name) == _plain(given)]
        if not names:
            near = difflib.get_close_matches(given, [c.name for c in CIRCUMSTANCES], n=3)
            offer = (
                f"did you mean {' or '.join(near)}?"
                if near
                else "`smcheck circumstances` lists them"
            )
            raise click.BadParameter(f"expected the name of a circumstance, got {given!r}: {offer}")
        if wanted and (names[0] != ANOTHER_PYTHON or option.name == "dont_vary"):
            only = (
                "a name alone"
                if option.name == "dont_vary"
                else (f"a value for {ANOTHER_PYTHON!r} only")
            )
            raise click.BadParameter(f"expected {only}, got {text!r}: leave the value out")
        before = found.get(names[0], "")
        if wanted and before and wanted != before:
            raise click.BadParameter(
                f"expected one value for {names[0]!r}, got {before!r} and {wanted!r}: leave one out"
            )
        found[names[0]] = wanted or before
    return found


def _plain(name: str) -> str:
    return re.sub(r"[\s_-]", "", name).casefold()


def unknown_clause(name: str) -> str:
    """Return the sentence that refuses ``name`` and offers what is near."""
    near = near_matches(name.upper(), CLAUSES)
    offer = f"did you mean {' or '.join(near)}?" if near else "`smcheck clauses` lists them"
    return f"expected the id of a clause, got {name!r}: {offer}"


def near_matches(name: str, known: Iterable[str]) -> list[str]:
    """Return up to three known names that ``name`` may stand for, the best first."""
    known = list(known)
    below = [one for one in known if one.startswith(f"{name}-")]
    return (below or difflib.get_close_matches(name, known, n=3, cutoff=0.6))[:3]
