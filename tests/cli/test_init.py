"""``smcheck init``: what is written where, what is said, and how it is refused."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.CompletedProcess[str]"]

STOCK = '''
import json
import smcheck

class Stock:
    """Count what is in stock."""

    def __init__(self):
        self.counts = {}

    def update(self, entries):
        for entry in entries:
            command = json.loads(entry.cmd)
            if command["op"] == "add":
                before = self.counts.get(command["item"], 0)
                self.counts[command["item"]] = before + command["count"]
            elif command["op"] == "drop":
                self.counts.pop(command["item"], None)
            entry.result = smcheck.Result(len(self.counts))
        return entries

    def lookup(self, query):
        if query[0] == "count":
            return self.counts.get(query[1], 0)
        return dict(self.counts)

    def prepare_snapshot(self):
        return dict(self.counts)

    def save_snapshot(self, context, writer, files, stopped):
        image = json.dumps(context).encode()
        while image:
            image = image[writer.write(image) :]

    def recover_from_snapshot(self, reader, files, stopped):
        self.counts = json.loads(b"".join(iter(reader.read, b"")))

    def close(self):
        pass

class Sized(Stock):
    def __init__(self, directory, limit: int, *, name):
        super().__init__()

class Unsaved:
    update, lookup = Stock.update, Stock.lookup

class Nothing:
    pass

subject = smcheck.Subject(machine=Stock, commands=object(), queries=object())
'''

WRITTEN = '''\
"""Hold Stock to the contract of replicated state machines."""

import json

import smcheck
from hypothesis import strategies as st

from shop.stock import Stock

# decide: what means something to the machine; little, so that commands meet
names = st.sampled_from(["a", "b", "c"])
numbers = st.integers(1, 5)

# decide: are these all the commands that update takes?
commands = st.one_of(
    st.fixed_dictionaries({"op": st.just("add"), "item": names, "count": numbers}),
    st.fixed_dictionaries({"op": st.just("drop"), "item": names}),
).map(lambda command: json.dumps(command).encode())

# decide: what else may be asked; "all" is made up
queries = st.one_of(st.tuples(st.just("count"), names), st.just(("all",)))

subject = smcheck.Subject(machine=Stock, commands=commands, queries=queries)
TestStock = smcheck.contract_test(subject)
'''

SAID = """\
test_stock_stock.py: Stock is a concurrent machine
   2 kinds of commands
   2 kinds of queries
yours to decide:
   test_stock_stock.py:10: what means something to the machine; little, so that commands meet
   test_stock_stock.py:14: are these all the commands that update takes?
   test_stock_stock.py:20: what else may be asked; "all" is made up
run it:
   pytest test_stock_stock.py
   smcheck check test_stock_stock.py:subject
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a folder with a package in it."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "stock.py").write_text(STOCK)
    return tmp_path


def test_writes_a_test_and_says_what_to_decide(shop: Path, smcheck_real: Run) -> None:
    ran = smcheck_real("init", "shop.stock:Stock")
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", SAID)
    assert (shop / "test_stock_stock.py").read_text() == WRITTEN


def test_what_was_written_runs(shop: Path, smcheck_real: Run) -> None:
    smcheck_real("init", "shop.stock:Stock")
    target = "test_stock_stock.py:subject"
    ran = smcheck_real("check", target, "--max-examples", "12", "--seed", "1", "--schedules", "2")
    assert (ran.returncode, ran.stderr) == (4, "")  # so few plans are not enough to say held
    assert ran.stdout.startswith("Stock (concurrent): inconclusive")
    assert "12 plans" in ran.stdout


def test_prints_and_writes_nothing(shop: Path, smcheck_real: Run) -> None:
    ran = smcheck_real("init", "shop/stock.py:Stock", "-o", "-")
    assert (ran.returncode, ran.stdout) == (0, WRITTEN)
    assert not list(shop.glob("test_*"))


def test_writes_over_nothing_unless_forced(shop: Path, smcheck_real: Run) -> None:
    (shop / "test_stock_stock.py").write_text("mine")
    ran = smcheck_real("init", "shop.stock:Stock")
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert "which does: name another one, or say --force" in ran.stderr
    assert (shop / "test_stock_stock.py").read_text() == "mine"
    assert smcheck_real("init", "shop.stock:Stock", "--force").returncode == 0
    assert (shop / "test_stock_stock.py").read_text() == WRITTEN


