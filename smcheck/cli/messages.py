"""What parent and child say to each other: one request, then JSON lines from the child.

Records and their text form only; who sends and who listens is elsewhere.
"""

from __future__ import annotations

import msgspec

from smcheck.campaign.asked import DiskFull, Met, Worked
from smcheck.finding import Finding, Location, SubjectReport
from smcheck.report.data import dumps


class CheckOptions(msgspec.Struct, frozen=True):
    """How long and how hard to search; the words of ``smcheck check``.

    Attributes:
        max_examples: ``None`` lets the time decide, or the default where there is none either.
        vary: Circumstances to add, with what they are varied to where one must say so.
        dont_vary: Circumstances to take away.
    """

    seconds: float | None
    max_examples: int | None
    schedules: int
    seed: int
    only: tuple[str, ...] = ()
    stop_on_first: bool = False
    witness_dir: str | None = None
    vary: dict[str, str] = {}
    dont_vary: tuple[str, ...] = ()


class GoldenOptions(msgspec.Struct, frozen=True):
    """What a golden log is made of; the words of ``smcheck record``.

    Attributes:
        path: The golden log, to be written or to be read.
        commands: A log of the user's own to record, empty to draw one.
        entries: How many commands are drawn.
        force: Write over a file that is there.
    """

    path: str
    commands: str = ""
    entries: int = 0
    seed: int = 0
    force: bool = False


class Request(msgspec.Struct, frozen=True):
    """What one child is started for.

    Attributes:
        action: ``"resolve"``, ``"check"``, ``"replay"``, ``"record"``, ``"verify"`` or ``"fuzz"``.
        targets: What to resolve; exactly one for a check and for a golden log; for a replay
            one at most, which stands in for that of the witness.
        witness: Path of the witness to replay.
        stops: Open a debugger where the case that is replayed goes wrong.
        is_whole: Leave nothing of the finding out that is told before.
        log: Path of a log of the user's own that every target is given, empty without one.
        golden: What to record or to verify.
        journal: Path of the journal of the stint that is to be worked off.
        messages_fd: Descriptor that the child writes its messages to; this and what follows
            is filled in by the supervisor.
        life_fd: Descriptor that ends when the parent does.
        board: Path of the board file.
        stacks: Path of the file that stacks are dumped to.
        terminal_fds: Where a debugger reads and writes, if it may.
    """

    action: str
    targets: tuple[str, ...] = ()
    options: CheckOptions | None = None
    witness: str = ""
    stops: bool = False
    is_whole: bool = False
    log: str = ""
    golden: GoldenOptions | None = None
    journal: str = ""
    messages_fd: int = -1
    life_fd: int = -1
    board: str = ""
    stacks: str = ""
    terminal_fds: tuple[int, ...] = ()


class Resolved(msgspec.Struct, frozen=True, tag="resolved"):
    """A target is a subject.

    Attributes:
        methods: Where each method of the machine begins, by operation; empty when the
            factory does not tell its class.
        roots: Folders or files that hold the machine's code.
        known: Clause to reason, as the subject declares them.
    """

    target: str
    name: str
    kind: str
    methods: dict[str, Location] = {}
    roots: tuple[str, ...] = ()
    known: dict[str, str] = {}


class BadUsage(msgspec.Struct, frozen=True, tag="usage_error"):
    """The target or an input file is wrong: one line."""

    text: str


class Case(msgspec.Struct, frozen=True, tag="case"):
    """The case that runs next, so that it is known should it kill the child."""

    text: str


class Found(msgspec.Struct, frozen=True, tag="finding"):
    """A finding, and the report as far as it goes."""

    report: SubjectReport
    finding: Finding


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """The report as far as it goes, without its findings, which were told before."""

    report: SubjectReport


class Done(msgspec.Struct, frozen=True, tag="report"):
    """The report; nothing follows."""

    report: SubjectReport


class Stopped(msgspec.Struct, frozen=True, tag="stopped"):
    """The machine is in a debugger: nobody knows how long it will be silent."""


class Replayed(msgspec.Struct, frozen=True, tag="replayed"):
    """How a replay came out; nothing follows.

    Attributes:
        status: ``"fixed"``, ``"still fails"``, ``"fails differently"`` or
            ``"cannot be replayed"``.
        is_told: The child has told it at the terminal already, before a debugger opens there.
    """

    status: str
    finding: Finding | None = None
    reason: str = ""
    is_told: bool = False


class Golden(msgspec.Struct, frozen=True, tag="golden"):
    """How a recording or a verification came out; nothing follows.

    Attributes:
        status: ``"recorded"``, ``"agrees"``, ``"differs"`` or ``"inconclusive"``.
        lines: What a person reads.
    """

    status: str
    lines: tuple[str, ...]


class Broken(msgspec.Struct, frozen=True, tag="internal_error"):
    """smcheck itself failed; the traceback says where."""

    traceback: str


Message = (
    Resolved
    | BadUsage
    | Case
    | Found
    | Progress
    | Done
    | Stopped
    | Replayed
    | Golden
    | Broken
    | Met
    | Worked
    | DiskFull
)

_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)


def to_line(message: Message) -> bytes:
    """Return the line that says ``message``."""
    return dumps(message) + b"\n"


def from_line(line: bytes) -> Message:
    """Return the message of one line.

    Raises:
        msgspec.DecodeError: Whoever wrote the line is not a child of this version.
    """
    return _decoder.decode(line)
