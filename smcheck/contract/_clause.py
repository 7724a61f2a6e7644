"""What a clause is. The clauses themselves are data, in the files beside this one."""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.contract._example import Example
from smcheck.contract.profiles import Kind

NO_DUTY = "Not a machine's duty: "
"""What ``Clause.how`` begins with where no machine can break the clause; the reason follows."""

UNNAMED = "No finding names it: "
"""What ``Clause.how`` begins with where a breach is told otherwise; the next sentence says how."""

_KINDS = {"r": Kind.REGULAR, "c": Kind.CONCURRENT, "d": Kind.ON_DISK}


@dataclass(frozen=True, slots=True)
class Clause:
    """One duty of a machine, or one right of the host that it has to live with.

    Attributes:
        id: Public and stable.
        kinds: Kinds of machine that it is about.
        severity: ``"violation"`` or ``"hazard"``: what a breach is unless the check knows better.
        text: What the machine must keep, one sentence.
        reason: Why the replication library needs it, one sentence.
        how: What smcheck does to find a breach, or why it has nothing to find.
        family: Test method of ``contract_test`` that answers for it.
    """

    id: str
    kinds: frozenset[Kind]
    severity: str
    text: str
    reason: str
    how: str
    family: str

    @property
    def is_duty(self) -> bool:
        """Whether a machine can break it at all."""
        return not self.how.startswith(NO_DUTY)

    @property
    def is_named(self) -> bool:
        """Whether a finding can name it."""
        return not self.how.startswith((NO_DUTY, UNNAMED))

    @property
    def excuse(self) -> str:
        """Why no finding names it, one sentence; empty where one can."""
        if self.is_named:
            return ""
        return self.how.partition(": ")[2].partition(". ")[0].removesuffix(".") + "."

    @property
    def example(self) -> Example:
        """The clause broken and kept, in a few lines of a machine."""
        # Late, since the processes that twins live in load this module and show nobody anything.
        from smcheck.contract.examples import EXAMPLES

        return EXAMPLES[self.id]


def clause(
    id: str,
    kinds: str,
    *,
    family: str,
    text: str,
    reason: str,
    how: str,
    severity: str = "violation",
) -> Clause:
    """Write one clause down; ``kinds`` is one letter per kind: ``"rcd"`` is every kind."""
    found = frozenset(_KINDS[letter] for letter in kinds)
    return Clause(id, found, severity, text, reason, how, family)
