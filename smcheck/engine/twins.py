"""The checks that need no interleaving: twins of the machine live through the same log.

Each check is a function of a world, a plan and its reference that returns breaches; each
varies one thing alone, so that what it finds can be blamed on that thing.
"""

from __future__ import annotations

from dataclasses import dataclass

from smcheck.contract.profiles import Kind
from smcheck.engine.compare import Difference, differ, differ_observed, show
from smcheck.engine.reference import ModelTruth, Reference, result_matches
from smcheck.engine.world import PLAIN, Surroundings, World
from smcheck.finding import Breach, Location, Severity
from smcheck.history import Outcome
from smcheck.host.conduct import describe_command
from smcheck.host.life import Life, Observe, Restart, Script, Step
from smcheck.plan import Close, Plan, Prepare, Recover, Save, Update


@dataclass(frozen=True, slots=True)
class Ask:
    """What every sequential check is given."""

    world: World
    plan: Plan
    reference: Reference

    def live(self, *steps: Step, **changes: object) -> Life:
        """Live through other steps with the plan's log and queries."""
        return self.world.live(self.reference.script(steps=steps, **changes))

    @property
    def all_updates(self) -> tuple[Update, ...]:
        """The log, one entry at a time."""
        return tuple(Update(i, i + 1) for i in range(len(self.plan.log)))

    @property
    def batches(self) -> tuple[Update, ...]:
        """The log in the batches of the plan; what recover skips is cut where it fits."""
        cuts = {0, len(self.plan.log)}
        for op in self.plan.tasks[0]:
            if isinstance(op, Update):
                cuts |= {op.start, op.stop}
        edges = sorted(cuts)
        return tuple(Update(a, b) for a, b in zip(edges, edges[1:], strict=False))


def check_alone(ask: Ask) -> list[Breach]:
    """Hold the reference life itself to the clauses that one replica can break alone."""
    life, tally = ask.reference.life, ask.world.tally
    updates = len(life.results)
    tally.saw("UPD-5", "UPD-8", "RES-1", times=updates)
    if ask.world.profile.batches:
        tally.saw("UPD-6", "UPD-7", times=updates)
    tally.saw("UPD-4", times=updates)
    found = list(life.breaches)
    moment = life.raised
    if moment is not None and moment.outcome is not None:
        assert isinstance(moment.step, Update)
        found.append(_raising_update(ask, moment.step.start, moment.outcome))
    return found


def _raising_update(ask: Ask, position: int, outcome: Outcome) -> Breach:
    command = describe_command(ask.plan.log[position].cmd, ask.world.subject)
    return Breach(
        ask.world.profile.error_clause,
        "alone",
        "update raises on a command that was committed",
        f"expected a Result for every committed command, update({command}) gave {outcome.value.text} "
        f"(entry {position + 1} of {len(ask.plan.log)}, alone on one thread): the host cannot go on "
        "after it; reject a command by its Result",
        method="update",
        error=outcome.error,
        locations=innermost(outcome),
    )


def innermost(outcome: Outcome) -> tuple[Location, ...]:
    """Return where an exception came from, innermost frame first."""
    return tuple(reversed(outcome.frames))


def check_model(ask: Ask) -> list[Breach]:
    """Compare results and answers at every version with the subject's model."""
    if ask.world.subject.model is None or ask.reference.life.raised:
        return []
    truth = ModelTruth(ask.world, ask.plan)
    for entry, (expected, got) in enumerate(zip(truth.results, ask.reference.results, strict=False)):
        if expected is not None:
            ask.world.tally.saw("UPD-2")
        if not result_matches(expected, got):
            text = expected if not isinstance(expected, tuple) else show(expected)  # type: ignore[arg-type]  # a Result
            return [_model_result(ask, entry, f"{text}", show(got))]
    for version, (model, observed) in enumerate(zip(truth.versions, ask.reference.versions, strict=False)):
        for expected, (label, got) in zip(model, observed, strict=False):
            if expected.text != got.text:
                return [_model_answer(ask, version, label, expected.text, got.text)]
    return []


def _model_result(ask: Ask, entry: int, expected: str, got: str) -> Breach:
    command = describe_command(ask.plan.log[entry].cmd, ask.world.subject)
    return Breach(
        "UPD-2",
        "model",
        "update results in something else than the model says",
        f"entry {entry + 1}, {command}: expected {expected} as the model has it, got {got}, "
        "alone on one thread",
        method="update",
    )


def _model_answer(ask: Ask, version: int, label: str, expected: str, got: str) -> Breach:
    return Breach(
        "UPD-1",
        "model",
        "the state is another than the model's after the same commands",
        f"after {version} of {len(ask.plan.log)} entries {label}: expected {expected} as the model "
        f"has it, got {got}, alone on one thread",
        method="update" if version else "lookup",
    )


