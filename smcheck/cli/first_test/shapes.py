"""Make forms of facts: one for each kind of command that the code tells apart.

What decides between them is the part with whose values most other facts are bound up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from smcheck.cli.first_test.building import Builder
from smcheck.cli.first_test.facts import Fact, Path
from smcheck.cli.first_test.forms import Choice, Coded, Fields, Fixed, Form, Packed, Row

LIMIT_FORMS = 40


@dataclass(frozen=True, slots=True)
class Other:
    """A value that the code does not compare with; what is drawn in its place."""

    stands_for: object


Choices = Mapping[Path, object]


def forms_of(facts: list[Fact], root: Path, builder: Builder, *, defaults: bool) -> list[Form]:
    """Return the forms of what is at ``root``, each once.

    Args:
        facts: All that is known of it.
        root: Where it begins.
        builder: Makes a form of the facts that go together.
        defaults: Whether what is compared with may also be something else.
    """
    found: list[Form] = []
    for choice in _choices(facts, root, {}, defaults):
        own = [fact for fact in facts if is_possible(fact, choice)]
        made_up = {path for path, value in choice.items() if isinstance(value, Other)}
        plain = {path: getattr(value, "stands_for", value) for path, value in choice.items()}
        form = builder.form(root, own, plain, made_up)
        if form not in found and len(found) < LIMIT_FORMS:
            found.append(form)
    return found


def is_possible(fact: Fact, choice: Choices) -> bool:
    """Return whether a fact may hold where parts have the chosen values."""
    for condition in fact.when:
        if condition.path in choice:
            value = choice[condition.path]
            fits = not condition.holds if isinstance(value, Other) else condition.allows(value)
            if not fits:
                return False
    return True


def _choices(facts: list[Fact], root: Path, choice: Choices, defaults: bool) -> list[Choices]:
    """Return the choices of values that lead to different facts."""
    own = [fact for fact in facts if is_possible(fact, choice)]
    path = _deciding(own, root, choice)
    if path is None:
        return [choice]
    values = [
        fact.detail for fact in own
        if fact.path == path and fact.what == "value"
        and not _raises(own, path, fact.detail, choice)
    ]  # fmt: skip
    distinct = list(dict.fromkeys(values))
    other = _other(own, path, distinct, choice, defaults=defaults)
    options = [*distinct, *([other] if other is not None else [])]
    found: list[Choices] = []
    for value in options:
        found += _choices(facts, root, {**choice, path: value}, defaults)
    return found or [choice]


def _deciding(own: list[Fact], root: Path, choice: Choices) -> Path | None:
    """Return the part on whose value most of what is known depends, ``None`` without one."""
    candidates = dict.fromkeys(
        fact.path for fact in own
        if fact.what == "value" and fact.path not in choice and fact.path[: len(root)] == root
    )  # fmt: skip
    scores = {path: _score(own, path) for path in candidates}
    telling = [path for path, score in scores.items() if score > 0 and path[-1][0] != "len"]
    telling = telling or [path for path, score in scores.items() if score > 0]
    return max(telling, key=lambda path: scores[path], default=None)


def _score(own: list[Fact], path: Path) -> int:
    """Return how many facts about other parts depend on the part at ``path``."""
    return sum(
        1 for fact in own
        if fact.path != path and any(condition.path == path for condition in fact.when)
        and not (fact.path == path[:-1] and fact.what in ("len", "value"))
    ) + (10 if _is_whole(path) else 0)  # fmt: skip


def _is_whole(path: Path) -> bool:
    return len(path) == 1


def _raises(own: list[Fact], path: Path, value: object, choice: Choices) -> bool:
    """Return whether the code refuses a value with an exception."""
    for fact in own:
        if fact.what != "raises":
            continue
        about = [condition for condition in fact.when if condition.path == path]
        if not about or any(c.path != path and c.path not in choice for c in fact.when):
            continue
        if isinstance(value, Other):
            if all(not condition.holds for condition in about):
                return True
        elif any(c.holds and value in c.values for c in about) or all(
            condition.allows(value) for condition in about
        ):
            return True
    return False


def _other(
    own: list[Fact], path: Path, values: list[object], choice: Choices, *, defaults: bool
) -> Other | None:
    """Return what else the part may be, ``None`` where that is not worth a try."""
    is_closed = any(fact.path == path and fact.what == "closed" for fact in own)
    other = Other(_made_up(values, defaults=defaults))
    if is_closed or not values or path[-1][0] == "len":
        return None
    if path[-1][0] == "type":
        is_looked_at = any(
            len(fact.path) >= len(path) and any(c.path == path and not c.holds for c in fact.when)
            for fact in own if fact.path != path
        )  # fmt: skip
        return Other("other") if is_looked_at else None
    if _raises(own, path, other, choice):
        return None
    if defaults:
        return other
    falls_through = [
        fact for fact in own
        if fact.path[: len(path)] != path or (len(fact.path) > len(path) or len(path) == 1)
        if fact.path and fact.what in ("key", "kind", "len")
        and any(c.path == path and not c.holds for c in fact.when)
        and all(c.path != path or not c.holds for c in fact.when)
    ]  # fmt: skip
    if falls_through and (len(values) == 1 or len(path) == 1):
        return other
    return None


def _made_up(values: list[object], *, defaults: bool) -> object:
    """Return a value of the same type as others, and none of them."""
    first = values[0] if values else ""
    if isinstance(first, bool):
        return not first
    if isinstance(first, bytes):
        return bytes(reversed(b"x" * max(len(first), 1)))
    if isinstance(first, (int, float)):
        return max(int(v) for v in values if isinstance(v, (int, float))) + 1
    word = "all" if defaults else "other"
    return word if word not in values else "rest"


def merged(forms: list[Form]) -> list[Form]:
    """Return fewer forms: those that differ in one word only become one with a choice of it."""
    found: list[Form] = []
    for form in forms:
        for i, before in enumerate(found):
            joined = _joined(before, form)
            if joined is not None:
                found[i] = joined
                break
        else:
            found.append(form)
    return found


def _joined(one: Form, other: Form) -> Form | None:
    match one, other:
        case Coded(codec, inner), Coded(same, more) if codec == same:
            both = _joined(inner, more)
            return Coded(codec, both) if both is not None else None
        case Packed(fmt, items), Packed(same, others) if fmt == same and len(items) == len(others):
            pairs = _joined_items(list(items), list(others))
            return Packed(fmt, tuple(pairs)) if pairs is not None else None
        case Row(items, sep), Row(others, same) if sep == same and len(items) == len(others) > 1:
            pairs = _joined_items(list(items), list(others))
            return Row(tuple(pairs), sep, one.is_list) if pairs is not None else None
        case Fields(items, seps), Fields(others, same) if (
            seps == same and items.keys() == others.keys() and len(items) > 1
        ):
            values = _joined_items(list(items.values()), list(others.values()))
            return Fields(dict(zip(items, values, strict=True)), seps) if values else None
    return None


def _joined_items(one: list[Form], other: list[Form]) -> list[Form] | None:
    different = [i for i, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(different) != 1:
        return None
    [i] = different
    values = [*_values(one[i]), *_values(other[i])]
    if not all((_values(one[i]), _values(other[i]))):
        return None
    return [*one[:i], Choice(tuple(dict.fromkeys(values))), *one[i + 1 :]]


def _values(form: Form) -> tuple[object, ...]:
    if isinstance(form, Choice):
        return form.values
    return (form.value,) if isinstance(form, Fixed) and not form.is_made_up else ()
