"""One command that no strategy draws, applied beside the search: an empty one, or a huge one."""

from __future__ import annotations

from smcheck.engine.twins.ask import Ask, innermost
from smcheck.finding import Breach, Severity
from smcheck.host.life import Script
from smcheck.plan import Command, Update

_HUGE_BYTES = 1 << 20
_MALFORMED = (b"?", b"\x80")


def check_unusual(ask: Ask) -> list[Breach]:
    """Apply an empty command behind the log; where any bytes are legal, malformed and huge ones."""
    takes_any, log = ask.world.subject.any_bytes, ask.plan.log
    if ask.world.subject.encode is not None and not takes_any:
        return []  # bytes are made by encode, which has none that are empty
    clause, severity = "UPD-9", Severity.HAZARD
    commands: tuple[bytes, ...] = (b"",)
    if takes_any:
        clause, severity = "UPD-10", Severity.VIOLATION
        commands = (*_MALFORMED, _huge(log[-1].cmd if log else b""))
    last = log[-1].index if log else 0
    added = tuple(Command(last + i, cmd, added=True) for i, cmd in enumerate(commands, 1))
    whole = (*log, *added)
    life = ask.world.live(Script(whole, (), tuple(Update(i, i + 1) for i in range(len(whole)))))
    ask.world.tally.saw(clause)
    moment, position = life.raised, len(life.moments) - 1
    if moment is None or moment.outcome is None or position < len(log):
        return []
    cmd = whole[position].cmd
    what = f"a command of {len(cmd)} bytes" if len(cmd) > 9 else f"the command {cmd!r}"
    return [Breach(
        clause, "unusual", f"update raises on {what}",
        f"after {len(log)} entries: expected a Result of {what}, got {moment.outcome.value.text}, "
        "alone on one thread: nothing stops a client from proposing it, and what is committed "
        "comes again after every restart; reject it by its Result",
        method="update", severity=severity,
        error=moment.outcome.error, locations=innermost(moment.outcome),
    )]  # fmt: skip


def _huge(own: bytes) -> bytes:
    """Return a command that repeats one of the subject's own, as far as it has any bytes."""
    own = own or b"\0"
    return (own * (_HUGE_BYTES // len(own) + 1))[:_HUGE_BYTES]