def check_again(ask: Ask) -> list[Breach]:
    """Live the same again, with nothing changed."""
    again = ask.world.live(ask.reference.script())
    _saw_state(ask, "NEW-1")
    empty = differ_observed(ask.reference.versions[:1], again.observations[:1])
    if empty is not None and not empty.only_order:
        return [_breach("NEW-1", "again", "a new instance is not empty", empty,
                        "a second instance in the same process, before its first entry", method="__init__")]  # fmt: skip
    return _judge(ask, again, "again", "with nothing changed", ("UPD-1", "UPD-2"))


_OTHER_IDS = {"shard_id": 77, "replica_id": 3}


def check_surroundings(ask: Ask) -> list[Breach]:
    """Live the same at another time, with other random numbers and other addresses."""
    other = Surroundings(wall_s=2_000_086_399.5, rate=1.5, entropy=2, junk=97)
    _saw_state(ask, "UPD-1")
    if ask.reference.results_differ():
        ask.world.tally.saw("UPD-2")
    life = ask.world.live(ask.reference.script(), surroundings=other)
    if differ(ask.reference.life, life) is None:
        return []
    for name, only in _singles(other):
        life = ask.world.live(ask.reference.script(), surroundings=only)
        found = _judge(ask, life, "surroundings", f"with {name} changed alone", ("UPD-1", "UPD-2"), circumstance=name)
        if found:
            return found
    life = ask.world.live(ask.reference.script(), surroundings=other)
    return _judge(ask, life, "surroundings", "at another time, with other random numbers", ("UPD-1", "UPD-2"))


def _singles(other: Surroundings) -> list[tuple[str, Surroundings]]:
    plain = PLAIN
    return [
        ("the clock", Surroundings(other.wall_s, other.rate, plain.entropy, plain.junk)),
        ("the random source", Surroundings(plain.wall_s, plain.rate, other.entropy, plain.junk)),
        ("the addresses of objects", Surroundings(plain.wall_s, plain.rate, plain.entropy, other.junk)),
    ]


def check_ids(ask: Ask) -> list[Breach]:
    """Live the same as another replica of another shard."""
    if not ask.world.subject.factory_arguments() & {"shard_id", "replica_id"}:
        return []
    _saw_state(ask, "UPD-3")
    life = ask.world.live(ask.reference.script(**_OTHER_IDS))
    return _judge(ask, life, "ids", "as another replica of another shard", ("UPD-3", "UPD-3"))


def check_neighbour(ask: Ask) -> list[Breach]:
    """Live the same while another instance lives another log in the same process."""
    _saw_state(ask, "NEW-2")
    life = ask.world.live(ask.reference.script(neighbour=True))
    return _judge(ask, life, "neighbour", "while another instance applied other entries", ("NEW-2", "NEW-2"),
                  method="__init__")  # fmt: skip


def check_cuts(ask: Ask) -> list[Breach]:
    """Apply the log in other batches: as drawn, and all at once."""
    if not ask.world.profile.batches or len(ask.plan.log) < 2:
        return []
    cuts = {ask.batches, (Update(0, len(ask.plan.log)),)} - {ask.all_updates}
    for batches in sorted(cuts, key=len):
        _saw_state(ask, "BAT-1", "BAT-5")
        life = ask.live(*batches, Observe())
        found = list(life.breaches) or _judge(
            ask, life, "cuts", f"in batches of {', '.join(str(b.stop - b.start) for b in batches)}", ("BAT-1", "BAT-1")
        )
        if found:
            return [_missed_earlier(ask, batches, breach, life) for breach in found]
    return []


def _missed_earlier(ask: Ask, batches: tuple[Update, ...], breach: Breach, life: Life) -> Breach:
    """Name BAT-5 when the entry resulted as if the earlier ones of its batch had not been."""
    found = differ(ask.reference.life, life)
    if breach.clause != "BAT-1" or found is None or found.entry is None:
        return breach
    batch = next(b for b in batches if b.start <= found.entry < b.stop)
    log = ask.plan.log[: batch.start] + (ask.plan.log[found.entry],)
    updates = tuple(Update(i, i + 1) for i in range(len(log)))
    blind = ask.world.live(Script(log, (), updates))
    if batch.start == found.entry or blind.results[-1:] != life.results[found.entry : found.entry + 1]:
        return breach
    return Breach("BAT-5", breach.check, "an entry does not see an earlier one of its batch",
                  breach.message, method="update")  # fmt: skip


