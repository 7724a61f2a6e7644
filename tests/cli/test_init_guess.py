"""What ``smcheck init`` makes of the source of a machine: formats, values, queries."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from smcheck.cli.first_test.drafts import Draft, Place
from smcheck.cli.first_test.layout import flat, lay_out
from smcheck.cli.first_test.look import look
from smcheck.cli.first_test.page import file_name, lay_out_page

HEAD = """
import csv, enum, json, pickle, struct
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypedDict
import msgspec
from smcheck import Result
"""

MACHINE = """
class Machine:
    def __init__(self):
        self.state = {{}}
        self.numbers: dict[int, str] = {{}}
        self.money = {{"cash": 10, "bank": 0}}
        self.handlers = {{"enter": self._enter, "leave": self._leave}}
    def _enter(self, name):
        self.state[name] = 1
    def _leave(self, name):
        self.state.pop(name, None)
    def do_put(self, key, number):
        self.state[key] = int(number)
    def do_drop(self, key):
        self.state.pop(key)
    def ask_one(self, key):
        return self.state.get(key)
    def ask_all(self):
        return self.state
    def update(self, entry):
        cmd = entry.cmd
{update}
        return Result(0)
    def lookup(self, query{hint}):
{lookup}
    def save_snapshot(self, writer, files, stopped): ...
    def recover_from_snapshot(self, reader, files, stopped): ...
    def close(self): ...
"""

Guess = Callable[..., Draft]


@pytest.fixture
def guess(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Guess]:
    """Return a function that drafts a first test for a machine with this source."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)

    def of(
        update: str = "self.state = cmd", lookup: str = "return None", *, head: str = "",
        hint: str = "", source: str = "", name: str = "Machine",
    ) -> Draft:  # fmt: skip
        body = source or MACHINE.format(
            update=_indented(update), lookup=_indented(lookup), hint=hint and f": {hint}"
        )
        (tmp_path / "guessed_machine.py").write_text(HEAD + head + body)
        return look(f"{tmp_path / 'guessed_machine.py'}:{name}", tmp_path)

    yield of
    for one in set(sys.modules) - before:
        if one == "guessed_machine":
            del sys.modules[one]


def _indented(text: str) -> str:
    return "\n".join(f"        {line}" for line in text.strip("\n").split("\n"))


def line(draft: Draft, name: str) -> str:
    """Return what a name of the file is, on one line."""
    return next(flat(one.value) for one in draft.lines if one.name == name)


JSON = ".map(lambda command: json.dumps(command).encode())"

