"""Run the correct models very often, and prove them: none may be accused."""

from __future__ import annotations

import time
from math import inf

import smcheck
from models import MODELS

EXECUTIONS = 100_000


def rows(executions: int = EXECUTIONS) -> list[list[str]]:
    """Return a row for each correct model."""
    found = []
    for name, model in MODELS.items():
        if not model.is_correct:
            continue
        many = smcheck.explore(
            model.setup, model.workers, invariant=model.invariant, executions=executions
        )
        started = time.perf_counter()
        proof = smcheck.explore(
            model.setup, model.workers, invariant=model.invariant, exhaustive=inf
        )
        seconds = time.perf_counter() - started
        found.append(
            [
                name,
                f"{many.verdict}, {many.executions:,} executions, "
                f"{many.covered.schedules:,} schedules, deviations up to point "
                f"{many.covered.deepest}",
                f"{proof.verdict}, {proof.executions:,} executions, {seconds:.2f} s",
            ]
        )
    return found
