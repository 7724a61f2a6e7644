"""One replica beside the subject's model: results and answers must be the model's."""

from __future__ import annotations

from dataclasses import replace

from smcheck._brief import brief
from smcheck.contract.types import Result
from smcheck.engine.compare import show
from smcheck.engine.reference import ModelTruth, Reference, result_matches
from smcheck.engine.shown import Shown
from smcheck.engine.twins.ask import Ask
from smcheck.finding import Breach
from smcheck.scenario import Row, Twins
from smcheck.values import shorten

MANY = 4
"""With so many commands that differ, a log does not fail by its repeated ones by chance."""

UNDECIDED = ("retry", "perhaps")
"""Evidence of a breach that longer logs tell better: a retry was left out, or anything else."""


def check_model(ask: Ask) -> list[Breach]:
    """Compare results and answers at every version with the subject's model."""
    if ask.world.subject.model is None or ask.reference.life.raised:
        return []
    if ask.plan.repeated():
        ask.saw_state("SES-2")
    truth = ModelTruth(ask.world, ask.plan)
    found = _parting(ask, truth)
    if found:
        ask.world.show(lambda: _shown(ask, truth))
    if ask.plan.is_long:
        return found  # which entry parted first is seen once the log is shorter
    return [_named_retry(ask, truth, breach) for breach in found]


def _shown(ask: Ask, truth: ModelTruth) -> Shown:
    """Return results, and answers at the first version that differs, of model and machine."""
    results = ask.reference.results
    rows = [
        Row(f"result of entry {n}", brief(wanted), show(got))
        for n, (wanted, got) in enumerate(zip(truth.results, results, strict=False), 1)
        if wanted is not None
    ]
    pairs = zip(truth.versions.items(), ask.reference.life.observations, strict=False)
    for (version, model), seen in pairs:
        both = list(zip(model, seen, strict=False))
        if any(wanted.text != got.text for wanted, (_, got) in both):
            rows += [
                Row(f"{label} at version {version}", shorten(wanted.text), shorten(got.text))
                for wanted, (label, got) in both
            ]
            break
    return Shown(Twins("as the model has it", "as the machine has it", tuple(rows)))


def _parting(ask: Ask, truth: ModelTruth) -> list[Breach]:
    results = [] if ask.reference.missing else _model_results(ask, truth)
    return results or _model_answers(ask, truth)


def _named_retry(ask: Ask, truth: ModelTruth, breach: Breach) -> Breach:
    """Name SES-2 where an entry is left out because its bytes equal an earlier one's."""
    entry = _first_parting(ask, truth)
    if entry is None or not _is_left_out(ask, entry):
        return breach
    if len(ask.plan.log) - len(ask.plan.repeated()) < MANY:
        return replace(breach, evidence=(*breach.evidence, UNDECIDED))
    if not _is_fine_without_retries(ask) or not _leaves_out_any(ask):
        return breach
    earlier = next(i for i, c in enumerate(ask.plan.log) if c.cmd == ask.plan.log[entry].cmd)
    return replace(
        breach,
        clause="SES-2",
        title="update leaves out an entry whose command came before",
        message=f"entry {entry + 1} is the command of entry {earlier + 1} once more, and is an "
        f"entry like any other; {breach.message}; without repeated commands both agree",
    )


def _first_parting(ask: Ask, truth: ModelTruth) -> int | None:
    """Return the first entry whose result, or the state after it, is not the model's."""
    for entry, (expected, got) in enumerate(
        zip(truth.results, ask.reference.results, strict=False)
    ):
        wanted, seen = truth.versions[entry + 1], ask.reference.versions[entry + 1]
        same = all(a.text == b.text for a, (_, b) in zip(wanted, seen, strict=False))
        if not same or not result_matches(expected, got):
            return entry
    return None


def _is_left_out(ask: Ask, entry: int) -> bool:
    """Return whether an entry repeats an earlier one and changed nothing."""
    before, after = ask.reference.versions[entry : entry + 2]
    return entry in ask.plan.repeated() and before == after


def _is_fine_without_retries(ask: Ask) -> bool:
    """Return whether the log without repeated commands agrees with the model."""
    plan = ask.plan
    for entry in reversed(ask.plan.repeated()):
        plan = plan.without_entry(entry)
    once = Ask(ask.world, plan, Reference(ask.world, plan))
    truth = ModelTruth(ask.world, plan)
    return once.reference.life.raised is None and not _parting(once, truth)


def _leaves_out_any(ask: Ask) -> bool:
    """Return whether the machine parts from the model on whatever comes twice in a row.

    One that is wrong about some commands only would look the same on one log.
    """
    for command in {command.cmd: command for command in ask.plan.log}.values():
        log = (replace(command, index=1), replace(command, index=2))
        twice = replace(ask.plan, log=log, tasks=((), (), ()))
        truth = ModelTruth(ask.world, twice)
        is_told = len(truth.results) == 2 and (
            truth.results[0] != truth.results[1] or truth.versions[1] != truth.versions[2]
        )
        again = Ask(ask.world, twice, Reference(ask.world, twice))
        if is_told and not again.reference.life.raised and not _parting(again, truth):
            return False
    return True


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
    pairs = zip(truth.versions.items(), ask.reference.life.observations, strict=False)
    for (version, model), observed in pairs:
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