COMMANDS = {
    "words in a match": (
        """
match cmd.decode().split():
    case ["put", key, number]:
        self.state[key] = int(number)
    case ["drop", key] if key in self.state:
        del self.state[key]
    case ["clear"]:
        self.state = {}
""",
        'st.one_of(st.builds("put {} {}".format, names, numbers), st.builds("drop {}".format, '
        'names), st.just("clear")).map(str.encode)',
    ),
    "words of several lengths": (
        """
match cmd.decode().split():
    case ["run", name]:
        self.state[name] = 1
    case ["run", name, times]:
        self.state[name] = int(times)
""",
        'st.one_of(st.builds("run {}".format, names), st.builds("run {} {}".format, names, '
        "numbers)).map(str.encode)",
    ),
    "words and what is left": (
        """
op, *rest = cmd.decode().split(",")
if op == "set":
    self.state[rest[0]] = float(rest[1])
elif op == "drop":
    self.state.pop(rest[0], None)
""",
        'st.one_of(st.builds("set,{},{}".format, names, numbers), st.builds("drop,{}".format, '
        "names)).map(str.encode)",
    ),
    "a partition, and a table of methods": (
        'verb, _, name = cmd.decode().partition(":")\nself.handlers[verb](name)',
        'st.builds("{}:{}".format, st.sampled_from(["enter", "leave"]), names).map(str.encode)',
    ),
    "a line of csv": (
        "name, amount = next(csv.reader([cmd.decode()]))\nself.state[name] = int(amount)",
        'st.builds("{},{}".format, names, numbers).map(str.encode)',
    ),
    "a command and all others": (
        'if cmd == b"reset":\n    self.state = {}\nelse:\n    self.state["n"] = int(cmd)',
        'st.one_of(st.just("reset"), numbers.map(str)).map(str.encode)',
    ),
    "prefixes": (
        """
if cmd == b"tick":
    self.state["n"] = 1
elif cmd.startswith(b"on "):
    self.state[cmd[3:].decode()] = 1
else:
    raise ValueError(cmd)
""",
        'st.one_of(st.just("tick"), st.builds("on {}".format, names)).map(str.encode)',
    ),
    "pairs": (
        """
fields = dict(part.split("=", 1) for part in cmd.decode().split(";"))
if fields["op"] == "set":
    self.state[fields["key"]] = int(fields["value"])
""",
        'st.builds("op=set;value={};key={}".format, numbers, names).map(str.encode)',
    ),
    "names of methods": (
        'op, *args = cmd.decode().split()\ngetattr(self, f"do_{op}")(*args)',
        'st.one_of(st.builds("put {} {}".format, names, numbers), '
        'st.builds("drop {}".format, names)).map(str.encode)',
    ),
    "json with a branch that refuses": (
        """
msg = json.loads(cmd)
if msg["op"] not in ("put", "drop"):
    raise ValueError("op")
if msg["op"] == "put":
    self.state[msg["key"]] = msg["value"] + 1
else:
    self.state.pop(msg["key"], None)
""",
        'st.one_of(st.fixed_dictionaries({"op": st.just("put"), "value": numbers, "key": names}), '
        'st.fixed_dictionaries({"op": st.just("drop"), "key": names}))' + JSON,
    ),
    "json in a match": (
        """
match json.loads(cmd):
    case {"type": "add", "id": int(number), "title": str(title)}:
        self.numbers[number] = title
    case {"type": "done", "id": number}:
        self.numbers.pop(number)
""",
        'st.one_of(st.fixed_dictionaries({"type": st.just("add"), "id": numbers, "title": names}), '
        'st.fixed_dictionaries({"type": st.just("done"), "id": numbers}))' + JSON,
    ),
    "names that are there from the start": (
        "name, cents = json.loads(cmd)\nself.money[name] += int(cents)",
        'st.tuples(st.sampled_from(["cash", "bank"]), numbers)' + JSON,
    ),
    "a struct": (
        """
op, amount = struct.unpack(">BH", cmd)
if op == 1:
    self.state["n"] = amount
elif op == 2:
    self.state["n"] = -amount
else:
    raise ValueError(op)
""",
        'st.builds(struct.pack, st.just(">BH"), st.sampled_from([1, 2]), numbers)',
    ),
    "a length and a text of that length": (
        """
n = cmd[1]
key = cmd[2 : 2 + n]
if cmd[0] == 1:
    self.state[key] = cmd[2 + n :]
""",
        'st.builds(lambda a, b: b"\\x01" + bytes([len(a)]) + a + b, names.map(str.encode), '
        "names.map(str.encode))",
    ),
    "nothing": ("self.state = dict(cmd=hash(cmd))", "names.map(str.encode)"),
}


@pytest.mark.parametrize("update, commands", COMMANDS.values(), ids=COMMANDS)
def test_commands_are_guessed(update: str, commands: str, guess: Guess) -> None:
    assert line(guess(update), "commands") == commands