def test_a_test_elsewhere_finds_the_package(shop: Path, smcheck_real: Run) -> None:
    (shop / "tests").mkdir()
    ran = smcheck_real("init", "shop.stock:Stock", "-o", "tests/test_stock.py")
    text = (shop / "tests" / "test_stock.py").read_text()
    assert ran.returncode == 0
    assert "sys.path.insert(0, str(Path(__file__).resolve().parents[1]))\n" in text
    program = "import runpy; runpy.run_path('tests/test_stock.py')"
    done = subprocess.run(
        [*_python(), "-c", program], cwd=shop, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""


def _python() -> list[str]:
    import sys

    return [sys.executable, "-P"]


def test_what_the_constructor_takes_is_marked(shop: Path, smcheck_real: Run) -> None:
    text = smcheck_real("init", "shop.stock:Sized", "-o", "-").stdout
    assert (
        "# decide: what to give for limit, name\n"
        "subject = smcheck.Subject(\n"
        '    machine=lambda directory: Sized(directory=directory, limit=3, name="a"),\n'
        '    name="Sized",\n'
        '    kind="concurrent",\n'
    ) in text


@pytest.mark.parametrize(
    "target, line",
    [
        (
            "shop.stock:Unsaved",
            "Unsaved: expected a regular machine with update, lookup, save_snapshot, "
            "recover_from_snapshot, close, got one without save_snapshot and "
            "recover_from_snapshot and close: add what is missing",
        ),
        (
            "shop.stock:Nothing",
            "Nothing: expected a machine, got a class without update: name a class with the "
            "methods of docs/contract.md, or of an adapter in docs/adapters.md",
        ),
        (
            "shop.stock:subject",
            "target 'shop.stock:subject': expected the class of a machine, got a subject of "
            "one: `smcheck check shop.stock:subject` checks it",
        ),
        (
            "shop.stock",
            "target 'shop.stock': expected package.module:CLASS or path/to/file.py:CLASS, got "
            "no colon: name the class",
        ),
        (
            "shop.stock:json",
            "target 'shop.stock:json': expected the class of a machine, got an object of type "
            "module: name a class, as in package.module:CLASS or path/to/file.py:CLASS",
        ),
    ],
)
def test_refuses_what_is_no_machine(target: str, line: str, shop: Path, smcheck_real: Run) -> None:
    ran = smcheck_real("init", target)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", f"smcheck: {line}\n")
    assert not list(shop.glob("test_*"))


@pytest.mark.parametrize(
    "source, said",
    [
        ("raise ValueError('no database')", "got ValueError: no database at"),
        ("import sys; sys.exit(3)", "got sys.exit(3) at"),
        ("import os; os._exit(7)", "importing it ended the process with exit status 7"),
        ("import os; os.kill(os.getpid(), 9)", "importing it killed the process with SIGKILL"),
        ("import nowhere_at_all", "No module named 'nowhere_at_all'"),
        ("def", "SyntaxError"),
    ],
)
def test_a_module_that_cannot_be_imported_is_one_line(
    source: str, said: str, tmp_path: Path, smcheck_real: Run
) -> None:
    (tmp_path / "broken.py").write_text(source)
    ran = smcheck_real("init", "broken.py:Stock")
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (2, "", 1)
    assert said in ran.stderr


def test_what_a_module_prints_is_not_passed_on(shop: Path, smcheck_real: Run) -> None:
    file = shop / "shop" / "stock.py"
    file.write_text(f"print('hello'); import sys; print('there', file=sys.stderr)\n{STOCK}")
    ran = smcheck_real("init", "shop.stock:Stock", "-o", "-")
    assert (ran.returncode, ran.stderr, ran.stdout) == (0, "", WRITTEN)


def test_no_method_of_the_class_is_run(shop: Path, smcheck_real: Run) -> None:
    file = shop / "shop" / "stock.py"
    file.write_text(STOCK.replace("self.counts = {}", "self.counts = {}; open('ran', 'w')"))
    assert smcheck_real("init", "shop.stock:Stock").returncode == 0
    assert not (shop / "ran").exists()


def test_refuses_a_file_that_pytest_would_not_take(shop: Path, smcheck_real: Run) -> None:
    ran = smcheck_real("init", "shop.stock:Stock", "-o", "first.txt")
    assert (ran.returncode, ran.stderr) == (
        2,
        "smcheck: -o: expected a file that pytest collects, got 'first.txt': "
        "name it like test_machine.py\n",
    )