def check_reuse(ask: Ask) -> list[Breach]:
    """Hand out the same list and entries each time, overwritten after each call."""
    plain = ask.live(*ask.batches, Observe())
    life = ask.live(*ask.batches, Observe(), reuse=True)
    _saw_state(ask, "UPD-4")
    return _judge(ask, life, "reuse", "when the host overwrites the list and the entries after each call",
                  ("UPD-4", "UPD-4"), against=plain)  # fmt: skip


def check_lookups(ask: Ask) -> list[Breach]:
    """Live the same without any lookup until the end."""
    if "lookups" in ask.world.subject.without or not ask.plan.queries:
        return []
    _saw_state(ask, "LKP-1")
    silent = ask.live(*ask.all_updates, Observe())
    found = _judge(ask, ask.reference.life, "lookups", "when lookups ran in between", ("LKP-1", "LKP-1"),
                   method="lookup", against=silent)  # fmt: skip
    if found:
        return found
    first, second = ask.live(*ask.all_updates, Observe(), Observe()).observations
    twice = differ_observed((first,), (second,))
    if twice is None:
        return []
    return [_breach("LKP-1", "lookups", "a lookup changes what the next one answers", twice,
                    "when everything was asked once before", method="lookup")]  # fmt: skip


def check_saves(ask: Ask) -> list[Breach]:
    """Live the same with snapshots in between, one of them abandoned after prepare."""
    if "snapshots" in ask.world.subject.without:
        return []
    steps: list[Step] = []
    for i, update in enumerate(ask.all_updates):
        steps += [update, Prepare(), Save()] if i % 2 == 0 else [update, Prepare()]
    life = ask.live(*steps, Prepare(), Save(), Observe())
    moment = life.raised
    if moment is not None and moment.outcome is not None:
        return [_raising_save(moment.step, moment.outcome)]
    ask.world.tally.saw("SAV-8", "PRE-5")
    _saw_state(ask, "SAV-3")
    return _judge(ask, life, "saves", "when snapshots were taken in between", ("SAV-3", "SAV-3"),
                  method="save_snapshot")  # fmt: skip


def _raising_save(step: Step, outcome: Outcome) -> Breach:
    clause, method = ("SAV-8", "save_snapshot") if isinstance(step, Save) else ("PRE-5", "prepare_snapshot")
    return Breach(
        clause, "saves", f"{method} raises, alone",
        f"expected an image or SnapshotAborted, got {outcome.value.text}, alone on one thread: the host "
        "stops the process on any other exception",
        method=method, error=outcome.error, locations=innermost(outcome),
    )  # fmt: skip


def check_restart(ask: Ask) -> list[Breach]:
    """Restart from an image and apply the rest: nothing must tell the two lives apart."""
    if "snapshots" in ask.world.subject.without:
        return []
    n = len(ask.plan.log)
    middle = max((op.stop for op in ask.plan.tasks[0] if isinstance(op, Update)), default=n) // 2
    for cut in dict.fromkeys((n, middle)):
        head, tail = ask.all_updates[:cut], ask.all_updates[cut:]
        life = ask.live(*head, Prepare(), Save(), Restart(), Observe(), *tail, Observe())
        moment = life.raised
        if moment is not None and moment.outcome is not None:
            if isinstance(moment.step, (Prepare, Save)):
                return []  # check_saves says it
            return [_raising_recover(moment.step, moment.outcome)]
        _saw_state(ask, "SAV-4", "LOG-3", "REC-3", "SAV-2" if ask.world.kind is Kind.REGULAR else "PRE-2")
        at_cut = differ_observed(ask.reference.versions[cut : cut + 1], life.observations[:1])
        if at_cut is not None:
            return [_breach("SAV-4", "restart", "what is recovered from an image is not what was saved", at_cut,
                            f"after recovering an image of version {cut}", method="recover_from_snapshot")]  # fmt: skip
        found = _judge(ask, life, "restart", f"after a restart from an image of version {cut}", ("SAV-4", "SAV-4"),
                       method="recover_from_snapshot")  # fmt: skip
        if found:
            return found
    return []


def _raising_recover(step: Step, outcome: Outcome) -> Breach:
    text, error, lines = outcome.value.text, outcome.error, innermost(outcome)
    if isinstance(step, Update):
        return Breach("SAV-4", "restart", "an update raises only after a restart from an image",
                      f"expected the same as without the restart, update gave {text}",
                      method="recover_from_snapshot", error=error, locations=lines)  # fmt: skip
    return Breach("REC-3", "restart", "recover_from_snapshot raises on an image of the machine's own",
                  f"expected the image to be read, got {text}, alone on one thread",
                  method="recover_from_snapshot", error=error, locations=lines)  # fmt: skip


