"""A store as JSON lines: one object for each finding, then one for each run. Pure."""

from __future__ import annotations

from collections import Counter

import msgspec

from smcheck.campaign.records import Status, StoredFinding
from smcheck.campaign.report.entries import ordered
from smcheck.campaign.report.moments import iso
from smcheck.campaign.report.reading import CampaignView, RunView
from smcheck.report.data import dumps, finding_data

FINDING = "smcheck/finding/1"
RUN = "smcheck/run/1"


def json_lines(view: CampaignView) -> bytes:
    """Return the lines: findings in the order of the site, runs with the oldest first."""
    objects = [*(_finding(found) for found in ordered(view.findings)), *map(_run, view.runs)]
    return b"".join(dumps(one) + b"\n" for one in objects)


def _finding(found: StoredFinding) -> dict[str, object]:
    return {
        "schema": FINDING,
        "target": found.target,
        "subject": found.subject,
        "status": found.status.value,
        **msgspec.to_builtins(finding_data(found.finding)),
        "signature": found.signature,
        "signatures": list(found.signatures),
        "count": found.count,
        "first_run": found.first_run,
        "first_seen": iso(found.first_at),
        "last_run": found.last_run,
        "last_seen": iso(found.last_at),
        "fixed": iso(found.fixed_at) or None,
        "replayed": found.replayed,
        "stacks": found.stacks,
    }


def _run(one: RunView) -> dict[str, object]:
    run = one.run
    met = Counter(meeting.status for meeting in one.met)
    statuses = (Status.NEW, Status.RETURNED, Status.KNOWN)
    return {
        "schema": RUN,
        "id": run.id,
        "mode": run.mode,
        "seed": run.seed,
        "targets": list(run.targets),
        "jobs": run.jobs,
        "shard": list(run.shard),
        "began": iso(run.began_at),
        "ended": run.ended.value,
        "ended_at": iso(run.ended_at) or None,
        "seconds": round(run.seconds, 3),
        "strict": run.is_strict,
        "canary": run.has_canary,
        "canary_seconds": run.canary_s,
        "versions": dict(sorted(run.versions.items())),
        "findings": {status.value: met[status] for status in statuses},
        "lost": len(one.lost),
        "effort": msgspec.to_builtins(one.effort),
    }
