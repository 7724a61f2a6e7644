"""Look at a class and draft its first test.

Runs in the child only, and never makes an instance: the class was imported, its source is read.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from pathlib import Path

from smcheck.cli.first_test.annotations import annotate, hints_of
from smcheck.cli.first_test.drafts import Draft, Line
from smcheck.cli.first_test.expressions import ENTRY
from smcheck.cli.first_test.factory import factory_of
from smcheck.cli.first_test.facts import COMMAND, QUERY, Notes, Sym
from smcheck.cli.first_test.finding import find_class
from smcheck.cli.first_test.forms import Form
from smcheck.cli.first_test.layout import Expression, call
from smcheck.cli.first_test.others import draft_other
from smcheck.cli.first_test.reader import Reader
from smcheck.cli.first_test.ready import domain_of, ready_commands, ready_queries
from smcheck.cli.first_test.shapes import forms_of, merged
from smcheck.cli.first_test.strategies import commands_code, queries_code
from smcheck.cli.first_test.values import Many
from smcheck.cli.first_test.writing import (
    builder_of,
    decide_commands,
    decide_queries,
    note_imports,
    told,
    write_pools,
)
from smcheck.contract.profiles import PROFILES, Kind, has_method, kind_of
from smcheck.errors import UsageError


def look(target: str, beside: Path) -> Draft:
    """Return the draft of a first test for the class that ``target`` names.

    Raises:
        UsageError: There is no such class, or it is no machine.
    """
    cls, place = find_class(target, beside)
    other = draft_other(cls, place)
    if other is not None:
        return other
    if not has_method(cls, "update"):
        raise UsageError(
            f"{place.name}: expected a machine, got a class without update: name a class with the "
            "methods of docs/contract.md, or of an adapter in docs/adapters.md"
        )
    kind = kind_of(cls)
    _refuse_lacking(cls, place.name, kind)
    draft = Draft(place, f"{'an' if kind is Kind.ON_DISK else 'a'} {kind} machine")
    commands, queries = _guess(cls, kind)
    _write_strategies(draft, commands, queries)
    _write_subject(draft, cls, kind)
    return draft


def _refuse_lacking(cls: type, name: str, kind: Kind) -> None:
    wanted = PROFILES["dragonboat"][kind].methods
    lacking = [method for method in wanted if not callable(getattr(cls, method, None))]
    if lacking:
        raise UsageError(
            f"{name}: expected {'an' if kind is Kind.ON_DISK else 'a'} {kind} machine with "
            f"{', '.join(wanted)}, got one without {' and '.join(lacking)}: add what is missing"
        )


def _guess(cls: type, kind: Kind) -> tuple[list[Form], list[Form]]:
    """Return the forms of commands and of queries."""
    about_commands, about_queries = Notes(), Notes()
    reader = Reader(cls, about_commands)
    reader.read("update", [ENTRY if kind is Kind.REGULAR else Many(ENTRY)])
    asked = Reader(cls, about_queries)
    _annotate_parameter(cls, "lookup", Sym(QUERY), about_queries)
    asked.read("lookup", [Sym(QUERY)])
    builder = builder_of(reader, about_commands)
    commands = forms_of(about_commands.facts, COMMAND, builder, defaults=False)
    queries = forms_of(about_queries.facts, QUERY, builder, defaults=True)
    return merged(commands), merged(queries)


def _annotate_parameter(cls: type, method: str, part: Sym, notes: Notes) -> None:
    """Note what the annotation of the last parameter says."""
    function = getattr(cls, method, None)
    hints = hints_of(inspect.unwrap(function)) if callable(function) else {}
    hints.pop("return", None)
    for hint in list(hints.values())[-1:]:
        annotate(notes, part, hint)


def _write_strategies(draft: Draft, commands: Sequence[Form], queries: Sequence[Form]) -> None:
    domain = domain_of(commands)
    asks = ready_queries(domain, queries) if domain else ""
    domain = domain if asks else ""
    commands_value = ready_commands(domain, commands) if domain else commands_code(commands)
    queries_value: Expression = asks or queries_code(queries)
    if domain:
        draft.imports.add(f"smcheck.strategies {domain}")
    write_pools(draft, [commands_value, queries_value])
    draft.lines.append(Line("commands", commands_value, decide_commands(commands, domain)))
    draft.lines.append(Line("queries", queries_value, decide_queries(queries)))
    draft.guessed += [told("command", commands), told("query", queries)]
    note_imports(draft, [commands_value, queries_value])


def _write_subject(draft: Draft, cls: type, kind: Kind) -> None:
    factory = factory_of(cls, draft.place.name)
    items: list[Expression] = [f"machine={draft.place.name}"]
    decide = ""
    if factory is not None:
        made, decide = factory
        items = [f"machine={made}", f'name="{cls.__name__}"', f'kind="{kind}"']
    items += ["commands=commands", "queries=queries"]
    draft.lines.append(Line("subject", call("smcheck.Subject", *items), decide))
