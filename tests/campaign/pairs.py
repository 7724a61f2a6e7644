"""Traits of findings, told shortly, for tests of what is one defect."""

from __future__ import annotations

from smcheck.campaign.defects import AT_REST
from smcheck.campaign.records import Traits


def traits(
    clause: str, at: str = "Machine.update / self.total += 1", *beside: tuple[str, str],
    check: str = "schedules", method: str = "lookup", cause: str = "", raised: str = "",
    shows: str = "", kinds: tuple[str, ...] = ("lookup", "update"),
) -> Traits:  # fmt: skip
    """Return traits of a finding at ``function / line``, with further places by role."""
    function, line = at.split(" / ")
    role = "method" if line.startswith("def ") else ""
    parts = ((as_, *place.partition(" / ")) for as_, place in beside)
    others = tuple((as_, before, after) for as_, before, _, after in parts)
    return Traits(
        cause=cause or clause, check=check, method=method, error=raised, kinds=kinds,
        function=function, line=line, clause=clause, raised=raised, shows=shows,
        places=((role, function, line), *others),
    )  # fmt: skip


READ = "Machine.lookup / return self.total, self.count"
WRITE = ("writer", "Machine.update / self.count += 1")
OTHER_WRITE = ("writer", "Machine.update / self.names = {}")
OPEN = "Machine.open / def open(self, stopped):"
COMMIT = "Machine.update / def update(self, entries):"
KILLED = ("killed here", 'Machine.update / self.db.execute("COMMIT")')
LOST = ("lost what this line wrote", "Machine.update / log.write(line)")
SYNC = "Machine.sync / def sync(self):"
RECOVER = "Machine.recover_from_snapshot / def recover_from_snapshot(self, reader):"
FIRST, SECOND = "Machine.update / a.acquire()", "Machine.lookup / b.acquire()"
TAKEN = "Machine._apply / self.lock.acquire()"
SAVE = "Machine.save_snapshot / for row in context:"
INIT = "Machine.__init__ / def __init__(self):"
DELETES = "Machine.update / del self.money[source]"
RAISES = "Machine.update / self.money[target] += 1"


def opened(clause: str, shows: str, *, at: str = OPEN, method: str = "open") -> Traits:
    return traits(clause, at, check="crashes", method=method, shows=shows)


def refused(clause: str, at: str, *beside: tuple[str, str]) -> Traits:
    return traits(clause, at, *beside, check="crashes", shows="raises")


WRITES = traits("LKP-1", "Machine._find / self.slot = slot")
FALLS = traits("CRA-1", "Machine.update / rows.pop(self.slot)", method="update",
               raised="IndexError")  # fmt: skip
LATE = traits("RDC-1", "Machine.lookup / def lookup(self, query):", WRITE, cause="stale",
              shows=AT_REST)  # fmt: skip
IMAGE = traits("SAV-1", "Machine._find / return slot", method="save_snapshot",
               kinds=("lookup", "prepare", "save", "update"))  # fmt: skip
