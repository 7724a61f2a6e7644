"""Draft a first test for a class in the form of another library, with its adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from smcheck.cli.first_test.drafts import Draft, Line, Place
from smcheck.cli.first_test.expressions import ENTRY, REQUEST
from smcheck.cli.first_test.factory import factory_of
from smcheck.cli.first_test.facts import COMMAND, QUERY, Notes, Path, Sym
from smcheck.cli.first_test.forms import Coded, Fields, Form
from smcheck.cli.first_test.layout import Bracket, Expression, call, table
from smcheck.cli.first_test.reader import Reader
from smcheck.cli.first_test.reads import plain_methods, replicated_methods
from smcheck.cli.first_test.shapes import forms_of, merged
from smcheck.cli.first_test.sources import method_of
from smcheck.cli.first_test.strategies import bytes_code, commands_code, data_code, one_of
from smcheck.cli.first_test.values import Many
from smcheck.cli.first_test.writing import (
    builder_of,
    decide_commands,
    note_imports,
    told,
    write_pools,
)
from smcheck.contract.profiles import has_method
from smcheck.errors import UsageError

_TEXTUAL = ("text", "json", "unpack", "slice")


def draft_other(cls: type, place: Place) -> Draft | None:
    """Return the draft for a class in another form, ``None`` for one in smcheck's own.

    Raises:
        UsageError: It lacks a method that its library calls.
    """
    if any(one.__module__.partition(".")[0] == "pysyncobj" for one in cls.__mro__):
        return _pysyncobj(cls, place)
    if has_method(cls, "update"):
        return None
    if has_method(cls, "finalize_block"):
        return _abci(cls, place)
    if has_method(cls, "apply") or has_method(cls, "apply_batch"):
        return _raft(cls, place)
    return None


def _pysyncobj(cls: type, place: Place) -> Draft:
    draft = Draft(place, "an object of PySyncObj")
    draft.imports |= {
        "smcheck.adapters pysyncobj", "smcheck.adapters.pysyncobj arguments",
    }  # fmt: skip
    commands = replicated_methods(cls)
    if not commands:
        raise UsageError(
            f"{place.name}: expected replicated methods, got a class without any: "
            "put @replicated on those that change it"
        )
    reads = plain_methods(cls)
    values: dict[str, Expression] = {
        "commands": _calls(cls, commands), "reads": _calls(cls, reads),
    }  # fmt: skip
    write_pools(draft, list(values.values()))
    decide = "are these the arguments that the methods take?"
    draft.lines.append(Line("commands", values["commands"], decide))
    draft.lines.append(Line("reads", values["reads"], "which of these change nothing?"))
    draft.guessed += [f"{len(commands)} replicated methods", f"{len(reads)} reads"]
    _subject(draft, cls, "pysyncobj.subject", ["commands=commands", "reads=reads"])
    return draft


def _calls(cls: type, methods: Mapping[str, Sequence[str]]) -> Expression:
    """Return a table of methods and the strategies of their arguments."""
    rows: list[tuple[str, Expression]] = []
    for method, parameters in methods.items():
        notes = Notes()
        reader = Reader(cls, notes)
        parts = [Sym((("argument", method, name),)) for name in parameters]
        code = method_of(cls, method, reader.machine)
        if code is not None:
            reader.run(code, parts, {})
            reader.annotate_roots(code, parts)
        builder = builder_of(reader, notes)
        drawn = [
            one_of([data_code(form) for form in forms_of(notes.facts, part.path, builder,
                                                         defaults=False)])
            for part in parts
        ]  # fmt: skip
        rows.append((method, call("arguments", *drawn)))
    return table(rows)


def _abci(cls: type, place: Place) -> Draft:
    draft = Draft(place, "an application of ABCI")
    draft.imports.add("smcheck.adapters abci")
    notes = Notes()
    reader = Reader(cls, notes)
    _run_by_name(reader, "finalize_block", REQUEST, lambda name: Many(Sym(COMMAND)))
    forms = merged(forms_of(notes.facts, COMMAND, builder_of(reader, notes), defaults=False))
    transactions = commands_code(forms)
    queries = _abci_queries(cls) if has_method(cls, "query") else None
    write_pools(draft, [transactions, *([queries] if queries else [])])
    draft.lines.append(Line("transactions", transactions, decide_commands(forms)))
    items: list[Expression] = ["transactions=transactions"]
    if queries is not None:
        draft.lines.append(Line("queries", queries, "are these the queries that it answers?"))
        items.append("queries=queries")
    draft.guessed.append(told("transaction", forms))
    note_imports(draft, [line.value for line in draft.lines])
    _subject(draft, cls, "abci.subject", items)
    return draft


def _run_by_name(
    reader: Reader, method: str, request: Sym, value: Callable[[str], Many | Sym]
) -> None:
    """Read a method that takes one request, or names the fields that it wants."""
    code = method_of(reader.cls, method, reader.machine)
    if code is None:
        return
    names = [one.arg for one in code.node.args.args][1:]
    known = [name for name in names if name in ("txs", "path", "data")]
    if known:
        reader.run(code, [], {name: value(name) for name in known})
    else:
        reader.run(code, [request], {})


def _abci_queries(cls: type) -> Expression:
    notes = Notes()
    reader = Reader(cls, notes)
    _run_by_name(reader, "query", REQUEST, REQUEST.item)
    parts: list[Expression] = []
    for form in forms_of(notes.facts, REQUEST.path, builder_of(reader, notes), defaults=True):
        found = form.items if isinstance(form, Fields) else {}
        if "path" in found and "data" in found:
            parts.append(call("st.tuples", data_code(found["path"]), bytes_code(found["data"])))
        elif "data" in found:
            parts.append(bytes_code(found["data"]))
        elif "path" in found:
            parts.append(data_code(found["path"]))
    return one_of(parts or ['st.just("")'])


def _raft(cls: type, place: Place) -> Draft:
    method = "apply_batch" if has_method(cls, "apply_batch") else "apply"
    lacking = [one for one in ("snapshot", "restore") if not has_method(cls, one)]
    if lacking:
        raise UsageError(
            f"{place.name}: expected an FSM with {method}, snapshot and restore, got one without "
            f"{' and '.join(lacking)}: add what is missing"
        )
    draft = Draft(place, "an FSM of Raft")
    draft.imports.add("smcheck.adapters raft_fsm")
    forms, takes = _raft_commands(cls, method)
    commands = _raft_code(forms, takes)
    queries = _raft_queries(cls)
    write_pools(draft, [commands, *([queries] if queries else [])])
    draft.lines.append(Line("commands", commands, decide_commands(forms)))
    items: list[Expression] = ["commands=commands"]
    if queries is not None:
        draft.lines.append(Line("queries", queries, "which of these change nothing?"))
        items.append("queries=queries")
        if isinstance(queries, Bracket) and queries.before == "{":
            draft.imports.add("smcheck.adapters.raft_fsm arguments")
    if takes:
        items.append(f'takes="{takes}"')
    draft.guessed.append(told("command", forms))
    note_imports(draft, [line.value for line in draft.lines])
    _subject(draft, cls, "raft_fsm.subject", items)
    return draft


def _raft_commands(cls: type, method: str) -> tuple[list[Form], str]:
    """Return the forms of commands, and ``takes=`` where the adapter must be told."""
    root, takes = _raft_root(cls, method)
    notes = Notes()
    reader = Reader(cls, notes)
    entry = ENTRY if root == COMMAND and not takes and not _takes_bytes(cls, method) else Sym(root)
    reader.read(method, [Many(entry) if method == "apply_batch" else entry])
    forms = forms_of(notes.facts, root, builder_of(reader, notes), defaults=False)
    return merged(forms), takes


def _raft_root(cls: type, method: str) -> tuple[Path, str]:
    if _takes_bytes(cls, method):
        return COMMAND, ""
    notes = Notes()
    reader = Reader(cls, notes)
    reader.read(method, [Many(ENTRY) if method == "apply_batch" else ENTRY])
    steps = [fact.path[1][0] for fact in notes.facts
             if fact.path[:1] == ENTRY.path and len(fact.path) > 1]  # fmt: skip
    if not steps or any(fact.path[:1] == COMMAND for fact in notes.facts):
        return COMMAND, ""
    return (COMMAND, "data") if set(steps) & set(_TEXTUAL) else (ENTRY.path, "value")


def _takes_bytes(cls: type, method: str) -> bool:
    from smcheck.adapters._raft_shape import takes_of

    return takes_of(cls) == "data" and hasattr(cls, method)


def _raft_code(forms: Sequence[Form], takes: str) -> Expression:
    """Return commands as the adapter takes them, which writes data as JSON itself."""
    if takes == "value":
        return one_of([data_code(form) for form in forms])
    if all(isinstance(form, Coded) and form.codec == "json" for form in forms):
        return one_of([data_code(form.inner) for form in forms if isinstance(form, Coded)])
    return commands_code(forms)


def _raft_queries(cls: type) -> Expression | None:
    if has_method(cls, "lookup"):
        notes = Notes()
        reader = Reader(cls, notes)
        reader.read("lookup", [Sym(QUERY)])
        forms = forms_of(notes.facts, QUERY, builder_of(reader, notes), defaults=True)
        return one_of([data_code(form) for form in merged(forms)])
    reads = plain_methods(cls)
    return _calls(cls, reads) if reads else None


def _subject(draft: Draft, cls: type, function: str, items: list[Expression]) -> None:
    factory = factory_of(cls, draft.place.name)
    if factory is None:
        draft.lines.append(Line("subject", call(function, draft.place.name, *items)))
        return
    made, decide = factory
    named = f'name="{cls.__name__}"'
    draft.lines.append(Line("subject", call(function, made, *items, named), decide))
