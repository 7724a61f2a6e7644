"""What the parts of a campaign say to each other, and what its store keeps: plain records.

Nothing here knows a process, a database or a terminal.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence

import msgspec

from smcheck.finding import Finding, Severity


class Status(enum.StrEnum):
    """How a finding stands in a store.

    ``new`` in the run that met it first; then ``known`` as long as it fails; ``fixed`` once a
    replay fails no more; ``returned`` if it is met after that.
    """

    NEW = "new"
    KNOWN = "known"
    FIXED = "fixed"
    RETURNED = "returned"

    @property
    def is_news(self) -> bool:
        """Whether nobody knew the finding to be there; such a night is red if it counts."""
        return self in (Status.NEW, Status.RETURNED)


def counts(finding: Finding, *, is_strict: bool = False) -> bool:
    """Return whether a finding counts: a violation does, a hazard only if ``is_strict``."""
    severity = finding.breach.severity
    return severity is Severity.VIOLATION or (is_strict and severity is Severity.HAZARD)


class Ended(enum.StrEnum):
    """How a run came to its end.

    ``running`` is also what a run leaves behind that was killed.
    """

    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    KILLED = "killed"
    FAILED = "failed"


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all records; a newer version may have more fields, which are passed over."""


class Run(_Record, frozen=True, kw_only=True):
    """One campaign: a call of ``smcheck fuzz``, or a run of pytest that keeps a store.

    Attributes:
        id: 16 hexadecimal digits, drawn; unique over stores that are merged later.
        seed: All its decisions follow from.
        mode: ``"pr"``, ``"nightly"``, ``"soak"`` or ``"pytest"``.
        targets: What was to be searched, as ``smcheck.campaign.targets`` writes them.
        shard: This part of how many, from 1.
        limit_s: How long it was to search; ``None`` for no end.
        began_at: Seconds since 1970, of the wall clock.
        ended_at: The same; 0 while it runs.
        seconds: For how long it searched, over all its resumptions.
        has_canary: A bug was planted that had to be found.
        canary_s: After how many seconds the canary was found; ``None`` if it was not.
        is_strict: Hazards count as violations.
        versions: Of smcheck, Python and what else decides what a seed means, by name.
    """

    id: str
    seed: int
    mode: str = "nightly"
    targets: tuple[str, ...] = ()
    jobs: int = 1
    shard: tuple[int, int] = (1, 1)
    limit_s: float | None = None
    began_at: float = 0.0
    ended_at: float = 0.0
    ended: Ended = Ended.RUNNING
    seconds: float = 0.0
    has_canary: bool = True
    canary_s: float | None = None
    is_strict: bool = False
    versions: dict[str, str] = {}


class Effort(_Record, frozen=True, kw_only=True):
    """What was done on one subject, as counts that add up.

    Attributes:
        cpu_s: Processor time of the workers and their twins.
        lines: Lines of the machine that were reached for the first time, and so on for
            ``edges`` (one line after another in one task), ``states`` and ``contexts`` (a clause
            put to the test beside operations of certain kinds).
    """

    stints: int = 0
    plans: int = 0
    executions: int = 0
    operations: int = 0
    seconds: float = 0.0
    cpu_s: float = 0.0
    lines: int = 0
    edges: int = 0
    states: int = 0
    contexts: int = 0

    def plus(self, other: Effort) -> Effort:
        """Return the sum."""
        return Effort(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__}
        )

    @property
    def news(self) -> int:
        """How much of it was new behaviour."""
        return self.lines + self.edges + self.states + self.contexts


class Progress(_Record, frozen=True, kw_only=True):
    """How far a run was at one moment, for one subject.

    Attributes:
        at_s: Seconds since the run began.
        effort: What was done since the moment before.
        memory_bytes: Resident memory of the worker and its twins, at most.
        stint: Chain and number of the turn that it was; ``(-1, -1)`` for none.
    """

    target: str
    at_s: float
    effort: Effort
    memory_bytes: int = 0
    stint: tuple[int, int] = (-1, -1)


class Traits(_Record, frozen=True, kw_only=True):
    """What tells one defect of a machine from another, whatever case showed it.

    Attributes:
        cause: Clauses that one defect moves between count as one (``Breach.key``).
        check: Name of the check that saw it.
        method: Method of the machine at fault.
        error: Type of the exception that came, empty without one.
        kinds: Kinds of the operations of the smallest case, each once, in order of the alphabet.
        function: That holds the blamed line.
        line: The text of that line without its white space.
        related: Function and text of each further line that was named.
        clause: That the smallest case breaks.
        raised: Type of the exception, as the smallest case has it.
        shows: What a reopened folder showed, where that tells defects of one clause apart.
        places: Role, function and shape of each line, the blamed one first: the same on every
            Python and under other names of locals.
    """

    cause: str
    check: str
    method: str
    error: str
    kinds: tuple[str, ...]
    function: str
    line: str
    related: tuple[tuple[str, str], ...] = ()
    clause: str = ""
    raised: str = ""
    shows: str = ""
    places: tuple[tuple[str, str, str], ...] = ()


class Sighting(_Record, frozen=True, kw_only=True):
    """A finding that was met, with all that is needed to keep it.

    Attributes:
        target: The subject it is of.
        subject: Its name.
        finding: With its scenario, so that a page can be made of it later.
        traits: By which it is recognised under another signature.
        witness: What its witness file holds; empty where there is none.
        stacks: Of all threads where the process died or hung.
        at_s: Seconds since the run began.
        stint: Chain and number of the turn that met it; ``(-1, -1)`` for a replay.
    """

    target: str
    subject: str
    finding: Finding
    traits: Traits
    witness: bytes = b""
    stacks: str = ""
    at_s: float = 0.0
    stint: tuple[int, int] = (-1, -1)


class StoredFinding(_Record, frozen=True, kw_only=True):
    """A finding as the store has it.

    Attributes:
        signatures: All under which it was met, the first one first; the first is its name.
        count: In how many turns and replays it was met.
        first_run: Of the run that met it first; the ``_at`` are seconds since 1970.
        fixed_at: When a replay first failed no more; 0 while it fails.
        replayed: What the latest replay said, in the words of ``smcheck replay``.
        sightings: Runs that met it, oldest first.
    """

    target: str
    subject: str
    finding: Finding
    traits: Sequence[Traits]
    signatures: tuple[str, ...]
    status: Status
    count: int
    first_run: str
    first_at: float
    last_run: str
    last_at: float
    fixed_at: float = 0.0
    replayed: str = ""
    stacks: str = ""
    witness: bytes = b""
    sightings: tuple[str, ...] = ()

    @property
    def signature(self) -> str:
        """The name it goes by."""
        return self.signatures[0]


class Lost(_Record, frozen=True, kw_only=True):
    """A case that did not come to its end, and did not do so again.

    Something killed the worker from outside, say. It is no finding, and it is not forgotten.

    Attributes:
        how: What became of the worker, for people.
        case: The witness of the plan, without a breach; empty if none had begun.
    """

    target: str
    at_s: float
    how: str
    case: bytes = b""
    stacks: str = ""
    stint: tuple[int, int] = (-1, -1)


class Seed(_Record, frozen=True, kw_only=True):
    """A plan of the corpus: it brought behaviour that nothing had brought before.

    Attributes:
        case: The witness of the plan, without a breach.
        digest: Of what it does; equal plans are kept once.
        news: How much new behaviour it brought.
    """

    target: str
    digest: str
    case: bytes
    news: int
