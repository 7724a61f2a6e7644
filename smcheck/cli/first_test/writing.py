"""Write what every first test has: the strategies that are shared, and what is to be decided."""

from __future__ import annotations

import re
from collections.abc import Sequence

from smcheck.cli.first_test.building import Builder
from smcheck.cli.first_test.drafts import Draft, Line
from smcheck.cli.first_test.facts import Notes
from smcheck.cli.first_test.forms import Fixed, Form, is_vague
from smcheck.cli.first_test.layout import Expression, flat
from smcheck.cli.first_test.reader import Reader
from smcheck.cli.first_test.strategies import NAMES, NUMBERS, POOLS


def builder_of(reader: Reader, notes: Notes) -> Builder:
    """Return a builder that knows the attributes of a machine whose commands were read."""
    numbers = [fact for fact in notes.facts if fact.what == "kind" and fact.detail == "int"]
    numbered = {
        str(key.detail)
        for key in notes.facts
        if key.what == "key"
        and (
            any(step[0] == "unpack" for step in key.path)
            or any(one.path == key.path and one.goes_with(key) for one in numbers)
        )
    }
    return Builder(reader.initial, reader.kinds, numbered)


def decide_commands(forms: Sequence[Form], domain: str = "") -> str:
    """Return what the user must decide about commands."""
    if any(map(is_vague, forms)):
        return "what a command looks like; update does not show it"
    made_up = [form for form in forms if _has_made_up(form)]
    if made_up:
        return 'what else a command may be; "other" is made up'
    if domain:
        return f"is this what update takes? smcheck.strategies.{domain}.Model may be your model="
    return "are these all the commands that update takes?"


def decide_queries(forms: Sequence[Form]) -> str:
    """Return what the user must decide about queries."""
    if any(map(is_vague, forms)):
        return "what a query looks like; lookup does not look at it"
    if any(_has_made_up(form) for form in forms):
        return 'what else may be asked; "all" is made up'
    return "are these all the queries that lookup answers?"


def _has_made_up(form: Form) -> bool:
    if isinstance(form, Fixed):
        return form.is_made_up
    inner = getattr(form, "items", None) or getattr(form, "inner", None)
    if isinstance(inner, dict):
        return any(map(_has_made_up, inner.values()))
    if isinstance(inner, tuple):
        return any(map(_has_made_up, inner))
    return inner is not None and _has_made_up(inner)


def told(what: str, forms: Sequence[Form]) -> str:
    """Return a sentence on what was found out."""
    if any(map(is_vague, forms)):
        return f"nothing of a {what}"
    count = len(forms)
    several = {"command": "commands", "query": "queries", "transaction": "transactions"}
    return f"{count} {'kinds' if count > 1 else 'kind'} of {several.get(what, what)}"


def write_pools(draft: Draft, values: Sequence[Expression]) -> None:
    """Define the strategies that forms share, where they are used."""
    used = set().union(*(_names_in(value) for value in values)) if values else set()
    if NAMES in used:
        decide = "what means something to the machine; little, so that commands meet"
        draft.lines.append(Line(NAMES, POOLS[NAMES], decide))
    if NUMBERS in used:
        decide = "" if NAMES in used else "numbers that mean something to the machine"
        draft.lines.append(Line(NUMBERS, POOLS[NUMBERS], decide))


def _names_in(value: Expression) -> set[str]:
    return set(re.findall(r"\w+", flat(value)))


def note_imports(draft: Draft, values: Sequence[Expression]) -> None:
    """Note which modules the code of the draft needs."""
    text = " ".join(map(flat, values))
    for name in ("json", "pickle", "struct", "msgpack"):
        if f"{name}." in text:
            draft.imports.add(name)
    if "msgspec." in text:
        draft.imports.add("msgspec")
