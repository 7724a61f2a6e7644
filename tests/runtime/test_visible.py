"""Points are where state can be seen, and nowhere else."""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from smcheck.errors import UsageError
from smcheck.runtime.traced import Traced
from smcheck.runtime.visible import Visible


def names(function: Callable[..., Any], granularity: str = "auto") -> list[str]:
    """Return the instructions of a function that get a point, without their versions."""
    visible = Visible(granularity)
    visible.learn([function.__code__])
    offsets = visible.offsets(function.__code__)
    return [i.opname for i in dis.get_instructions(function.__code__) if i.offset in offsets]


def test_local_variables_have_no_points() -> None:
    def f(x: int) -> int:
        y = x + 1
        return y * x

    assert names(f) == []


def test_two_reads_in_one_line_are_two_points() -> None:
    def f(self: Any) -> Any:
        return self.a, self.b

    assert names(f) == ["LOAD_ATTR", "LOAD_ATTR"]


def test_increment_of_an_attribute_is_a_read_and_a_write() -> None:
    def f(self: Any) -> None:
        self.v += 1

    assert names(f) == ["LOAD_ATTR", "STORE_ATTR"]


def test_loop_over_a_range_takes_numbers_that_nobody_else_holds() -> None:
    def f(n: int) -> int:
        x = 0
        for i in range(1, n):
            x = x + i
        return x

    assert names(f) == ["CALL"]


def test_loop_over_what_may_be_shared_has_a_point_each_time() -> None:
    def f(shared: Any) -> None:
        for _ in enumerate(shared):
            pass

    assert names(f) == ["CALL", "JUMP_BACKWARD"]


def test_change_in_place_of_a_shared_list_is_a_point() -> None:
    def f(shared: list[int], more: list[int]) -> None:
        shared += more

    assert names(f) == ["BINARY_OP"]


def test_method_call_has_one_point() -> None:
    def f(shared: Any) -> None:
        shared.append(1)

    assert names(f) == ["CALL"]


def test_with_has_a_point_at_the_load_only() -> None:
    def f(self: Any) -> None:
        with self.lock:
            pass

    assert names(f) == ["LOAD_ATTR"]


def test_loop_has_a_point_before_each_element() -> None:
    def f(shared: list[int]) -> None:
        for _ in shared:
            pass

    first, following = names(f)
    assert first == "GET_ITER"
    assert "BACKWARD" in following


def test_list_of_constants_has_no_point() -> None:
    def f() -> list[int]:
        return [1, 2, 3]

    assert names(f) == []


def test_test_for_membership_is_a_point() -> None:
    def f(shared: dict[str, int]) -> bool:
        return "k" in shared

    assert names(f) == ["CONTAINS_OP"]


def test_closure_is_a_point() -> None:
    total = 0

    def f() -> None:
        nonlocal total
        total += 1

    assert names(f) == ["LOAD_DEREF", "STORE_DEREF"]


def test_global_counts_only_if_it_is_stored(racy: ModuleType) -> None:
    visible = Visible("auto")
    code = racy.Busy.work.__wrapped__.__code__
    visible.learn([code])
    offsets = visible.offsets(code)
    shown = {i.argval for i in dis.get_instructions(code) if i.offset in offsets}
    assert "TOTAL" in shown
    assert "KeyError" not in shown


@pytest.mark.parametrize("name", ["__repr__", "__del__"])
def test_finalisers_and_repr_have_no_points(name: str) -> None:
    space: dict[str, Any] = {}
    exec(f"def {name}(self): return self.a.b()", space)
    assert names(space[name]) == []


def test_extended_arguments_have_their_point_at_the_prefix() -> None:
    space: dict[str, Any] = {}
    exec("def f(self):\n" + "".join(f" self.a{i} = {i + 1000}\n" for i in range(300)), space)
    visible = Visible("auto").offsets(space["f"].__code__)
    assert len(visible) == 300
    events = [i for i in dis.get_instructions(space["f"].__code__) if i.offset in visible]
    assert {i.opname for i in events} == {"STORE_ATTR", "EXTENDED_ARG"}


def test_call_granularity_has_calls_and_loops() -> None:
    def f(self: Any) -> None:
        while self.a:
            self.b()

    assert {n for n in names(f, "call") if "BACKWARD" not in n} == {"CALL"}


def test_unknown_granularity_is_refused() -> None:
    with pytest.raises(UsageError, match="expected one of auto, line, call, opcode, none"):
        Visible("fine")


def test_traced_knows_generated_and_nested_code(racy: ModuleType) -> None:
    traced = Traced.of(["racy"])
    found = {code.co_qualname for code in traced.codes()}
    assert {"Record.__eq__", "__create_fn__.<locals>.__eq__"} & found
    assert {"Busy.size", "Busy.square", "Busy.make", "Busy.work.<locals>.add"} <= found
    assert traced.is_machine(racy.Record.__eq__.__code__)


def test_traced_takes_in_later_modules() -> None:
    traced = Traced.of(["added_later"])
    assert traced.modules() == ()
    module = ModuleType("added_later")
    module.__file__ = "/added_later.py"
    exec(compile("def f(): pass", "/added_later.py", "exec"), module.__dict__)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "added_later", module)
        traced.refresh()
    assert [code.co_name for code in traced.codes()] == ["f"]
    assert traced.is_machine_file("/added_later.py")


def test_harness_is_never_traced() -> None:
    names_ = Traced.of(["smcheck", "hypothesis.strategies", "pytest", "racy", ""]).names
    assert names_ == ("racy",)


def test_sibling_with_the_same_beginning_is_not_traced(racy: ModuleType) -> None:
    traced = Traced.of(["racy"])
    assert racy.__file__ is not None
    assert traced.is_machine_file(racy.__file__)
    assert not traced.is_machine_file(racy.__file__.replace("racy.py", "racy_too.py"))
