"""Two findings of one subject: one defect seen in two cases, or two defects.

Each rule has a pair that it holds for, and a near one that stays two.
"""

from __future__ import annotations

import pytest

from smcheck.campaign.defects import is_same
from smcheck.campaign.records import Traits
from smcheck.checkers.durability import OTHER, PROMISED
from smcheck.checkers.reads import OLDER
from smcheck.engine.overlap import SHARES
from smcheck.finding import UNSURE
from tests.campaign.pairs import (
    COMMIT,
    DELETES,
    FALLS,
    FIRST,
    IMAGE,
    INIT,
    KILLED,
    LATE,
    LOST,
    OPEN,
    OTHER_WRITE,
    RAISES,
    READ,
    RECOVER,
    SAVE,
    SECOND,
    SYNC,
    TAKEN,
    WRITE,
    WRITES,
    opened,
    refused,
    traits,
)

SAME = {
    "one line, two clauses of one cause": (
        traits("UPD-1", cause="twins", check="surroundings"),
        traits("UPD-2", cause="twins", check="processes"),
    ),
    "one line, state or hash": (
        traits("UPD-1", cause="twins", check="surroundings"),
        traits("HSH-1", check="surroundings"),
    ),
    "the line at which a lookup writes, and what stays old because of it": (
        WRITES,
        traits("RDC-1", "Machine._find / self.slot = slot", WRITE, cause="stale"),
    ),
    "what instances share, one after the other or side by side": (
        traits("NEW-1", INIT, check="again"),
        traits("NEW-2", INIT, check="neighbour"),
    ),
    "a line, and a case that does not say which one": (
        traits("SAV-4", "Machine.recover / self.rows = rows", check="restart", method="recover"),
        traits("SAV-4", "Machine.recover / def recover(self):", check="restart", method="recover"),
    ),
    "one exception out of one line, alone and beside": (
        traits("PRE-5", SAVE, raised="ValueError", check="saves"),
        traits("CRA-1", SAVE, raised="ValueError"),
    ),
    "half a change, and what raises then": (
        traits("UPD-11", "Machine.update / self.money[source] -= 1", ("raises", RAISES),
               check="alone", raised="KeyError"),
        traits("UPD-8", RAISES, check="alone", raised="KeyError"),
    ),
    "one read beside one write, mixed or fallen over": (
        traits("RDC-3", READ, WRITE, cause="torn"),
        traits("CRA-1", READ, WRITE, raised="KeyError"),
    ),
    "one function that reads beside two writes": (
        traits("RDC-3", READ, WRITE, cause="torn"),
        traits("CRA-1", "Machine.lookup / self.names[key]", OTHER_WRITE, raised="KeyError"),
    ),
    "one function that falls over in two ways": (
        traits("CRA-1", READ, raised="RuntimeError"),
        traits("CRA-1", "Machine.lookup / self.names[key]", WRITE, raised="KeyError"),
    ),
    "an older state and a mixture of one function, beside one write": (
        traits("RDC-1", READ, WRITE, cause="stale"),
        traits("RDC-3", "Machine.lookup / return self.names", WRITE, cause="torn"),
    ),
    "one read, of an older state or perhaps of one": (
        traits("RDC-1", READ, WRITE, cause="stale"),
        traits("BAT-6", READ, OTHER_WRITE, cause="torn", shows=OLDER),
    ),
    "an older state after a newer one, and a mixture": (
        traits("RDC-2", "Machine.lookup / def lookup(self, query):", WRITE, cause="stale"),
        traits("BAT-6", READ, OTHER_WRITE, cause="torn"),
    ),
    "what a lookup puts back, after an update or a recover": (
        traits("RDC-1", READ, WRITE, cause="stale"),
        traits("REC-1", "Machine.lookup / self.cache[query] = answer",
               method="recover_from_snapshot"),
    ),
    "two ends of one wait": (
        traits("PRG-1", FIRST, ("waits", SECOND)),
        traits("PRG-1", SECOND, ("waits", FIRST)),
    ),
    "waits at two lines for what a third took and kept": (
        traits("PRG-1", FIRST, ("holder", TAKEN), check="alone"),
        traits("PRG-1", SECOND, ("holder", TAKEN), check="many"),
    ),
    "interrupted at another line of one function": (
        traits("RDC-3", READ, cause="torn"),
        traits("BAT-6", "Machine.lookup / count = self.count", cause="torn"),
    ),
    "live state that save falls over in two ways": (
        traits("SAV-1", SAVE, method="save_snapshot", raised="RuntimeError"),
        traits("SAV-1", "Machine.save_snapshot / rows = list(context)", method="save_snapshot",
               raised="RuntimeError"),
    ),
    "another thread, whichever method is called first": (
        traits("THR-1", RAISES, raised="AttributeError", method="update"),
        traits("THR-1", READ, raised="AttributeError"),
    ),
    "another thread that raises or comes to something else": (
        traits("THR-1", RAISES, raised="AttributeError", method="update"),
        traits("THR-1", "Machine.update / def update(self, entries):", method="update"),
    ),
    "a wrong index of a state that is right": (
        opened("DSK-6", PROMISED),
        opened("DSK-11", PROMISED, at=RECOVER, method="recover_from_snapshot"),
    ),
    "an index that no entry has, and one that another has": (
        opened("DSK-1", UNSURE),
        opened("DSK-6", PROMISED),
    ),
    "an index ahead of everything, and then of the data": (
        opened("DSK-5", PROMISED),
        opened("DSK-3", PROMISED, at="Machine.update / def update(self):", method="update"),
    ),
    "a wrong index, and perhaps no more of what was recovered": (
        opened("DSK-6", PROMISED),
        opened("DSK-11", UNSURE, at=RECOVER, method="recover_from_snapshot"),
    ),
    "a wrong index, and one that may be the data's": (
        opened("DSK-5", PROMISED),
        opened("DSK-3", UNSURE, at="Machine.sync / def sync(self):", method="sync"),
    ),
    "an index behind, of a case that shows no more": (
        opened("DSK-6", UNSURE),
        opened("DSK-3", PROMISED, at=RECOVER, method="recover_from_snapshot"),
    ),
    "not what was recovered, above or below it": (
        opened("REC-8", OTHER),
        opened("DSK-11", OTHER, at=RECOVER, method="recover_from_snapshot"),
    ),
    "a context that is live state, and one that nobody saw change": (
        traits("SAV-1", "Machine.prepare_snapshot / return self.table", method="prepare_snapshot"),
        traits("SAV-1", SAVE, WRITE, method="save_snapshot", shows=SHARES),
    ),
    "nothing that was synced, and so not what was recovered": (
        opened("DSK-6", OTHER),
        opened("DSK-11", OTHER, at=RECOVER, method="recover_from_snapshot"),
    ),
    "perhaps nothing that was synced, and so not what was recovered": (
        opened("DSK-6", UNSURE),
        opened("DSK-11", OTHER, at=RECOVER, method="recover_from_snapshot"),
    ),
    "one write, cut short by a kill or lost with the power": (
        refused("DSK-1", OPEN, ("killed here", "Machine._store / self.file.write_text(text)")),
        refused("DSK-6", SYNC, ("lost what this line wrote",
                                "Machine._store / self.file.write_text(text)")),
    ),
    "entries that one line wrote, one or several of them lost": (
        traits("DSK-4", COMMIT, LOST, check="crashes", method="update"),
        traits("DSK-3", COMMIT, LOST, KILLED, check="crashes", method="update"),
    ),
    "what one kill leaves half done: an index ahead, and what it makes of the rest": (
        traits("DSK-3", COMMIT, KILLED, check="crashes", method="update"),
        traits("DSK-5", OPEN, KILLED, check="crashes", method="open"),
    ),
    "a recover step by step, stopped or looked into": (
        traits("REC-4", "Machine.recover_from_snapshot / self.rows = {}", check="stopped-recovers"),
        traits("LKP-5", "Machine.lookup / def lookup(self, query):", cause="torn"),
    ),
    "an older state at rest after an update that lookups ran in, and its exception": (
        LATE,
        FALLS,
    ),
    "an older state at rest of which no line is known, and a lookup that writes": (
        LATE,
        WRITES,
    ),
    "a lookup that writes, and an image that needs one to be wrong": (
        WRITES,
        IMAGE,
    ),
    "a call that falls over lookups, and an image that needs one to be wrong": (
        FALLS,
        IMAGE,
    ),
    "what may be older beside a recover, and a lookup that writes": (
        traits("LKP-5", "Machine.lookup / def lookup(self, query):", WRITE, cause="torn",
               shows=OLDER),
        WRITES,
    ),
    "a lookup that writes, and an update that falls over it": (
        WRITES,
        FALLS,
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_one_defect_in_two_cases_is_one(pair: tuple[Traits, Traits]) -> None:
    one, other = pair
    assert is_same(one, other)
    assert is_same(other, one)


TWO = {
    "one line, two causes": (
        traits("LKP-3", READ),
        traits("RDC-3", READ, WRITE, cause="torn"),
    ),
    "a lookup that writes, and another that answers what is old": (
        WRITES,
        traits("RDC-1", READ, WRITE, cause="stale"),
    ),
    "one cause, two lines": (
        traits("UPD-1", "Machine.update / now = time.time()", cause="twins", check="surroundings"),
        traits("UPD-1", "Machine.update / key = hash(name)", cause="twins", check="surroundings"),
    ),
    "one method to which two checks came, without a line": (
        traits("UPD-1", "Machine.update / def update(self):", cause="twins", check="processes"),
        traits("UPD-2", "Machine.update / def update(self):", cause="twins", check="model"),
    ),
    "a line, and a method that it is not in": (
        traits("UPD-1", "Machine._apply / now = time.time()", cause="twins", check="processes"),
        traits("UPD-1", "Machine.update / def update(self):", cause="twins", check="processes"),
    ),
    "a line, and its method by another check": (
        traits("SAV-4", "Machine.recover / self.rows = rows", check="restart", method="recover"),
        traits("SAV-4", "Machine.recover / def recover(self):", check="close", method="recover"),
    ),
    "lines of one text in two methods": (
        traits("UPD-4", "Machine.update / self.last = entry", check="alone"),
        traits("UPD-4", "Machine._undo / self.last = entry", check="alone"),
    ),
    "two exceptions out of one line": (
        traits("PRE-5", SAVE, raised="ValueError", check="saves"),
        traits("CRA-1", SAVE, raised="RuntimeError"),
    ),
    "one exception out of two lines": (
        traits("UPD-8", RAISES, check="alone", raised="KeyError"),
        traits("UPD-8", DELETES, check="alone", raised="KeyError"),
    ),
    "half a change, and an exception elsewhere": (
        traits("UPD-11", "Machine.update / self.money[source] -= 1", ("raises", RAISES),
               check="alone", raised="KeyError"),
        traits("UPD-8", DELETES, check="alone", raised="KeyError"),
    ),
    "one exception of which only the method is known": (
        traits("REC-3", RECOVER, check="restart", raised="KeyError"),
        traits("REC-1", RECOVER, check="recover", raised="KeyError"),
    ),
    "an older state, and a mixture that is none": (
        traits("RDC-1", READ, WRITE, cause="stale"),
        traits("RDC-3", READ, OTHER_WRITE, cause="torn"),
    ),
    "an older state after a newer one, and a mixture elsewhere": (
        traits("RDC-2", "Machine.lookup / def lookup(self, query):", WRITE, cause="stale"),
        traits("RDC-3", "Machine._count / return self.count", ("writer", f"Machine._add / {READ}"),
               cause="torn"),
    ),
    "what recover leaves, and what a lookup puts back": (
        traits("RDC-1", READ, WRITE, cause="stale"),
        traits("REC-1", "Machine.recover_from_snapshot / self.rows = rows",
               method="recover_from_snapshot"),
    ),
    "a lookup that writes, and an image that is wrong without any": (
        WRITES,
        traits("SAV-1", SAVE, method="save_snapshot", kinds=("prepare", "save", "update")),
    ),
    "a mixture beside a recover, and a lookup that writes": (
        traits("LKP-5", "Machine.lookup / def lookup(self, query):", WRITE, cause="torn"),
        WRITES,
    ),
    "an older state at rest, and an exception in another function": (
        LATE,
        traits("CRA-1", "Machine.close / rows.pop(self.slot)", method="close",
               raised="IndexError"),
    ),
    "waits that share one end": (
        traits("PRG-1", FIRST, ("waits", SECOND)),
        traits("PRG-1", SECOND, ("waits", "Machine.close / a.acquire()")),
    ),
    "waits for what two lines took": (
        traits("PRG-1", FIRST, ("holder", TAKEN), check="alone"),
        traits("PRG-1", SECOND, ("holder", "Machine.close / self.lock.acquire()"), check="alone"),
    ),
    "two circles of waits through one lock": (
        traits("PRG-1", FIRST, ("waits", SECOND), ("holder", TAKEN)),
        traits("PRG-1", "Machine.close / c.acquire()", ("waits", "Machine.sync / d.acquire()"),
               ("holder", TAKEN)),
    ),
    "exceptions in two functions that are asked": (
        traits("CRA-1", READ, WRITE, raised="RuntimeError"),
        traits("CRA-1", "Machine._count / self.names[key]", WRITE, raised="KeyError"),
    ),
    "one cause in two functions": (
        traits("RDC-3", READ, cause="torn"),
        traits("RDC-3", "Machine._count / return self.count", cause="torn"),
    ),
    "two lines of one function that keep an entry": (
        traits("UPD-4", "Machine.update / self.last = entry"),
        traits("UPD-4", "Machine.update / self.log.append(entry)"),
    ),
    "another thread, two exceptions": (
        traits("THR-1", RAISES, raised="AttributeError"),
        traits("THR-1", RAISES.replace("money", "rows"), raised="ProgrammingError"),
    ),
    "a wrong index, and data that are lost": (
        opened("DSK-5", PROMISED),
        opened("DSK-6", OTHER),
    ),
    "data that are lost, and an index before the data": (
        opened("DSK-6", OTHER),
        opened("DSK-3", PROMISED, at=RECOVER, method="recover_from_snapshot"),
    ),
    "what was recovered, of a case that shows no more, and an index before the data": (
        opened("DSK-11", UNSURE, at=RECOVER, method="recover_from_snapshot"),
        opened("DSK-3", PROMISED, at="Machine.update / def update(self):", method="update"),
    ),
    "two methods that write the index before the data": (
        opened("DSK-3", PROMISED, at="Machine.update / def update(self):", method="update"),
        opened("DSK-3", PROMISED, at=RECOVER, method="recover_from_snapshot"),
    ),
    "a wrong index, and what was recovered is lost": (
        opened("DSK-1", UNSURE),
        opened("DSK-11", OTHER, at=RECOVER, method="recover_from_snapshot"),
    ),
    "a context that is live state, and a save that reads another": (
        traits("SAV-1", "Machine.prepare_snapshot / return self.table", method="prepare_snapshot"),
        traits("SAV-1", SAVE, WRITE, method="save_snapshot"),
    ),
    "a sync that loses with the power, and what was recovered is lost": (
        opened("DSK-6", OTHER, at=SYNC, method="sync"),
        opened("DSK-11", OTHER, at=RECOVER, method="recover_from_snapshot"),
    ),
    "two writes, each cut short": (
        refused("DSK-1", OPEN, ("killed here", "Machine._store / self.file.write_text(text)")),
        refused("DSK-6", SYNC, ("lost what this line wrote", "Machine.sync / os.replace(a, b)")),
    ),
    "a torn write, and data of the same write that are lost": (
        refused("DSK-1", OPEN, ("killed here", "Machine._store / self.file.write_text(text)")),
        traits("DSK-6", SYNC, ("lost what this line wrote",
                               "Machine._store / self.file.write_text(text)"), check="crashes"),
    ),
    "entries that two lines wrote, one or several of them lost": (
        traits("DSK-4", COMMIT, LOST, check="crashes", method="update"),
        traits("DSK-3", COMMIT, KILLED, check="crashes", method="update"),
    ),
    "what two kills leave half done": (
        traits("DSK-3", COMMIT, KILLED, check="crashes", method="update"),
        traits("DSK-5", OPEN, ("killed here", "Machine.sync / os.replace(a, b)"), check="crashes"),
    ),
    "an index ahead, and what was synced is lost, by one kill": (
        traits("DSK-3", COMMIT, KILLED, check="crashes", method="update"),
        traits("DSK-6", OPEN, KILLED, check="crashes", method="open"),
    ),
    "a stopped recover, and a lookup beside update": (
        traits("REC-4", "Machine.recover_from_snapshot / self.rows = {}", check="stopped-recovers"),
        traits("RDC-3", READ, WRITE, cause="torn"),
    ),
    "a lookup that writes, and an update that falls over a save": (
        WRITES,
        traits("CRA-1", "Machine.update / rows.pop(self.slot)", method="update",
               raised="IndexError", kinds=("lookup", "prepare", "save", "update")),
    ),
    "a lookup that writes, and another that falls over update": (
        WRITES,
        traits("CRA-1", READ, raised="KeyError"),
    ),
    "an entry that is kept, and a context that is live state": (
        traits("UPD-4", "Inventory._remember / self._recent.append(entry)", check="alone"),
        traits("SAV-1", "Inventory.prepare_snapshot / return self._stock"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", TWO.values(), ids=TWO)
def test_two_defects_stay_two(pair: tuple[Traits, Traits]) -> None:
    one, other = pair
    assert not is_same(one, other)
    assert not is_same(other, one)
