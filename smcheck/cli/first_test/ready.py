"""Know the formats of ``smcheck.strategies``, to use these where a machine speaks one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smcheck.cli.first_test.forms import Choice, Fixed, Form, Leaf, Row

N, K = "number", "name"


@dataclass(frozen=True, slots=True)
class Domain:
    """The commands and queries of one module there.

    Attributes:
        commands: Verb to what stands behind it.
        questions: The same for queries.
        selects: Whether ``commands`` takes the verbs that are wanted.
        keys: The names that are drawn, where a machine must know them.
    """

    commands: Mapping[str, str]
    questions: Mapping[str, str]
    selects: bool = False
    keys: tuple[str, ...] = ()


DOMAINS = {
    "kv": Domain(
        {"put": "kn", "delete": "k", "incr": "kn", "cas": "knn"},
        {"get": "k", "all": "", "count": ""}, selects=True,
    ),
    "queue": Domain(
        {"push": "k", "pop": "", "cancel": "k"}, {"size": "", "next": "", "all": ""}, selects=True
    ),
    "bank": Domain(
        {"transfer": "kkn"}, {"balance": "k", "total": "", "all": ""}, keys=("ann", "bob", "cyd")
    ),
    "counter": Domain(
        {"add": "n", "sub": "n", "reset": ""}, {"value": "", "changes": "", "both": ""}
    ),
    "leases": Domain({"acquire": "kkn", "release": "kkn"}, {"owner": "k", "held": ""}),
    "leaderboard": Domain({"score": "kn", "leave": "k"}, {"points": "k", "top": ""}),
    "tags": Domain({"tag": "kk", "untag": "kk", "drop": "k"}, {"labels": "k", "items": "k"}),
}  # fmt: skip


def domain_of(forms: Sequence[Form]) -> str:
    """Return the name of the module that draws exactly such commands, empty without one."""
    rows = [_row(form, sep=None) for form in forms]
    if not rows or not all(rows):
        return ""
    found = [row for row in rows if row is not None]
    for name, domain in DOMAINS.items():
        verbs = {row[0] for row in found}
        is_all = verbs == domain.commands.keys() or (domain.selects and len(verbs) > 1)
        if is_all and all(_fits(row, domain.commands, domain.keys) for row in found):
            return name
    return ""


def ready_commands(name: str, forms: Sequence[Form]) -> str:
    """Return the call that draws the commands of a domain."""
    domain = DOMAINS[name]
    used = {row[0] for form in forms if (row := _row(form, sep=None))}
    verbs = [verb for verb in domain.commands if verb in used]
    return f"{name}.commands({_verbs(verbs, domain.commands)})"


def ready_queries(name: str, forms: Sequence[Form]) -> str:
    """Return the call that draws queries of a domain, empty where they are others."""
    domain = DOMAINS[name]
    rows = [_row(form, sep="") for form in forms]
    if not all(rows):
        return ""
    verbs: list[str] = []
    for row in rows:
        assert row is not None
        verb, items = row
        if verb not in domain.questions and len(rows) == len(domain.questions):
            known = {one[0] for one in rows if one}
            verb = next((q for q in domain.questions if q not in known), verb)
        if not _fits((verb, items), domain.questions, domain.keys):
            return ""
        verbs.append(verb)
    return (
        f"{name}.queries({_verbs([q for q in domain.questions if q in verbs], domain.questions)})"
    )


def _verbs(verbs: Sequence[str], known: Mapping[str, str]) -> str:
    if len(verbs) == len(known):
        return ""
    listed = ", ".join(f'"{verb}"' for verb in verbs)
    return f"verbs=({listed},)" if len(verbs) == 1 else f"verbs=({listed})"


def _row(form: Form, *, sep: str | None) -> tuple[str, tuple[Form, ...]] | None:
    if not isinstance(form, Row) or form.sep != sep or not form.items:
        return None
    verb, *items = form.items
    if not isinstance(verb, Fixed) or not isinstance(verb.value, str):
        return None
    return verb.value, tuple(items)


def _fits(
    row: tuple[str, tuple[Form, ...]], known: Mapping[str, str], keys: tuple[str, ...]
) -> bool:
    verb, items = row
    wanted = known.get(verb)
    if wanted is None or len(wanted) != len(items):
        return False
    return all(_is_fit(form, kind, keys) for form, kind in zip(items, wanted, strict=True))


def _is_fit(form: Form, kind: str, keys: tuple[str, ...]) -> bool:
    if isinstance(form, Choice):
        return bool(keys) and kind == "k" and set(form.values) == set(keys)
    if not isinstance(form, Leaf):
        return False
    return form.kind in ("int", "name") if kind == "n" else form.kind == "name"