CLASSES = {
    "a dataclass": (
        """
@dataclass
class Command:
    op: Literal["put", "drop"]
    key: str
    count: int = 0
    @classmethod
    def parse(cls, data):
        return cls(**json.loads(data))
""",
        "command = Command.parse(cmd)\nself.state[command.key] = command.count",
        'st.fixed_dictionaries({"op": st.sampled_from(["put", "drop"]), "key": names, '
        '"count": numbers})' + JSON,
    ),
    "a named tuple": (
        "class Move(NamedTuple):\n    source: str\n    target: str\n    amount: int\n",
        "move = Move(*json.loads(cmd))\nself.state[move.source] = move.amount",
        "st.tuples(names, names, numbers)" + JSON,
    ),
    "an enum": (
        "class Op(enum.IntEnum):\n    SET = 1\n    CLEAR = 2\n",
        """
op = Op(cmd[0])
if op is Op.SET:
    self.state[cmd[1:].decode()] = 1
else:
    self.state = {}
""",
        'st.one_of(st.tuples(st.just(b"\\x01"), names.map(str.encode)).map(b"".join), '
        'st.just(b"\\x02"))',
    ),
    "tagged classes of msgspec": (
        """
class Put(msgspec.Struct, tag="put"):
    key: str
    value: int
class Drop(msgspec.Struct, tag="drop"):
    key: str
""",
        """
match msgspec.json.decode(cmd, type=Put | Drop):
    case Put(key, value):
        self.state[key] = value
    case Drop(key=key):
        self.state.pop(key, None)
""",
        'st.one_of(st.fixed_dictionaries({"type": st.just("put"), "key": names, '
        '"value": numbers}), st.fixed_dictionaries({"type": st.just("drop"), "key": names}))'
        + JSON,
    ),
    "functions in a table of the module": (
        """
def put(machine, args):
    machine.state[args["key"]] = args["count"]
def clear(machine, args):
    machine.state = {}
TABLE = {"put": put, "clear": clear}
""",
        'msg = json.loads(cmd)\nTABLE[msg["op"]](self, msg.get("args", {}))',
        'st.one_of(st.fixed_dictionaries({"op": st.just("put"), "args": '
        'st.fixed_dictionaries({"count": numbers, "key": names})}), '
        'st.fixed_dictionaries({"op": st.just("clear"), "args": st.just({})}))' + JSON,
    ),
}


@pytest.mark.parametrize("head, update, commands", CLASSES.values(), ids=CLASSES)
def test_commands_are_guessed_from_classes(
    head: str, update: str, commands: str, guess: Guess
) -> None:
    assert line(guess(update, head=head), "commands") == commands


QUERIES = {
    "not looked at": ("", "return 1", "st.none()"),
    "a key": ("", "return self.state.get(query)", "names"),
    "a key that is a number": ("", "return self.numbers.get(query)", "numbers"),
    "an annotation": ("tuple[Literal['get'], str]", "return 1", 'st.tuples(st.just("get"), names)'),
    "a match": (
        "",
        'match query:\n    case ["get", key]:\n        return self.state.get(key)\nreturn 0',
        'st.one_of(st.tuples(st.just("get"), names), st.just(("all",)))',
    ),
    "others are refused": (
        "",
        'op, key = query\nif op == "get":\n    return self.state.get(key)\nraise ValueError(op)',
        'st.tuples(st.just("get"), names)',
    ),
    "names of methods": (
        "",
        'return getattr(self, f"ask_{query[0]}")(*query[1:])',
        'st.one_of(st.tuples(st.just("one"), names), st.just(("all",)))',
    ),
    "a word or a key": (
        "",
        'if query == "size":\n    return len(self.state)\nreturn self.state.get(query)',
        'st.one_of(st.just("size"), names)',
    ),
    "a mapping": (
        "",
        'return self.state.get(query["key"])',
        'st.fixed_dictionaries({"key": names})',
    ),
}


@pytest.mark.parametrize("hint, lookup, queries", QUERIES.values(), ids=QUERIES)
def test_queries_are_guessed(hint: str, lookup: str, queries: str, guess: Guess) -> None:
    assert line(guess(lookup=lookup, hint=hint), "queries") == queries


def test_ready_strategies_are_used_where_both_fit(guess: Guess) -> None:
    update = """
match cmd.decode().split():
    case ["put", key, number]:
        self.state[key] = int(number)
    case ["delete", key]:
        self.state.pop(key, None)
"""
    lookup = 'if query[0] == "get":\n    return self.state.get(query[1])\nreturn self.state'
    draft = guess(update, lookup)
    assert line(draft, "commands") == 'kv.commands(verbs=("put", "delete"))'
    assert line(draft, "queries") == 'kv.queries(verbs=("get", "all"))'


