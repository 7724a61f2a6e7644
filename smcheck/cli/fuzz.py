"""``smcheck fuzz``: a campaign that nobody has to watch."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from smcheck.campaign.cluster.place import Place
from smcheck.campaign.orders import LIMITS_S, SILENT_S, Mode, Orders, written
from smcheck.circumstances.pythons import with_python
from smcheck.circumstances.settings import choose
from smcheck.cli.listener import Listener
from smcheck.cli.options import circumstances, count, duration, path
from smcheck.cli.outputs import Outputs, output_options
from smcheck.cli.resolving import resolve
from smcheck.cli.supervisor import Limits
from smcheck.errors import UsageError

DEFAULT_STORE = Path(".smcheck/store")
SCHEDULES = 20
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def _shard(context: click.Context, option: click.Parameter, value: str | None) -> tuple[int, int]:
    """Read which part of how many, for a click option."""
    if value is None:
        return 1, 1
    match = re.fullmatch(r"(\d{1,6})/(\d{1,6})", value.strip(), re.ASCII)
    part, parts = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= parts:
        raise click.BadParameter(
            f"expected a part and how many there are, such as 1/4, got {value!r}: "
            "count the parts from 1"
        )
    return part, parts


def _size(context: click.Context, option: click.Parameter, value: str | None) -> int | None:
    """Read a number of bytes, for a click option."""
    if value is None:
        return None
    match = re.fullmatch(r"(\d{1,12})([kmg]?)(i?b)?", value.strip().lower(), re.ASCII)
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    if size < 1 << 20:
        raise click.BadParameter(
            f"expected an amount of memory such as 512M or 4G, got {value!r}: "
            "write a number and a unit"
        )
    return size


@click.command()
@click.argument("targets", metavar="TARGET...", nargs=-1, required=True)
@click.option(
    "--mode",
    type=click.Choice([str(mode) for mode in Mode]),
    default=str(Mode.NIGHTLY),
    help="pr: ten minutes, up to the first new finding; nightly: eight hours; soak: until ended.",
)
@click.option(
    "--time", "seconds", callback=duration, metavar="DURATION",
    help="Search for so long, whatever the mode says: 8h, 30m, 90s.",
)  # fmt: skip
@click.option(
    "--jobs", callback=count(1, 4096), metavar="N",
    help="Work in so many processes, each on a CPU of its own (default: one for each CPU).",
)  # fmt: skip
@path("--store", "folder", f"Keep everything there (default {DEFAULT_STORE}).", metavar="DIR")
@click.option(
    "--seed", callback=count(0, 2**63 - 1), metavar="N",
    help="Make the decisions of this seed again; random and printed unless given.",
)  # fmt: skip
@click.option(
    "--shard", callback=_shard, metavar="I/N",
    help="Do only this part of the work; `smcheck merge` joins the stores of all parts.",
)  # fmt: skip
@click.option(
    "--chains", callback=count(1, 10**4), metavar="N",
    help="Cut each subject's work into N parts that can run at once (default: as the jobs need).",
)  # fmt: skip
@click.option(
    "--cluster", metavar="ADDRESS",
    help="Have the workers of a Dask cluster do the work: tcp://host:8786, tls://host:8786.",
)  # fmt: skip
@path("--tls-ca-file", "tls_ca_file", "Trust these certificates of the cluster, in PEM format.")
@path("--tls-cert", "tls_cert", "Show the cluster this certificate, in PEM format.")
@path("--tls-key", "tls_key", "The private key of that certificate.")
@click.option(
    "--database", metavar="PLACE",
    help="Share plans with other campaigns: redis://host:6379/0, rediss://, unix://, a folder.",
)  # fmt: skip
@click.option(
    "--max-examples", "max_plans", callback=count(1, 10**9), metavar="N",
    help="Be done with a subject after so many plans.",
)  # fmt: skip
@click.option(
    "--schedules", callback=count(1, 10**6), metavar="N", default=str(SCHEDULES),
    help=f"Run each plan under N further schedules (default {SCHEDULES}).",
)  # fmt: skip
@click.option(
    "--call-time", "call_s", callback=duration, metavar="DURATION",
    help=f"Take a call that is silent for so long to hang (default {SILENT_S:.0f}s).",
)  # fmt: skip
@click.option(
    "--memory", callback=_size, metavar="SIZE",
    help="End a worker that takes more: 512M, 4G (default 4G, or 3/4 of what there is).",
)  # fmt: skip
@click.option("--canary", metavar="TARGET", help="Plant this bug in place of the built-in one.")
@click.option("--no-canary", is_flag=True, help="Plant no bug that has to be found.")
@click.option(
    "--vary", multiple=True, callback=circumstances, metavar="NAME",
    help="Vary this circumstance too; `smcheck circumstances` lists them.",
)  # fmt: skip
@click.option(
    "--dont-vary", multiple=True, callback=circumstances, metavar="NAME",
    help="Do not vary this circumstance.",
)  # fmt: skip
@click.option("--strict/--no-strict", help="Let hazards count as violations.")
@click.option(
    "-x", "stops_on_first", is_flag=True, help="Stop at the first new finding, as --mode pr does."
)
@output_options
def fuzz(
    targets: tuple[str, ...], mode: str, seconds: float | None, jobs: int | None,
    folder: Path | None, seed: int | None, shard: tuple[int, int], max_plans: int | None,
    schedules: int, call_s: float | None, memory: int | None, canary: str | None,
    no_canary: bool, vary: dict[str, str], dont_vary: dict[str, str], strict: bool,
    stops_on_first: bool, html: Path | None, junit: Path | None, sarif: Path | None,
    jsonl: Path | None,
    chains: int | None, cluster: str | None, tls_ca_file: Path | None, tls_cert: Path | None,
    tls_key: Path | None, database: str | None,
) -> int:  # fmt: skip
    """Search each TARGET for a long time, tell each defect once, and keep what was found.

    A TARGET is path/to/file.py:name or package.module:name, a smcheck.Subject. Exit status: 0
    nothing new, 1 something new, 4 the search proves nothing (no canary, nothing searched).
    """
    limits = Limits(silent_s=call_s or SILENT_S)
    if memory is not None:
        limits = replace(limits, memory_bytes=memory)
    wanted = Mode(mode)
    orders = Orders(
        targets=tuple(dict.fromkeys(map(written, targets))),
        folder=folder or DEFAULT_STORE, mode=wanted,
        seconds=LIMITS_S[wanted] if seconds is None and max_plans is None else seconds,
        jobs=jobs or _cpus(), seed=seed, shard=shard, chains=chains or 0,
        max_plans=max_plans, schedules=schedules, canary=None if no_canary else canary or "",
        stops_on_first=stops_on_first or wanted is Mode.PR, is_strict=strict, limits=limits,
        vary=with_python(vary), dont_vary=tuple(dont_vary),
    )  # fmt: skip
    choose(vary, frozenset(dont_vary))  # refuses what is both
    place = _place(cluster, tls_ca_file, tls_cert, tls_key, has_jobs=jobs is not None)
    outputs = Outputs(html, junit, sarif, jsonl).require()
    _require_subjects(orders.targets)
    # Late: no other command waits for the engine and SQLite.
    from smcheck.campaign.command import run

    return run(orders, place=place, database=database or "", outputs=outputs)


def _place(
    cluster: str | None, ca_file: Path | None, cert: Path | None, key: Path | None, *,
    has_jobs: bool,
) -> Place | None:  # fmt: skip
    """Return where the cluster is, ``None`` without one.

    Raises:
        UsageError: The options do not fit each other.
    """
    if cluster is not None and has_jobs:
        raise UsageError(
            "expected --jobs without --cluster, got both: the cluster's workers are the jobs; "
            "--chains says how many can run at once"
        )
    if cluster is not None:
        return Place(cluster, ca_file, cert, key)
    if ca_file or cert or key:
        raise UsageError("expected --cluster beside the --tls options, got none: add it")
    return None


def _cpus() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _require_subjects(targets: Sequence[str]) -> None:
    """Resolve all targets before anything runs.

    Raises:
        UsageError: One of them is no subject.
        InternalError: smcheck failed.
        KeyboardInterrupt: The user ended it.
    """
    for some in _resolvable(targets):
        resolve(some, listener=Listener())


def _resolvable(targets: Sequence[str]) -> Iterator[list[str]]:
    """Yield targets that one process can import: files of one name cannot be in one."""
    rounds: list[list[str]] = []
    seen: Counter[str] = Counter()
    for target in targets:
        place = target.rpartition(":")[0]
        stem = Path(place).stem
        same = [one for some in rounds for one in some if one.rpartition(":")[0] == place]
        number = seen[stem]
        if same:
            next(some for some in rounds if same[0] in some).append(target)
            continue
        seen[stem] += 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(target)
    yield from rounds
