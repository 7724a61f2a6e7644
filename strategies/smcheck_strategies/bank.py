"""Three accounts and one sum that never changes: transfers between them.

Every account starts with 10, so that the total is always 30. What a command answers:

===========================  ================================================
``transfer FROM TO AMOUNT``  1 if FROM could pay, else 0 and nothing happens
anything else                0
===========================  ================================================

Queries are ``("balance", account)``, ``("total",)``, and ``("all",)``, which answers a ``dict``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from hypothesis import strategies as st

from smcheck import Result
from smcheck_strategies._words import REJECTED, numbers, questions, sentences

ACCOUNTS: tuple[str, ...] = ("ann", "bob", "cyd")
START = 10
QUESTIONS: tuple[str, ...] = ("balance", "total", "all")


def commands() -> st.SearchStrategy[bytes]:
    """Return transfers; about one in six asks for more than any account can hold."""
    return sentences(["transfer", ACCOUNTS, ACCOUNTS, (*numbers(1, 5), "31")])


def queries(*, verbs: Collection[str] = QUESTIONS) -> st.SearchStrategy[tuple[str, ...]]:
    """Return queries of those ``verbs`` that the machine knows."""
    forms: dict[str, list[Sequence[str] | str]] = {
        "balance": ["balance", ACCOUNTS],
        "total": ["total"],
        "all": ["all"],
    }
    return questions(*(forms[verb] for verb in QUESTIONS if verb in verbs))


class Model:
    """Keep the balances of a bank with one clerk."""

    def __init__(self) -> None:
        self._balances = dict.fromkeys(ACCOUNTS, START)

    def apply(self, cmd: bytes) -> Result:
        """Apply one transfer and return whether it was made."""
        match cmd.decode().split():
            case ["transfer", payer, payee, amount] if self._balances[payer] >= int(amount):
                self._balances[payer] -= int(amount)
                self._balances[payee] += int(amount)
                return Result(1)
        return REJECTED

    def query(self, query: Any) -> object:
        """Answer one query."""
        match query:
            case ["balance", account]:
                return self._balances[account]
            case ["total"]:
                return sum(self._balances.values())
        return dict(self._balances)