def test_other_verbs_are_no_ready_strategies(guess: Guess) -> None:
    update = COMMANDS["words in a match"][0]
    assert "kv" not in line(guess(update), "commands")


FSM = """
class Fsm:
    def __init__(self):
        self.users = {}
    def apply(self, log):
        command = json.loads(log.data)
        if command["op"] == "in":
            self.users[command["user"]] = command["count"]
        elif command["op"] == "out":
            self.users.pop(command["user"], None)
    def count(self, user: str):
        return self.users.get(user)
    def everybody(self):
        return sorted(self.users)
    def forget(self):
        self.users.clear()
    def snapshot(self): ...
    def restore(self, source): ...
"""

APP = """
class App:
    def init_chain(self, request):
        self.balances = {"ann": 5, "bob": 5}
    def finalize_block(self, request):
        return {"tx_results": [{"code": self._pay(tx)} for tx in request.txs]}
    def commit(self): ...
    def query(self, path):
        return {"value": self.balances[path]}
    def _pay(self, tx):
        payer, payee, coins = tx.decode().split()
        self.balances[payer] -= int(coins)
        self.balances[payee] += int(coins)
        return 0
"""


def test_an_fsm_of_raft_gets_its_adapter(guess: Guess) -> None:
    draft = guess(source=FSM, name="Fsm")
    assert line(draft, "queries") == '{"count": arguments(names), "everybody": arguments()}'
    assert line(draft, "commands") == (
        'st.one_of(st.fixed_dictionaries({"op": st.just("in"), "count": numbers, "user": names}), '
        'st.fixed_dictionaries({"op": st.just("out"), "user": names}))'
    )
    assert line(draft, "subject") == ("raft_fsm.subject(Fsm, commands=commands, queries=queries)")


def test_an_application_of_abci_gets_its_adapter(guess: Guess) -> None:
    draft = guess(source=APP, name="App")
    names = 'st.sampled_from(["ann", "bob"])'
    assert line(draft, "transactions") == (
        f'st.builds("{{}} {{}} {{}}".format, {names}, {names}, numbers).map(str.encode)'
    )
    assert line(draft, "queries") == names
    assert line(draft, "subject") == (
        "abci.subject(App, transactions=transactions, queries=queries)"
    )


def test_the_page_is_python_of_a_hundred_columns(guess: Guess, tmp_path: Path) -> None:
    update = "match cmd.decode().split():\n" + "\n".join(
        f'    case ["verb{i}", one, two, three, four]:\n        self.state[one] = int(four)'
        for i in range(30)
    )
    text = lay_out_page(guess(update), tmp_path).text
    compile(text, "page", "exec")
    assert "verb29" in text


def test_what_is_far_away_is_named_whole(guess: Guess, tmp_path: Path) -> None:
    far = tmp_path / "a" / "b" / "c" / "d"
    draft = guess()
    draft.place = Place("guessed_machine", "Machine", str(tmp_path))
    text = lay_out_page(draft, far).text
    assert "import sys\n\nimport smcheck" in text
    assert f'sys.path.insert(0, "{tmp_path}")\n' in text
    text = lay_out_page(draft, tmp_path / "tests").text
    assert "sys.path.insert(0, str(Path(__file__).resolve().parents[1]))\n" in text


@pytest.mark.parametrize(
    "module, name, file",
    [
        ("shop.stock", "Stock", "test_stock_stock.py"),
        ("kv", "HTTPStore", "test_kv_http_store.py"),
        ("a", "Outer.InnerOne", "test_a_outer_inner_one.py"),
        ("a", "KV2Store", "test_a_kv2_store.py"),
    ],
)
def test_files_are_named_in_snake_case(module: str, name: str, file: str) -> None:
    assert file_name(module, name) == file


def test_short_expressions_stay_on_a_line() -> None:
    assert lay_out("x", before="a = ") == "a = x"
