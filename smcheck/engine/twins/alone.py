"""One replica alone: what the reference life breaks, and how it differs from the model."""

from __future__ import annotations

from dataclasses import replace

from smcheck.contract.types import Result
from smcheck.engine.compare import show
from smcheck.engine.reference import ModelTruth, result_matches
from smcheck.engine.twins.ask import Ask, innermost
from smcheck.finding import Breach
from smcheck.history import Outcome
from smcheck.host.life import HASH
from smcheck.plan import Update


def check_alone(ask: Ask) -> list[Breach]:
    """Hold the reference life itself to the clauses that one replica can break alone."""
    life, tally = ask.reference.life, ask.world.tally
    updates = len(life.results)
    tally.saw("UPD-5", "UPD-8", "RES-1", times=updates)
    if ask.world.profile.reuses_entries:
        tally.saw("UPD-4", times=updates)
    if ask.world.profile.batches:
        tally.saw("UPD-6", "UPD-7", times=updates)
    found = [replace(breach, check="alone") for breach in life.breaches]
    moment = life.raised
    if moment is not None and moment.outcome is not None:
        assert isinstance(moment.step, Update)
        found.append(_raising_update(ask, moment.step.start, moment.outcome))
    return found + _no_number(ask)


def _no_number(ask: Ask) -> list[Breach]:
    """Refuse a hash that is no number; an exception is none either."""
    for version, seen in enumerate(ask.reference.hashes):
        if not seen.text.lstrip("-").isdigit():
            return [Breach(
                "HSH-1", "alone", "get_hash gives no number",
                f"at version {version}: expected an int, got {seen.text}, alone on one thread",
                method=HASH,
            )]  # fmt: skip
    return []


def _raising_update(ask: Ask, position: int, outcome: Outcome) -> Breach:
    return Breach(
        ask.world.profile.error_clause,
        "alone",
        "update raises on a command that was committed",
        f"{ask.describe(position)}: expected a Result, got {outcome.value.text}, alone on one "
        "thread: the host cannot go on after it; reject a command by its Result",
        method="update",
        error=outcome.error,
        locations=innermost(outcome),
    )


def check_model(ask: Ask) -> list[Breach]:
    """Compare results and answers at every version with the subject's model."""
    if ask.world.subject.model is None or ask.reference.life.raised:
        return []
    truth = ModelTruth(ask.world, ask.plan)
    results = [] if ask.reference.missing else _model_results(ask, truth)
    return results or _model_answers(ask, truth)


def _model_results(ask: Ask, truth: ModelTruth) -> list[Breach]:
    pairs = zip(truth.results, ask.reference.results, strict=False)
    for entry, (expected, got) in enumerate(pairs):
        if result_matches(expected, got):
            continue
        wanted = show(expected) if isinstance(expected, Result) else repr(expected)
        return [
            Breach(
                "UPD-2",
                "model",
                "update results in something else than the model says",
                f"{ask.describe(entry)}: expected {wanted} as the model has it, got {show(got)}, "
                "alone on one thread",
                method="update",
            )
        ]
    return []


def _model_answers(ask: Ask, truth: ModelTruth) -> list[Breach]:
    pairs = zip(truth.versions, ask.reference.versions, strict=False)
    for version, (model, observed) in enumerate(pairs):
        for expected, (label, got) in zip(model, observed, strict=False):
            if expected.text == got.text:
                continue
            if version == 0:
                return [_not_empty(label, expected.text, got.text)]
            return [
                Breach(
                    "UPD-1",
                    "model",
                    "the state is another than the model's after the same commands",
                    f"after {version} of {len(ask.plan.log)} entries {label}: expected "
                    f"{expected.text} as the model has it, got {got.text}, alone on one thread",
                    method="update",
                )
            ]
    return []


def _not_empty(label: str, expected: str, got: str) -> Breach:
    return Breach(
        "NEW-1",
        "model",
        "a new instance is not empty",
        f"before the first entry {label}: expected {expected} as the model has it, got {got}",
        method="__init__",
    )
