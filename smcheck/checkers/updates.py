"""Judge what one ``update`` left behind: the entries as given, and what was returned.

Pure, and proof against anything a machine may return: hostile values become breaches or
stand-ins, never an exception of the checker. Whether a result is the *right* one is not asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from smcheck.contract.types import Entry, Result
from smcheck.finding import Breach, Severity
from smcheck.values import freeze, shorten, type_name

CHECK = "returned"
_TOP = 2**64 - 1


@dataclass(frozen=True, slots=True)
class Given:
    """The entries of one call as they were before it.

    Attributes:
        entries: The objects themselves, in order.
        indexes: Index of each.
        commands: Bytes of each command.
    """

    entries: tuple[Entry, ...]
    indexes: tuple[int, ...]
    commands: tuple[bytes, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> Given:
        """Note the entries that are about to be handed out."""
        return cls(
            tuple(entries),
            tuple([entry.index for entry in entries]),
            tuple([bytes(entry.cmd) for entry in entries]),
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one call.

    Attributes:
        breaches: At most one per clause, of the first entry that shows it.
        results: One per entry given; ``Result()`` stands in where none of the right shape came.
        answers: What the results were read from, as far as it could be paired: objects with a
            ``result``, for the regular kind the result itself.
        misfit: What came where the first ``Result()`` stands in, for people; empty where none does.
    """

    breaches: tuple[Breach, ...]
    results: tuple[Result, ...]
    answers: tuple[object, ...] = field(default=(), compare=False)
    misfit: str = field(default="", compare=False)


def check_returned(given: Given, returned: object, *, single: bool = False) -> Judged:
    """Judge one call of ``update`` by what it returned and by the entries it was given.

    Args:
        single: The regular kind: one entry in, one ``Result`` out.
    """
    found: dict[str, Breach] = {}
    for position in range(len(given.entries)):
        for breach in _written(given, position):
            found.setdefault(breach.clause, breach)
    if single:
        answers = results = [returned]
    else:
        answers, shape = _returned_entries(given, returned)
        if shape is not None:
            found.setdefault(shape.clause, shape)
        results = [result_of(answer) for answer in answers]
    sound, misfit = [], ""
    for position, result in enumerate(results):
        as_sent = sound_result(result)
        if as_sent is None:
            breach = _flaw(given, position, result, single=single)
            found.setdefault(breach.clause, breach)
            misfit = misfit or _misfit(result)
        sound.append(as_sent or Result())
    stand_ins = [Result()] * (len(given.entries) - len(sound))
    if stand_ins:
        misfit = misfit or f"{_show(returned)}, not the entries"
    return Judged(tuple(found.values()), (*sound, *stand_ins), tuple(answers), misfit)


def _written(given: Given, position: int) -> tuple[Breach, ...]:
    """Find an index or a command that the machine wrote (UPD-5)."""
    entry, index = given.entries[position], given.indexes[position]
    now, command = _attribute(entry, "index"), _attribute(entry, "cmd")
    found = []
    if now is not index and not (type(now) is int and now == index):
        found.append(
            _breach(
                "UPD-5",
                "update wrote the index of an entry",
                f"expected entry.index to stay {index}, got {_show(now)}: "
                "the entry is the caller's; keep numbers of your own elsewhere",
            )
        )
    if command is not given.commands[position]:
        text = _changed_command(given.commands[position], command)
        if text:
            released = text == "a released memoryview"
            found.append(
                _breach(
                    "UPD-5",
                    "update wrote the command of an entry",
                    f"expected entry.cmd of index {index} to stay "
                    f"{_show(given.commands[position])}, got {text}: "
                    "the command is the caller's; change a copy, bytearray(entry.cmd)",
                    severity=Severity.HAZARD if released else Severity.VIOLATION,
                )
            )
    return tuple(found)


def _changed_command(before: bytes, now: object) -> str:
    """Return what the command is now if that is something else, or an empty text."""
    if type(now) is memoryview:
        try:
            now = now.tobytes()
        except ValueError:
            return "a released memoryview"
    same = type(now) in (bytes, bytearray) and now == before
    return "" if same else _show(now)


def _returned_entries(given: Given, returned: object) -> tuple[list[object], Breach | None]:
    """Return the entries that came back as far as they can be paired, and UPD-6 if not all."""
    expected = len(given.entries)
    try:
        items = _items(returned, expected)
    except Exception as error:  # noqa: BLE001  # the machine's own sequence may raise anything
        came = f"{type_name(returned)}, and to read it raised {type_name(error)}"
        return [], _shape("something that is no sequence of entries", came, expected)
    if items is None:
        return [], _shape("something that is no sequence", _show(returned), expected)
    if isinstance(items, int):
        return [], _shape("another number of entries", f"{items}", expected)
    indexes = [_index_of(given, i, item) for i, item in enumerate(items)]
    if tuple(indexes) == given.indexes:
        return items, None
    return _misplaced(given, items, indexes)


def _items(returned: object, expected: int) -> list[object] | int | None:
    """Read a sequence of the expected length; return any other length, ``None`` for no sequence."""
    kind = type(returned)
    sized = hasattr(kind, "__len__") and hasattr(kind, "__getitem__")
    if not sized or hasattr(kind, "keys"):
        return None
    length = len(returned)  # type: ignore[arg-type]  # just tested
    if length != expected:
        return length
    return [returned[i] for i in range(length)]  # type: ignore[index]  # just tested


