"""Which variable or attribute an instruction works on: a static walk of the evaluation stack.

Each entry of the walked stack is a path, such as ``("self", "items")`` for ``self.items``, or
``None`` for what no path names. In doubt it is ``None``.
"""

from __future__ import annotations

import dis
from collections.abc import Iterator
from types import CodeType

from smcheck.runtime.visible import CALLS, Step, steps_of

GLOBAL = "global "
"""Begins the first part of a path that starts at a global or builtin name."""

Path = tuple[str, ...]
Stack = list[Path | None]

_LOADS = frozenset(
    {
        "LOAD_FAST", "LOAD_FAST_BORROW", "LOAD_FAST_BORROW_LOAD_FAST_BORROW", "LOAD_FAST_CHECK",
        "LOAD_FAST_LOAD_FAST",
    }
)  # fmt: skip
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
    elif step.name == "LOAD_GLOBAL":
        found: Stack = [(GLOBAL + str(step.value),)]
        stack += found + [None] * (_effect(step) - 1)
    elif step.name not in _NOTHING:
        effect = _effect(step)
        if effect < 0:
            del stack[effect:]
        keeps = ("LOAD_", "PUSH_") if effect > 0 else ("POP_", "STORE_")
        if stack and not step.name.startswith(keeps):
            stack[-1] = None
        stack += [None] * effect


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
        stack[:] = [None if path and path[0] in stored else path for path in stack]
    stack += [(name,) for name in names]


def _effect(step: Step) -> int:
    return dis.stack_effect(step.opcode, step.arg if step.has_arg else None, jump=False)
