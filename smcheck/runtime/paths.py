"""Which variable or attribute an instruction works on: a static walk of the evaluation stack.

Each entry of the walked stack is a path, such as ``("self", "items")`` for ``self.items``, or
``None`` for what no path names. In doubt it is ``None``. A part that begins with a bracket is a
subscript by a local name or a number; what operators make of values is ``(MADE, *paths)``.
"""

from __future__ import annotations

import dis
from collections.abc import Collection, Iterator
from types import CodeType
from typing import Any

from smcheck.runtime.visible import CALLS, SUBSCRIPT, Step, steps_of

GLOBAL = "global "
"""Begins the first part of a path that starts at a global or builtin name."""

CONSTANT, MADE = "constant ", "made of "
"""Begin the paths of constants, which nobody can change, and of what operators make."""

ANY_ITEM = "[]"
"""The part of a path for a subscript by what no path names."""

Path = tuple[Any, ...]
Stack = list[Path | None]

_LOADS = frozenset(
    {
        "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "LOAD_FAST_CHECK",
        "LOAD_FAST_LOAD_FAST",
    }
)  # fmt: skip
MAKES = {
    "BINARY_OP": 2, "BINARY_SUBSCR": 2, "COMPARE_OP": 2, "CONTAINS_OP": 2, "IS_OP": 2,
    "TO_BOOL": 1, "UNARY_INVERT": 1, "UNARY_NEGATIVE": 1, "UNARY_NOT": 1, "UNARY_POSITIVE": 1,
}  # fmt: skip
"""How many values operators take for the one that they make."""
_CONSTANTS = frozenset({"LOAD_CONST", "LOAD_SMALL_INT"})
_NOTHING = frozenset({"KW_NAMES", "PRECALL"})
"""Part of the call behind them, whatever effect of their own they are said to have."""
_STORES = frozenset({"STORE_FAST", "STORE_FAST_STORE_FAST"})


def walk(code: CodeType) -> Iterator[tuple[Step, Stack]]:
    """Yield each instruction with the stack that it finds; the same list each time."""
    steps = list(steps_of(code))
    targets = {step.target for step in steps}
    stack: Stack = []
    for step in steps:
        if step.offset in targets:
            stack.clear()  # whoever jumps here may have left something else
        yield step, stack
        _do(step, stack)


def callee(step: Step, stack: Stack) -> Path | None:
    """Return the path of what a call calls."""
    arguments = step.arg + (step.name == "CALL_KW")
    below = [*([None] * (arguments + 2)), *stack][: len(stack) + 2]
    either = below[-2:]
    return either[0] or either[1]


def _do(step: Step, stack: Stack) -> None:
    if step.name == "COPY":
        stack.append(stack[-step.arg] if step.arg <= len(stack) else None)
    elif step.name == "SWAP":
        stack[:0] = [None] * (step.arg - len(stack))
        stack[-1], stack[-step.arg] = stack[-step.arg], stack[-1]
    elif step.name in _LOADS or step.name in _STORES or step.name == "STORE_FAST_LOAD_FAST":
        _move(step, stack)
    elif step.name in ("LOAD_ATTR", "LOAD_METHOD"):
        owner = stack.pop() if stack else None
        stack.append(None if owner is None else (*owner, str(step.value)))
        stack += [None] * _effect(step)
    elif step.name in CALLS and step.name != "CALL_FUNCTION_EX":
        gone = step.arg + 2 + (step.name == "CALL_KW")
        del stack[max(0, len(stack) - gone) :]
        stack.append(None)
    elif step.name in _CONSTANTS:
        stack.append((CONSTANT, step.value))
    elif step.name == "LOAD_GLOBAL":
        found: Stack = [(GLOBAL + str(step.value),)]
        stack += found + [None] * (_effect(step) - 1)
    elif step.name in MAKES:
        taken = [stack.pop() if stack else None for _ in range(MAKES[step.name])]
        stack.append(_made(step, taken[::-1]))
    elif step.name not in _NOTHING:
        effect = _effect(step)
        if effect < 0:
            del stack[effect:]
        keeps = ("LOAD_", "PUSH_") if effect > 0 else ("POP_", "STORE_")
        if stack and not step.name.startswith(keeps):
            stack[-1] = None
        stack += [None] * effect


def _made(step: Step, taken: Stack) -> Path | None:
    is_subscript = step.name == "BINARY_SUBSCR" or step.text == SUBSCRIPT
    if is_subscript and taken[0] and taken[1] is None and taken[0][0] not in (CONSTANT, MADE):
        return (*taken[0], ANY_ITEM)
    if None in taken:
        return None
    if step.name != "BINARY_SUBSCR" and step.text != SUBSCRIPT:
        return (MADE, *taken)
    container, key = taken
    if container is None or key is None or container[0] in (CONSTANT, MADE):
        return None
    if key[0] == CONSTANT:
        return (*container, f"[{key[1]!r}]") if type(key[1]) in (int, str) else None
    return (*container, f"[{key[0]}]") if len(key) == 1 else None


def _move(step: Step, stack: Stack) -> None:
    """Load and store local variables; what else was loaded of one that is stored is forgotten."""
    names = list(step.value) if isinstance(step.value, tuple) else [str(step.value)]
    stored: list[str] = []
    if step.name == "STORE_FAST_LOAD_FAST":
        stored, names = names[:1], names[1:]
    elif step.name in _STORES:
        stored, names = names, []
    if stored:
        del stack[-len(stored) :]
        stack[:] = [None if path and mentions(path, stored) else path for path in stack]
    stack += [(name,) for name in names]


def mentions(path: Path, names: Collection[str]) -> bool:
    """Return whether a path leads by one of some local names."""
    if path[0] == CONSTANT:
        return False
    if path[0] == MADE:
        return any(mentions(part, names) for part in path[1:])
    return path[0] in names or any(f"[{name}]" in path for name in names)


def _effect(step: Step) -> int:
    return dis.stack_effect(step.opcode, step.arg if step.has_arg else None, jump=False)
