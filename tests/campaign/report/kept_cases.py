"""Stores for the tests of their reports, as records made by hand: what a few nights leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from smcheck.campaign.records import (
    Effort,
    Ended,
    Lost,
    Progress,
    Run,
    Status,
    StoredFinding,
    Traits,
)
from smcheck.campaign.report.reading import CampaignView, Meeting, RunView
from smcheck.finding import Finding, Location, Severity
from smcheck.scenario import Scenario
from tests.report import page_cases as cases

HOUR = 3600.0
EVENING = 1_767_650_400.0
"""2026-01-05 22:00 UTC."""

BANK = "bank.py:bank"
LEDGER = "apps.ledger:ledger"
RUNS = ("00000000000000a1", "00000000000000b2", "00000000000000c3")


def finding(
    scenario: Scenario | None = None, *, clause: str = "BAT-6", signature: str = "0123456789ab",
    severity: Severity = Severity.VIOLATION, title: str = "A lookup saw half of a batch",
    message: str = "expected 200 (version 0 or 1), got 190",
) -> Finding:  # fmt: skip
    """Return a finding about the bank of the page's tests."""
    made = cases.finding(
        scenario or cases.torn(), clause=clause, title=title, message=message, severity=severity
    )
    return replace(made, signature=signature)


def traits(line: str = "balances=dict(self.balances)") -> Traits:
    """Return what the bank's finding is recognised by."""
    return Traits(
        cause="torn", check="reads", method="lookup", error="", kinds=("lookup", "update"),
        function="Bank.lookup", line=line,
        related=(("Bank.update", "self.balances[payee]+=int(amount)"),),
    )  # fmt: skip


def stored(
    found: Finding | None = None, *, status: Status = Status.NEW, target: str = BANK,
    subject: str = "Bank", first: int = 2, last: int = 2, at_s: float = HOUR, count: int = 1,
    fixed_at: float = 0.0, stacks: str = "", line: str = "balances=dict(self.balances)",
) -> StoredFinding:  # fmt: skip
    """Return a finding as a store has it; ``first`` and ``last`` are numbers of nights."""
    found = found or finding()
    return StoredFinding(
        target=target, subject=subject, finding=found, traits=(traits(line),),
        signatures=(found.signature,), status=status, count=count,
        first_run=RUNS[first], first_at=night(first) + at_s,
        last_run=RUNS[last], last_at=night(last) + at_s,
        fixed_at=fixed_at, stacks=stacks, sightings=RUNS[first : last + 1],
        replayed="still fails" if status is Status.KNOWN else "",
    )  # fmt: skip


def night(number: int) -> float:
    """Return when a night began."""
    return EVENING + 24 * HOUR * (number - 2)


def run(number: int, **names: object) -> Run:
    """Return the run of a night."""
    values: dict[str, object] = {
        "id": RUNS[number], "seed": 17 + number, "targets": (BANK, LEDGER), "jobs": 2,
        "limit_s": 8 * HOUR, "began_at": night(number), "ended_at": night(number) + 8 * HOUR,
        "ended": Ended.DONE, "seconds": 8 * HOUR, "canary_s": 12.0,
        "versions": {"smcheck": "0.1.0", "python": "3.11.7"},
    }  # fmt: skip
    return Run(**{**values, **names})  # type: ignore[arg-type]  # the fields that a test names


def progress(*, turns: int = 480, speed: int = 900) -> tuple[Progress, ...]:
    """Return turns of a minute each on two subjects; news come more and more seldom."""
    made = []
    for n in range(turns):
        effort = Effort(
            stints=1, plans=60, executions=speed * 60 + 500 * (n % 7), operations=speed * 600,
            seconds=60.0, cpu_s=59.0, lines=40 // (n + 1), edges=120 // (n + 1),
            states=900 // (n // 3 + 1), contexts=16 // (n + 1),
        )  # fmt: skip
        target = (BANK, LEDGER)[n % 2]
        memory = 61_000_000 + 700_000 * (n % 5) + 2_000_000 * (n % 2)
        made.append(
            Progress(target=target, at_s=60.0 * (n + 1), effort=effort, memory_bytes=memory)
        )
    return tuple(made)