def check_recover(ask: Ask) -> list[Breach]:
    """Recover a newer image into an instance that has state of its own."""
    n = len(ask.plan.log)
    if "snapshots" in ask.world.subject.without or n < 2:
        return []
    for dirty, upto in dict.fromkeys(((n // 2, n), (1, n), (1, max(1, n // 2)))):
        head, tail = ask.all_updates[:dirty], ask.all_updates[upto:]
        life = ask.live(*head, Observe(), Recover(upto), Observe(), *tail, Observe())
        moment = life.raised
        if moment is not None and moment.outcome is not None:
            text, error = moment.outcome.value.text, moment.outcome.error
            return [Breach("REC-1", "recover", "recovering into a used instance raises",
                           f"expected the state to be replaced, {type(moment.step).__name__.lower()} gave {text}",
                           method="recover_from_snapshot", error=error,
                           locations=innermost(moment.outcome))]  # fmt: skip
        _saw_state(ask, "REC-1")
        found = differ_observed(ask.reference.versions[upto : upto + 1], life.observations[1:2])
        found = found or differ_observed(ask.reference.versions[-1:], life.observations[-1:])
        if found is not None:
            return [_breach("REC-1", "recover", "recover leaves state of the instance it was called on", found,
                            f"after recovering version {upto} into an instance at version {dirty}",
                            method="recover_from_snapshot")]  # fmt: skip
    return []


def check_close(ask: Ask) -> list[Breach]:
    """Ask after close: the same answers as before, or an exception."""
    life = ask.live(*ask.all_updates, Observe(), Close(), Observe())
    closing = next((m for m in life.moments if isinstance(m.step, Close)), None)
    if closing is not None and closing.outcome is not None and closing.outcome.raised:
        return [Breach("CLO-3", "close", "close raises", f"expected nothing, got {closing.outcome.value.text}: "
                       "the host stops the process on it", method="close", error=closing.outcome.error)]  # fmt: skip
    if len(life.observations) < 2:
        return []
    ask.world.tally.saw("CLO-3")
    _saw_state(ask, "CLO-1")
    for (label, before), (_, after) in zip(*life.observations[-2:], strict=False):
        if label in ("observe", "get_hash"):
            continue
        if after.text.startswith(("raise SystemExit", "raise KeyboardInterrupt")):
            return [Breach("LKP-6", "close", "a lookup after close takes the process down",
                           f"{label}: expected an answer or an Exception, got {after.text}", method="lookup",
                           error=after.text[6:].partition("(")[0])]  # fmt: skip
        if not after.text.startswith("raise ") and before.text != after.text:
            found = Difference("answer", label, before.text, after.text)
            return [_breach("CLO-1", "close", "close changes what lookup answers", found, "after close", method="close")]
    return []


def _saw_state(ask: Ask, *clauses: str) -> None:
    """Count clauses about the state, provided that anything of it can be seen."""
    if ask.reference.is_visible():
        ask.world.tally.saw(*clauses)


def _judge(
    ask: Ask,
    life: Life,
    check: str,
    when: str,
    clauses: tuple[str, str],
    *,
    method: str = "update",
    circumstance: str = "",
    against: Life | None = None,
) -> list[Breach]:
    """Compare a twin with the reference; ``clauses`` are for the state and for results."""
    found = differ(against or ask.reference.life, life)
    if found is None:
        return []
    clause = clauses[1] if found.what == "result" else clauses[0]
    if found.what == "get_hash" and clause == "UPD-1":
        clause = "HSH-1"
    titles = {"result": "an update results in something else", "raise": "one life raises, its twin does not"}
    title = f"{titles.get(found.what, 'the state is another')} {when}"
    return [_breach(clause, check, title, found, when, method=method, circumstance=circumstance, ask=ask)]


def _breach(
    clause: str, check: str, title: str, found: Difference, when: str,
    *, method: str = "update", circumstance: str = "", ask: Ask | None = None,
) -> Breach:  # fmt: skip
    label = found.label
    if ask is not None and found.entry is not None:
        command = describe_command(ask.plan.log[found.entry].cmd, ask.world.subject)
        label = f"entry {found.entry + 1}, {command}"
    if found.only_order and found.what != "result":
        return Breach(
            "LKP-8", check, "equal states answer in another order",
            f"{label}: {found.expected} before, {found.got} {when}: the items are the same",
            method="lookup", severity=Severity.HAZARD,
        )  # fmt: skip
    evidence = (("circumstance", circumstance),) if circumstance else ()
    return Breach(clause, check, title, f"{label}: expected {found.expected}, got {found.got} {when}",
                  method=method, evidence=evidence)  # fmt: skip


__all__ = ["Ask", "check_again", "check_alone", "check_close", "check_cuts", "check_ids", "check_lookups",
           "check_model", "check_neighbour", "check_recover", "check_restart", "check_reuse", "check_saves",
           "check_surroundings", "innermost"]  # fmt: skip