def _index_of(given: Given, position: int, item: object) -> int | None:
    """Return the index an entry came with; one whose index was overwritten counts as itself."""
    if item is given.entries[position]:
        return given.indexes[position]
    index = _attribute(item, "index")
    return index if type(index) is int else None


def _misplaced(
    given: Given, items: list[object], indexes: list[int | None]
) -> tuple[list[object], Breach]:
    first = next(i for i, index in enumerate(indexes) if index != given.indexes[i])
    item = items[first]
    if indexes[first] is None:
        advice = (
            "set entry.result and return the entries"
            if issubclass(type(item), (Result, int, bytes))
            else "return the entries that were given"
        )
        return [], _breach(
            "UPD-6",
            "update returned something else than entries",
            f"expected the entry with index {given.indexes[first]} at position {first}, "
            f"got {_show(item)}: {advice}",
        )
    in_other_order = sorted(i for i in indexes if i is not None) == list(given.indexes)
    breach = _breach(
        "UPD-6",
        "update returned the entries in another order"
        if in_other_order
        else "update returned entries with other indexes",
        f"expected the indexes {_list(given.indexes)}, got {_list(indexes)}: "
        "return the entries in the order in which they were given",
    )
    if not in_other_order:
        return [], breach
    by_index = dict(zip(indexes, items, strict=True))
    return [by_index[index] for index in given.indexes], breach


def result_of(answer: object) -> object:
    """Return the ``result`` of an entry as it is now; an entry that refuses has none."""
    return _attribute(answer, "result")


def sound_result(result: object) -> Result | None:
    """Return a result of plain numbers and bytes, ``None`` for one that a library cannot send.

    Subclasses of int and bytes pass: what they hold is what would be sent. ``None`` is no bytes.
    """
    fields = _fields(result)
    if fields is None:
        return None
    value: Any
    value, data = fields
    if not issubclass(type(value), int) or not (data is None or issubclass(type(data), bytes)):
        return None
    number, content = int.__index__(value), b"" if data is None else _exact_bytes(data)
    return Result(number, content) if 0 <= number <= _TOP else None


def _exact_bytes(data: Any) -> bytes:
    """Return what an object made from bytes holds, past the methods of its own."""
    return bytes.__getitem__(data, slice(None))


def _fields(result: object) -> tuple[object, object] | None:
    """Take a ``Result`` apart past the methods of a subclass."""
    if not issubclass(type(result), Result):
        return None
    parts: Any = result
    value, data = tuple.__iter__(parts)
    return value, data


def _misfit(result: object) -> str:
    """Return what came in place of a sound result; a ``Result`` shows its fields."""
    if _fields(result) is not None:
        return freeze(result).text
    return f"{_show(result)}, no Result"


def _flaw(given: Given, position: int, result: object, *, single: bool) -> Breach:
    """Say what is wrong with a result that is not sound."""
    index = given.indexes[position]
    where = "what update returns" if single else f"entry.result of index {index}"
    if result is None and not single:
        return _breach(
            "UPD-7",
            "update left an entry without a result",
            f"expected {where} (position {position} of {len(given.entries)}) to be set, "
            "got None: set it for every entry of the batch",
        )
    fields = _fields(result)
    if fields is None:
        return _breach(
            "RES-1",
            "update gave something else than a Result",
            f"expected {where} to be a Result, got {_show(result)}: wrap it, Result(value, data)",
        )
    value, data = fields
    if not issubclass(type(value), int):
        rule, came, advice = "value to be an int", value, "convert it"
    elif data is not None and not issubclass(type(data), bytes):
        rule, came, advice = "data to be bytes", data, "convert it with bytes()"
    else:
        rule, came, advice = "value to be within 0..2**64-1", value, "encode it without a sign"
    return _breach(
        "RES-1",
        "a result does not fit into an unsigned 64-bit number and bytes",
        f"expected {where}: {rule}, got {_show(came)}: {advice}",
    )


def _shape(title: str, came: str, expected: int) -> Breach:
    return _breach(
        "UPD-6",
        f"update returned {title}",
        f"expected a sequence of the {expected} entries that were given, got {came}: "
        "return the list itself, with every result set",
    )


def _breach(
    clause: str, title: str, message: str, *, severity: Severity = Severity.VIOLATION
) -> Breach:
    return Breach(clause, CHECK, title, message, method="update", severity=severity)


_MISSING = object()


def _attribute(owner: object, name: str) -> object:
    """Read an attribute of something a machine made; what raises counts as missing."""
    try:
        return getattr(owner, name, _MISSING)
    except Exception:  # noqa: BLE001  # the machine's own attribute may raise anything
        return _MISSING


def _show(value: object) -> str:
    """Return a short text of any value without running its code."""
    if value is _MISSING:
        return "nothing, the attribute is gone"
    return shorten(freeze(value).text)


def _list(indexes: Sequence[int | None]) -> str:
    shown = ", ".join(map(str, indexes[:8]))
    return f"[{shown}{', …' if len(indexes) > 8 else ''}]"