def lost() -> Lost:
    """Return a case whose worker somebody killed."""
    return Lost(
        target=LEDGER, at_s=2 * HOUR, how="the worker was killed by SIGKILL; it was not seen again",
        stacks='Thread 1:\n  File "ledger.py", line 12, in update\n', stint=(0, 7),
    )  # fmt: skip


def three_nights() -> CampaignView:
    """Return what most stores look like: something of each status, and a case that was lost."""
    ledger = Location("/srv/ledger.py", 12, "Ledger.update")
    crash = replace(
        finding(cases.nothing(), clause="PRG-2", signature="feedfeedfeed",
                title="The process ended in an update", message="ended by SIGSEGV"),
        location=ledger, related=(),
    )  # fmt: skip
    parted = finding(cases.parted(), clause="UPD-1", signature="111111111111",
                     title="Two replicas answer an update in different ways",
                     message="entry 12 results in 'ann,bob,eve' and in 'ann,eve,bob'")  # fmt: skip
    stale = finding(cases.stale(), clause="SAV-1", signature="222222222222",
                    title="A snapshot holds what was applied after it was prepared",
                    message="expected version 1, got version 4")  # fmt: skip
    hazard = finding(clause="LKP-1", signature="333333333333", severity=Severity.HAZARD,
                     title="A lookup writes to the machine",
                     message="self.hits was 0, is 1")  # fmt: skip
    findings = (
        stored(count=3, at_s=2.5 * HOUR),
        stored(crash, target=LEDGER, subject="Ledger", at_s=40.0, stacks=STACKS),
        stored(parted, status=Status.RETURNED, first=0, count=9, at_s=100.0),
        stored(stale, status=Status.KNOWN, first=0, count=41, at_s=30.0),
        stored(hazard, status=Status.KNOWN, first=1, count=2, at_s=30.0),
        stored(finding(clause="REC-1", signature="444444444444", title="Recovery loses an entry"),
               status=Status.FIXED, first=0, last=1, fixed_at=night(2) + 20),
    )  # fmt: skip
    runs = (
        RunView(run(0), progress(turns=400, speed=700), met=meetings(findings, 0)),
        RunView(run(1), progress(turns=440, speed=880), met=meetings(findings, 1)),
        RunView(run(2), progress(), (lost(),), meetings(findings, 2)),
    )
    return CampaignView(findings, runs)


def meetings(findings: Sequence[StoredFinding], number: int) -> tuple[Meeting, ...]:
    """Return what a night met: what it was the first to meet was new to it."""
    met = []
    for found in findings:
        if RUNS[number] in found.sightings:
            is_first = found.first_run == RUNS[number]
            is_back = found.status is Status.RETURNED and found.last_run == RUNS[number]
            status = Status.NEW if is_first else Status.RETURNED if is_back else Status.KNOWN
            at_s = found.first_at - night(number) if is_first else 20.0
            met.append(Meeting(found.target, found.signature, status, at_s))
    return tuple(sorted(met, key=lambda one: (one.at_s, one.target, one.signature)))


STACKS = 'Thread 1 (most recent call first):\n  File "/srv/ledger.py", line 12 in update\n'


def one_night(*findings: StoredFinding) -> CampaignView:
    """Return a store of one run that met some findings."""
    here = RunView(run(2), progress(turns=30), met=meetings(findings, 2))
    return CampaignView(findings, (here,))


def hostile() -> CampaignView:
    """Return a store in which every text tries to be markup."""
    text = cases.HOSTILE
    found = finding(cases.hostile(), clause=text, title=text, message=text, signature=text)
    wrong = Location(f"/m/{text}.py", 3, text)
    kept = stored(
        replace(found, location=wrong, replay=text), target=text, subject=text, stacks=text
    )
    here = run(2, mode=text, versions={text: text})
    moment = Progress(target=text, at_s=60.0, effort=Effort(plans=1, seconds=60.0, lines=1))
    case = Lost(target=text, at_s=1.0, how=text, stacks=text)
    return CampaignView((kept,), (RunView(here, (moment,), (case,)),))
