"""Code with calls put in does what it did, tells of the same lines, and raises at the same ones."""

from __future__ import annotations

import asyncio
import dis
import gc
import importlib.util
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="newer versions have events for instructions"
)
if sys.version_info < (3, 12):
    from smcheck.runtime.insertion import insert

calls = 0


def count() -> None:
    global calls
    calls += 1


def everywhere(code: CodeType) -> CodeType:
    """Return code that counts before each instruction, nested ones too."""
    nested = (everywhere(c) if isinstance(c, CodeType) else c for c in code.co_consts)
    code = code.replace(co_consts=tuple(nested))
    return insert(code, _offsets(code), count).code


def _offsets(code: CodeType) -> Iterator[int]:
    begin, has_begun = -1, False
    for step in dis.get_instructions(code):
        begin = step.offset if begin < 0 else begin
        if step.opname == "EXTENDED_ARG":
            continue
        if has_begun and step.opname not in ("RESUME", "PRECALL", "KW_NAMES"):
            yield begin
        has_begun = has_begun or step.opname == "RESUME"
        begin = -1


def loaded(name: str, change: Callable[[CodeType], CodeType]) -> ModuleType:
    """Return a new copy of a module of the standard library, its code changed."""
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        code = compile(file.read(), spec.origin, "exec")
    module = importlib.util.module_from_spec(spec)
    exec(change(code), vars(module))
    return module


def codes() -> Iterator[CodeType]:
    """Yield every code object of this process."""
    left = [o.__code__ for o in gc.get_objects() if isinstance(o, FunctionType)]
    seen: set[int] = set()
    while left:
        code = left.pop()
        if id(code) not in seen:
            seen.add(id(code))
            yield code
            left += [c for c in code.co_consts if isinstance(c, CodeType)]


def test_code_with_nothing_put_in_is_the_same() -> None:
    checked = 0
    for code in codes():
        made, origins = insert(code, (), count)
        assert made.co_code == code.co_code
        assert made.co_exceptiontable == code.co_exceptiontable
        assert [*made.co_positions()] == [*code.co_positions()]
        assert len(origins) == len(code.co_code) // 2
        checked += 1
    assert checked > 1_000


def decimals(module: Any) -> object:
    context = module.Context(prec=40)
    values = [context.create_decimal(n).sqrt(context).ln(context) for n in (2, 3, 1_000, 0.25)]
    return [str(v) for v in values], str(context.divide(module.Decimal(22), module.Decimal(7)))


def texts(module: Any) -> object:
    words = ["abcde" * n + chr(97 + n) for n in range(12)]
    return [*module.unified_diff(words, sorted(words, reverse=True), "a", "b")]


def trees(module: Any) -> object:
    with open(traceback.__file__, encoding="utf-8") as file:
        return module.unparse(module.parse(file.read()))


def statistics(module: Any) -> object:
    data = [1.5, 2.25, 8, 13, 21.125]
    return module.fmean(data), module.pstdev(data), module.quantiles(data), module.mode("abbcb")


@pytest.mark.parametrize(
    ("name", "use"),
    [("_pydecimal", decimals), ("difflib", texts), ("ast", trees), ("statistics", statistics)],
)
def test_it_does_what_it_did(name: str, use: Callable[[Any], object]) -> None:
    plain = use(loaded(name, lambda code: code))
    before = calls
    assert use(loaded(name, everywhere)) == plain
    assert calls > before + 100


def generators() -> list[object]:
    """Use what is special to the interpreter."""

    def inner() -> Iterator[int]:
        try:
            yield 1
            yield 2
        except KeyError:
            yield 3
        finally:
            seen.append("closed")

    def outer() -> Iterator[int]:
        yield from inner()

    async def waits() -> int:
        async def counts() -> AsyncIterator[int]:
            for n in range(3):
                yield n

        return sum([n async for n in counts()])

    seen: list[object] = []
    one = outer()
    seen.append(next(one))
    seen.append(one.throw(KeyError()))  # type: ignore[attr-defined]
    one.close()  # type: ignore[attr-defined]
    seen.append(asyncio.run(waits()))
    try:
        with open(__file__, encoding="utf-8") as file:
            raise ValueError(file.readline())
    except ValueError as error:
        seen.append(str(error))
    match seen:
        case [1, 3, *rest]:
            seen.append(len(rest))
    seen.append({k: v or 0 for k, v in enumerate((lambda *a, **k: (a, k))(1, b=2))})
    return seen


def lines_of(function: Callable[[], object]) -> tuple[list[tuple[str, int]], object]:
    """Return the lines that a tracer is told of, but for those of the call put in."""
    seen: list[tuple[str, int]] = []

    def tracer(frame: Any, event: str, arg: object) -> Any:
        if frame.f_code.co_filename != __file__ or frame.f_code is count.__code__:
            return None
        seen.append((event, frame.f_lineno))
        return tracer

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        return seen, function()
    finally:
        sys.settrace(before)


def test_a_tracer_is_told_of_the_same_lines() -> None:
    changed = FunctionType(everywhere(generators.__code__), globals(), "generators")
    plain_lines, plain = lines_of(generators)
    lines, made = lines_of(changed)
    assert made == plain
    assert lines == plain_lines
    assert len({line for _, line in lines}) > 25


def raises() -> None:
    try:
        try:
            int("x")
        finally:
            calls.bit_length()
    except ValueError as error:
        raise KeyError(
            error,
        ) from error


def test_it_raises_at_the_same_lines() -> None:
    def where(function: Callable[[], None]) -> list[tuple[int, int | None, int | None]]:
        with pytest.raises(KeyError) as raised:
            function()
        cause = raised.value.__cause__
        assert cause is not None
        tracebacks = (raised.value.__traceback__, cause.__traceback__)
        return [
            (frame.lineno or 0, frame.end_lineno, frame.colno)
            for tb in tracebacks
            for frame in traceback.extract_tb(tb)
            if frame.name == "raises"
        ]

    changed = FunctionType(everywhere(raises.__code__), globals(), "raises")
    assert where(changed) == where(raises)


def test_jumps_over_more_than_a_byte_reach() -> None:
    body = "\n".join(f"    if x == {n}: total += x * {n}" for n in range(400))
    source = f"def f(x):\n  total = 0\n  for y in range(3):\n{body}\n  return total\n"
    found: dict[str, Any] = {}
    exec(source, found)
    changed = FunctionType(everywhere(found["f"].__code__), found)
    assert [changed(n) for n in (0, 7, 399, 400)] == [found["f"](n) for n in (0, 7, 399, 400)]
    assert len(changed.__code__.co_code) > 4 * len(found["f"].__code__.co_code)


def test_a_call_put_in_is_known_by_the_instruction_behind_it() -> None:
    code = raises.__code__
    step = next(i for i in dis.get_instructions(code) if i.opname == "CALL")
    made, origins = insert(code, [step.offset], count)
    (constant,) = (n for n, c in enumerate(made.co_consts) if c is count)
    loads = [i for i in dis.get_instructions(made) if i.opname == "LOAD_CONST"]
    (at,) = (i.offset for i in loads if i.arg == constant)
    behind = next(i for i in dis.get_instructions(code) if i.offset == origins[at // 2])
    assert behind.opname == "CALL"
    assert behind.offset == step.offset
